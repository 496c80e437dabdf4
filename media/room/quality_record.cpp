#include "media/room/quality_record.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace parley::media {
namespace {

livekit::TrackType type_of(Kind kind) {
  return kind == Kind::audio ? livekit::AUDIO : livekit::VIDEO;
}

std::uint32_t microseconds(Duration duration) {
  const auto count = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 0, 3'600'000'000));
}

/// LOST is the last of the enumeration, and POOR the first.
int badness(livekit::ConnectionQuality quality) {
  return quality == livekit::LOST ? 1 : -static_cast<int>(quality);
}

void note_worst(plane::MediaFlow& flow, Duration jitter, Duration round_trip, double score) {
  flow.set_jitter_us(std::max(flow.jitter_us(), microseconds(jitter)));
  flow.set_round_trip_us(std::max(flow.round_trip_us(), microseconds(round_trip)));
  const auto rounded = static_cast<std::uint32_t>(std::lround(score));
  flow.set_score(flow.packets() == 0 ? rounded : std::min(flow.score(), rounded));
}

void add_layer(plane::MediaFlow& flow, const LayerStats& stats) {
  auto& layers = *flow.mutable_layers();
  auto at = std::ranges::find(layers, stats.layer, &plane::LayerFlow::layer);
  plane::LayerFlow& layer = at == layers.end() ? *flow.add_layers() : *at;
  layer.set_layer(stats.layer);
  layer.set_packets(layer.packets() + stats.packets + stats.lost);
  layer.set_lost(layer.lost() + stats.lost);
  layer.set_bytes(layer.bytes() + stats.bytes);
  layer.set_frames(layer.frames() + stats.frames);
}

}  // namespace

void QualityRecord::add_sent(const std::string& sid, const PublishedTrack& track,
                             const StreamStats& stats, double score) {
  auto& flows = *gathered_[sid].sums.mutable_sent();
  auto at = std::ranges::find(flows, track.info.sid(), &plane::MediaFlow::track_sid);
  if (at == flows.end() && flows.size() >= kMaxFlows) return;
  plane::MediaFlow& flow = at == flows.end() ? *flows.Add() : *at;
  flow.set_track_sid(track.info.sid());
  flow.set_type(type_of(track.kind));
  flow.set_source(track.info.source());
  flow.set_streams(1);
  note_worst(flow, stats.jitter, stats.round_trip, score);
  flow.set_packets(flow.packets() + stats.packets + stats.lost);
  flow.set_lost(flow.lost() + stats.lost);
  flow.set_bytes(flow.bytes() + stats.bytes);
  for (const LayerStats& layer : stats.layers) add_layer(flow, layer);
}

plane::MediaFlow& QualityRecord::received(Gathered& of, livekit::TrackType type) {
  auto& flows = *of.sums.mutable_received();
  const auto at = std::ranges::find(flows, type, &plane::MediaFlow::type);
  if (at != flows.end()) return *at;
  flows.Add()->set_type(type);
  return *flows.rbegin();
}

void QualityRecord::add_received(const std::string& sid, Kind kind, const SubscriptionStats& stats,
                                 double score) {
  Gathered& of = gathered_[sid];
  plane::MediaFlow& flow = received(of, type_of(kind));
  ++of.streams[kind == Kind::audio ? 0 : 1];
  note_worst(flow, stats.jitter, stats.round_trip, score);
  flow.set_packets(flow.packets() + stats.reported);
  flow.set_lost(flow.lost() + std::min(stats.lost, stats.reported));
  flow.set_bytes(flow.bytes() + stats.bytes);
}

void QualityRecord::add_paused(const std::string& sid) { gathered_[sid].paused = true; }

void QualityRecord::end_period(const std::string& sid, livekit::ConnectionQuality quality,
                               double score) {
  constexpr auto kSeconds = static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(kStatsInterval).count());
  Gathered& of = gathered_[sid];
  const bool first = of.sums.seconds() == 0;
  const auto rounded = static_cast<std::uint32_t>(std::lround(score));
  of.sums.set_seconds(of.sums.seconds() + kSeconds);
  of.sums.set_score(first ? rounded : std::min(of.sums.score(), rounded));
  if (first || badness(quality) > badness(of.sums.quality())) of.sums.set_quality(quality);
  for (plane::MediaFlow& flow : *of.sums.mutable_received()) {
    const std::uint32_t now = of.streams[flow.type() == livekit::AUDIO ? 0 : 1];
    flow.set_streams(std::max(flow.streams(), now));
  }
  of.streams = {};
  if (!std::exchange(of.paused, false)) return;
  plane::MediaFlow& pictures = received(of, livekit::VIDEO);
  pictures.set_paused_seconds(pictures.paused_seconds() + kSeconds);
}

std::optional<plane::ParticipantQuality> QualityRecord::take(const std::string& sid) {
  auto found = gathered_.extract(sid);
  if (found.empty() || found.mapped().sums.seconds() == 0) return std::nullopt;
  found.mapped().sums.set_sid(sid);
  return std::move(found.mapped().sums);
}

}  // namespace parley::media
