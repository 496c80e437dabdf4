#include "application/quality/samples.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

namespace parley::application::quality {
namespace {

using Json = nlohmann::json;

/// The meeting and its run, of a room's name as Meeting::room and room_of make it.
struct Run {
  std::string_view meeting;
  std::int64_t run = 0;
};
std::optional<Run> run_of(std::string_view room) {
  const std::size_t dash = room.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  Run out{.meeting = room.substr(0, dash)};
  const char* const begin = room.data() + dash + 1;
  const char* const end = room.data() + room.size();
  const auto parsed = std::from_chars(begin, end, out.run);
  // A breakout room has more behind it.
  if (parsed.ec != std::errc() || (parsed.ptr != end && *parsed.ptr != '-')) return std::nullopt;
  return out;
}

std::string_view name_of(livekit::ConnectionQuality quality) {
  switch (quality) {
    case livekit::EXCELLENT:
      return "excellent";
    case livekit::GOOD:
      return "good";
    case livekit::LOST:
      return "lost";
    default:
      return "poor";
  }
}

std::string_view name_of(const plane::MediaFlow& flow) {
  switch (flow.source()) {
    case livekit::CAMERA:
      return "camera";
    case livekit::MICROPHONE:
      return "microphone";
    case livekit::SCREEN_SHARE:
      return "screen_share";
    case livekit::SCREEN_SHARE_AUDIO:
      return "screen_share_audio";
    default:
      return flow.type() == livekit::VIDEO ? "video" : "audio";
  }
}

std::uint64_t bits_per_second(std::uint64_t bytes, std::uint32_t seconds) {
  return seconds == 0 ? 0 : bytes * 8 / seconds;
}

/// In 1/1000.
std::uint64_t loss_of(std::uint64_t packets, std::uint64_t lost) {
  return packets == 0 ? 0 : std::min<std::uint64_t>(1000, lost * 1000 / packets);
}

Json describe(const plane::MediaFlow& flow, std::uint32_t seconds) {
  Json out{{"what", name_of(flow)},
           {"streams", flow.streams()},
           {"bits_per_second", bits_per_second(flow.bytes(), seconds)},
           {"loss_per_mille", loss_of(flow.packets(), flow.lost())},
           {"jitter_ms", flow.jitter_us() / 1000},
           {"round_trip_ms", flow.round_trip_us() / 1000},
           {"score", std::min(flow.score(), 100U)},
           {"paused_seconds", flow.paused_seconds()},
           {"layers", Json::array()}};
  for (const plane::LayerFlow& layer : flow.layers()) {
    out["layers"].push_back({{"layer", layer.layer()},
                             {"bits_per_second", bits_per_second(layer.bytes(), seconds)},
                             {"loss_per_mille", loss_of(layer.packets(), layer.lost())},
                             {"frames_per_second", seconds == 0 ? 0 : layer.frames() / seconds}});
  }
  return out;
}

std::string describe(const plane::ParticipantQuality& of) {
  Json out{{"sent", Json::array()}, {"received", Json::array()}};
  for (const auto& flow : of.sent()) out["sent"].push_back(describe(flow, of.seconds()));
  for (const auto& flow : of.received()) out["received"].push_back(describe(flow, of.seconds()));
  return out.dump();
}

}  // namespace

std::int64_t keep(store::Transaction& transaction, const plane::QualityReport& report) {
  const auto where = run_of(report.room());
  if (!where) return 0;
  const WallTime ended_at{std::chrono::seconds(report.ended_at() / 1000)};
  std::int64_t kept = 0;
  for (const plane::ParticipantQuality& of : report.participants()) {
    if (of.sent_size() > kMaxFlows || of.received_size() > kMaxFlows) continue;
    kept += transaction.change(
        "INSERT INTO connection_quality (tenant, meeting, run, participant, ended_at, seconds, "
        "quality, score, flows) SELECT tenant, meeting, run, id, CAST($4 AS BIGINT), "
        "CAST($5 AS BIGINT), CAST($6 AS TEXT), CAST($7 AS BIGINT), CAST($8 AS TEXT) "
        "FROM participants WHERE meeting = $1 AND run = $2 AND id = $3 ON CONFLICT DO NOTHING",
        {std::string(where->meeting), where->run, of.identity(), ended_at,
         static_cast<std::int64_t>(of.seconds()), std::string(name_of(of.quality())),
         static_cast<std::int64_t>(std::min(of.score(), 100U)), describe(of)});
  }
  return kept;
}

std::vector<Sample> samples_of(store::Transaction& transaction, const meetings::Meeting& meeting,
                               std::int64_t run, std::string_view participant, WallTime from,
                               WallTime to, std::int64_t limit) {
  std::vector<Sample> out;
  for (const store::Row& row : transaction.query(
           "SELECT ended_at, seconds, quality, score, flows FROM connection_quality "
           "WHERE tenant = $1 AND meeting = $2 AND run = $3 AND participant = $4 "
           "AND ended_at >= $5 AND ended_at < $6 ORDER BY ended_at LIMIT $7",
           {meeting.tenant, meeting.id, run, std::string(participant), from, to, limit})) {
    out.push_back({row.time(0), row.integer(1), row.text(2), row.integer(3), row.text(4)});
  }
  return out;
}

std::vector<Summary> summaries(store::Transaction& transaction, const meetings::Meeting& meeting,
                               std::int64_t run, std::int64_t limit) {
  std::vector<Summary> out;
  // A sum of BIGINT is a NUMERIC to PostgreSQL.
  for (const store::Row& row : transaction.query(
           "SELECT p.id, p.name, MIN(q.ended_at), MAX(q.ended_at), MIN(q.score), COUNT(*), "
           "CAST(SUM(CASE WHEN q.quality IN ('poor', 'lost') THEN 1 ELSE 0 END) AS BIGINT) "
           "FROM connection_quality q JOIN participants p ON p.tenant = q.tenant "
           "AND p.meeting = q.meeting AND p.run = q.run AND p.id = q.participant "
           "WHERE q.tenant = $1 AND q.meeting = $2 AND q.run = $3 "
           "GROUP BY p.id, p.name ORDER BY MIN(q.score), p.id LIMIT $4",
           {meeting.tenant, meeting.id, run, limit})) {
    out.push_back({row.text(0), row.text(1), row.time(2), row.time(3), row.integer(4),
                   row.integer(5), row.integer(6)});
  }
  return out;
}

std::int64_t trim(store::Transaction& transaction, WallTime before) {
  return transaction.change("DELETE FROM connection_quality WHERE ended_at < $1", {before});
}

}  // namespace parley::application::quality
