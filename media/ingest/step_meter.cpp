#include "media/ingest/step_meter.h"

#include <algorithm>
#include <bit>

#include "protocols/codec/dependency_descriptor.h"

namespace parley::media {
namespace {

constexpr std::size_t step(std::size_t spatial, std::size_t temporal) {
  return std::min(spatial, kSpatialSteps - 1) * kTemporalSteps +
         std::min(temporal, kTemporalSteps - 1);
}

}  // namespace

StepMeter::Needed StepMeter::needed(const PacketFacts& facts) {
  Needed out;
  if (facts.dependency && facts.dependency->target_count > 0) {
    const DependencyFacts& dependency = *facts.dependency;
    const std::size_t count =
        std::min<std::size_t>(dependency.target_count, dependency.target_layers.size());
    for (std::size_t t = 0; t < count; ++t) {
      if (dependency.active_targets != 0 && (dependency.active_targets >> t & 1) == 0) continue;
      const auto what = static_cast<codec::TargetIndication>(dependency.indication(t));
      if (what == codec::TargetIndication::not_present) continue;
      const std::uint8_t layers = dependency.target_layers[t];
      out.by |= static_cast<Steps>(1u << step(layers >> 4, layers & 15));
    }
    out.own = out.by;
    return out;
  }
  for (std::size_t s = std::min<std::size_t>(facts.spatial, kSpatialSteps - 1); s < kSpatialSteps;
       ++s) {
    for (std::size_t t = std::min<std::size_t>(facts.temporal, kTemporalSteps - 1);
         t < kTemporalSteps; ++t) {
      out.by |= static_cast<Steps>(1u << step(s, t));
    }
  }
  out.own = static_cast<Steps>(1u << step(facts.spatial, facts.temporal));
  return out;
}

void StepMeter::on_packet(const PacketFacts& facts, std::size_t payload_size, Time now) {
  const std::int64_t number = now.time_since_epoch() / kBucket;
  if (first_ < 0 || number - newest_ >= kBuckets) {
    buckets_ = {};
    first_ = number;
    newest_ = number;
  }
  while (newest_ < number) buckets_[static_cast<std::size_t>(++newest_ % kBuckets)] = {};
  Bucket& bucket = buckets_[static_cast<std::size_t>(number % kBuckets)];
  const Needed needed_by = needed(facts);
  for (Steps left = needed_by.by; left != 0; left &= static_cast<Steps>(left - 1)) {
    bucket.bytes[static_cast<std::size_t>(std::countr_zero(left))] +=
        static_cast<std::uint32_t>(payload_size);
  }
  bucket.present |= needed_by.own;
}

StepRates StepMeter::rates(Time now) const {
  StepRates out{};
  const std::int64_t number = now.time_since_epoch() / kBucket;
  if (first_ < 0 || number - newest_ >= kBuckets) return out;
  const std::int64_t oldest = std::max(number - kBuckets + 1, first_);
  std::array<std::uint64_t, kSteps> bytes{};
  Steps present = 0;
  for (std::int64_t i = oldest; i <= newest_; ++i) {
    const Bucket& bucket = buckets_[static_cast<std::size_t>(i % kBuckets)];
    for (std::size_t s = 0; s < kSteps; ++s) bytes[s] += bucket.bytes[s];
    present |= bucket.present;
  }
  // As in BitrateMeter: what has just begun is measured since then.
  const Duration measured = std::max(now.time_since_epoch() - oldest * kBucket, kBucket);
  for (std::size_t s = 0; s < kSteps; ++s) {
    if ((present >> s & 1) == 0) continue;
    out[s / kTemporalSteps][s % kTemporalSteps] = static_cast<std::uint32_t>(
        bytes[s] * 8 * 1'000'000'000 / static_cast<std::uint64_t>(measured.count()));
  }
  return out;
}

}  // namespace parley::media
