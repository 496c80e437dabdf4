#include "application/quality/quality.h"

#include <charconv>
#include <limits>
#include <utility>

#include "application/operation/input.h"
#include "application/quality/samples.h"

namespace parley::application::quality {
namespace {

using access::Capability;
using operation::Call;
using operation::Caller;
using operation::instant;
using operation::Json;
using operation::Method;
using operation::Outcome;
namespace schema = operation::schema;

constexpr std::int64_t kMaxRun = 1'000'000'000;
/// Unix seconds: the year 2255, which nanoseconds still reach.
constexpr std::int64_t kMaxTime = 9'000'000'000;

/// A parameter that was checked against its schema, or what stands for it.
std::int64_t number(const Call& call, const std::string& name, std::int64_t otherwise) {
  const auto given = call.query.find(name);
  if (given == call.query.end()) return otherwise;
  std::int64_t out = otherwise;
  std::from_chars(given->second.data(), given->second.data() + given->second.size(), out);
  return out;
}

bool may_read(const Call& call) {
  return call.person.key() == call.meeting.owner || call.can(Capability::change_settings);
}

Outcome list(Call& call) {
  if (!may_read(call)) return operation::forbidden();
  Json people = Json::array();
  for (const Summary& one : summaries(call.transaction, call.meeting,
                                      number(call, "run", call.meeting.run), kMaxPeople)) {
    people.push_back({{"participant", one.participant},
                      {"name", one.name},
                      {"first", instant(one.first)},
                      {"last", instant(one.last)},
                      {"worst_score", one.worst_score},
                      {"samples", one.samples},
                      {"bad_samples", one.bad_samples}});
  }
  return operation::Answer{200, {{"participants", std::move(people)}}};
}

Outcome series(Call& call) {
  if (!may_read(call)) return operation::forbidden();
  const auto at = [](std::int64_t seconds) { return WallTime(std::chrono::seconds(seconds)); };
  const auto samples = samples_of(
      call.transaction, call.meeting, number(call, "run", call.meeting.run), call.id("participant"),
      at(number(call, "from", 0)), at(number(call, "to", kMaxTime)), kMaxSamples + 1);
  Json items = Json::array();
  Json next = nullptr;
  for (const Sample& sample : samples) {
    if (items.size() == static_cast<std::size_t>(kMaxSamples)) {
      next = std::chrono::floor<std::chrono::seconds>(sample.ended_at).time_since_epoch().count();
      break;
    }
    Json item = Json::parse(sample.flows);
    item["ended_at"] = instant(sample.ended_at);
    item["seconds"] = sample.seconds;
    item["quality"] = sample.quality;
    item["score"] = sample.score;
    items.push_back(std::move(item));
  }
  return operation::Answer{200, {{"items", std::move(items)}, {"next", std::move(next)}}};
}

}  // namespace

operation::Operations quality_operations() {
  const Json run = schema::integer(0, kMaxRun);
  const Json time = schema::integer(0, kMaxTime);
  return {
      {.id = "listQuality",
       .tag = "quality",
       .method = Method::get,
       .path = "/meetings/{link}/quality",
       .caller = Caller::person,
       .summary = "Who had which connection in a run of the meeting (by default this one), the "
                  "worst first: for its owner, and for who may change its settings. For 30 days.",
       .query = {{"run", run}},
       .answer =
           schema::object({{"participants", schema::list(schema::ref("QualitySummary"), 0,
                                                         static_cast<std::size_t>(kMaxPeople))}}),
       .run = list},
      {.id = "getQuality",
       .tag = "quality",
       .method = Method::get,
       .path = "/meetings/{link}/quality/{participant}",
       .caller = Caller::person,
       .summary = "What one participant's connection was like, half minute by half minute, "
                  "between two times in Unix seconds. Where there are more, `next` is the `from` "
                  "of the rest.",
       .query = {{"run", run}, {"from", time}, {"to", time}},
       .answer = schema::object({{"items", schema::list(schema::ref("QualitySample"), 0,
                                                        static_cast<std::size_t>(kMaxSamples))},
                                 {"next", schema::nullable(time)}}),
       .run = series},
  };
}

std::map<std::string, Json> components() {
  constexpr std::int64_t kMany = std::numeric_limits<std::int64_t>::max();
  const Json number = schema::integer(0, kMany);
  const Json score = schema::integer(0, 100);
  const Json share = schema::integer(0, 1000);
  const Json layer = schema::object({{"layer", number},
                                     {"bits_per_second", number},
                                     {"loss_per_mille", share},
                                     {"frames_per_second", number}});
  const Json flows = schema::list(schema::ref("MediaFlow"), 0, static_cast<std::size_t>(kMaxFlows));
  return {
      {"QualitySummary", schema::object({{"participant", schema::text(1, 64)},
                                         {"name", schema::text(0, 200)},
                                         {"first", schema::time()},
                                         {"last", schema::time()},
                                         {"worst_score", score},
                                         {"samples", number},
                                         {"bad_samples", number}})},
      {"QualitySample",
       schema::object({{"ended_at", schema::time()},
                       {"seconds", number},
                       {"quality", schema::one_of({"excellent", "good", "poor", "lost"})},
                       {"score", score},
                       {"sent", flows},
                       {"received", flows}})},
      {"MediaFlow",
       schema::object({{"what", schema::one_of({"camera", "microphone", "screen_share",
                                                "screen_share_audio", "video", "audio"})},
                       {"streams", number},
                       {"bits_per_second", number},
                       {"loss_per_mille", share},
                       {"jitter_ms", number},
                       {"round_trip_ms", number},
                       {"score", score},
                       {"paused_seconds", number},
                       {"layers", schema::list(layer, 0, static_cast<std::size_t>(kMaxFlows))}})}};
}

}  // namespace parley::application::quality
