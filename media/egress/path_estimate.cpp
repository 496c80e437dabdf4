#include "media/egress/path_estimate.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace parley::media {
namespace {

/// Of one call of the estimator; a feedback that speaks of more is told in parts.
constexpr std::size_t kMostResults = 256;

}  // namespace

PathEstimate::PathEstimate(SendLog log)
    : log_(std::move(log)),
      estimator_({.start = kStart, .min = kFloor, .max = 100'000'000}, Time{}) {
  estimator_.set_demand(0);
}

void PathEstimate::on_sent(std::size_t bytes, bool numbered, Time now) {
  if (!began_) began_ = now;
  const std::size_t wire = bytes + kBelowRtp;
  if (numbered) log_.add(wire, now, probe_.cluster());
  if (probe_.cluster() != 0) probe_.on_sent(wire);
  estimator_.on_sent(wire, now, numbered);
}

void PathEstimate::on_feedback(const rtcp::TransportFeedback& feedback, Duration round_trip,
                               Time now) {
  heard_ = true;
  // The reference time has 24 bits (draft-holmer section 3.1) and wraps after twelve days.
  const auto ahead = static_cast<std::uint32_t>(feedback.reference_units - reference_.value_or(0))
                     << 8;
  reference_units_ += static_cast<std::int32_t>(ahead) >> 8;
  reference_ = feedback.reference_units;
  const Duration reference = reference_units_ * rtcp::kFeedbackReferenceUnit;

  std::array<bwe::PacketResult, kMostResults> results;
  std::size_t count = 0;
  const auto tell = [&] {
    estimator_.on_feedback(std::span(results).first(count), round_trip, now);
    count = 0;
  };
  rtcp::TransportFeedback::PacketStatus status;
  for (auto cursor = feedback.statuses(); cursor.next(status);) {
    const auto entry = log_.take(status.sequence);
    if (!entry) continue;
    bwe::PacketResult& result = results[count++];
    result = {.sent = entry->sent,
              .arrived = std::nullopt,
              .bytes = entry->bytes,
              .sequence = status.sequence,
              .probe = entry->probe};
    if (status.received) result.arrived = reference + status.since_reference;
    if (count == kMostResults) tell();
  }
  if (count != 0) tell();
  look_for_probe(now);
}

void PathEstimate::on_tick(std::uint64_t wanted, Time now) {
  wanted_ = wanted;
  estimator_.set_demand(wanted);
  if (heard_) estimator_.on_tick(now);
  look_for_probe(now);
}

void PathEstimate::look_for_probe(Time now) {
  if (!heard_ || probe_.next(now) != kNever) return;
  if (const auto probe = estimator_.next_probe(now)) probe_.begin(*probe, now);
}

std::optional<std::uint64_t> PathEstimate::limit(Time now) const {
  if (!heard_ && began_ && now > *began_ + kMute) return std::nullopt;
  return estimator_.target();
}

std::uint64_t PathEstimate::pace(Time now) const {
  const auto limited = limit(now);
  if (!limited || static_cast<double>(*limited) >= kPlenty * static_cast<double>(wanted_)) return 0;
  const std::uint64_t rate = estimator_.pacing_rate();
  const bool untried = now < began_.value_or(now) + kUntried;
  const bool calm =
      estimator_.cause() == bwe::Cause::none || estimator_.cause() == bwe::Cause::application;
  return untried && calm ? std::max(rate, kFirstPace) : rate;
}

}  // namespace parley::media
