#include "media/forward/target_selector.h"

#include <algorithm>
#include <tuple>

#include "protocols/codec/dependency_descriptor.h"

namespace parley::media {
namespace {

using codec::TargetIndication;

constexpr std::size_t kMaxTargets = std::tuple_size_v<decltype(DependencyFacts::target_layers)>;

std::size_t target_count(const DependencyFacts& dependency) {
  return std::min<std::size_t>(dependency.target_count, kMaxTargets);
}

/// As in DependencyFacts::target_layers.
std::uint8_t spatial_of(std::uint8_t layers) { return layers >> 4; }
std::uint8_t temporal_of(std::uint8_t layers) { return layers & 15; }

bool is_within(std::uint8_t layers, const TargetSelector::Limits& limits) {
  return spatial_of(layers) <= limits.max_spatial && temporal_of(layers) <= limits.max_temporal;
}

TargetIndication indication(const DependencyFacts& dependency, std::size_t target) {
  return static_cast<TargetIndication>(dependency.indication(target));
}

bool is_before(std::uint16_t frame, std::uint16_t other) {
  return static_cast<std::int16_t>(static_cast<std::uint16_t>(frame - other)) < 0;
}

constexpr std::uint32_t bit(std::size_t target) { return std::uint32_t{1} << target; }

std::uint32_t all_targets(const DependencyFacts& dependency) {
  return static_cast<std::uint32_t>((std::uint64_t{1} << target_count(dependency)) - 1);
}

/// A publisher that says nothing sends all.
std::uint32_t active_targets(const DependencyFacts& dependency) {
  const std::uint32_t active = dependency.active_targets & all_targets(dependency);
  return active != 0 ? active : all_targets(dependency);
}

}  // namespace

void TargetSelector::restart() { *this = TargetSelector{}; }

bool TargetSelector::wants(const PacketFacts& facts, const DependencyFacts& dependency,
                           const Limits& limits) {
  told_targets_ = 0;
  if (target_count(dependency) == 0) return true;
  if (const auto sent = verdicts_.was_sent(dependency.frame_number)) return *sent;

  // Where layers do not build on each other at all, each of a key picture brings it (S3T3).
  if (dependency.structure_attached && (!picture_ || facts.ticks != *picture_)) {
    intact_ = all_targets(dependency);
    target_.reset();
    restricted_ = false;
    key_frame_ = dependency.frame_number;
  }
  // From before the key frame, and late: described by another structure, and of no use any more.
  if (is_before(dependency.frame_number, key_frame_)) return false;

  const bool decodable = is_decodable(dependency);
  // What comes late decides nothing, except by what it alone knows.
  if (facts.frame_start && (!facts.recovered || !target_)) {
    choose(facts, dependency, limits, decodable);
  }
  const bool known = target_ && *target_ < target_count(dependency);
  const bool sent =
      !known || (decodable && indication(dependency, *target_) != TargetIndication::not_present);
  verdicts_.set(dependency.frame_number, sent);
  note(dependency, sent);
  if (sent && known && facts.frame_start) tell(dependency);
  return sent;
}

bool TargetSelector::is_decodable(const DependencyFacts& dependency) const {
  for (std::size_t i = 0; i < dependency.frame_diff_count; ++i) {
    // Of a frame that is unknown the receiver may still get what it takes: it is not for us to say.
    const auto referred =
        static_cast<std::uint16_t>(dependency.frame_number - dependency.frame_diffs[i]);
    if (!verdicts_.was_sent(referred).value_or(true)) return false;
  }
  return true;
}

std::optional<std::size_t> TargetSelector::best_target(const Limits& limits) const {
  std::optional<std::size_t> best;
  std::optional<std::size_t> lowest;
  for (std::size_t t = 0; t < layers_.size(); ++t) {
    if ((active_ & bit(t)) == 0) continue;
    if (!lowest || layers_[t] < layers_[*lowest]) lowest = t;
    if (is_within(layers_[t], limits) && (!best || layers_[t] > layers_[*best])) best = t;
  }
  return best ? best : lowest;
}

bool TargetSelector::needs_keyframe(const Limits& limits) const {
  const auto best = best_target(limits);
  if (!target_ || !best) return false;
  for (std::size_t t = 0; t < layers_.size(); ++t) {
    const bool same_size = spatial_of(layers_[t]) == spatial_of(layers_[*best]);
    if (same_size && (active_ & intact_ & bit(t)) != 0) return false;
  }
  return spatial_of(layers_[*best]) != spatial_;
}

void TargetSelector::choose(const PacketFacts& facts, const DependencyFacts& dependency,
                            const Limits& limits, bool decodable) {
  const bool new_picture = !picture_ || facts.ticks != *picture_;
  picture_ = facts.ticks;
  active_ = active_targets(dependency);
  layers_ = dependency.target_layers;

  top_spatial_ = 0;
  std::optional<std::size_t> reachable;
  for (std::size_t t = 0; t < target_count(dependency); ++t) {
    if ((active_ & bit(t)) == 0) continue;
    top_spatial_ = std::max(top_spatial_, spatial_of(layers_[t]));
    if (!is_within(layers_[t], limits)) continue;
    const bool can_begin =
        (intact_ & bit(t)) != 0 ||
        (decodable && indication(dependency, t) == TargetIndication::switch_point);
    const bool same_size = spatial_of(layers_[t]) == spatial_;
    if (!can_begin || (target_ && !new_picture && !same_size)) continue;
    if (!reachable || layers_[t] > layers_[*reachable]) reachable = t;
  }
  const auto best = best_target(limits);
  if (!reachable && !target_) reachable = best;
  if (reachable) target_ = reachable;
  if (target_ && *target_ < target_count(dependency)) spatial_ = spatial_of(layers_[*target_]);
  if (new_picture) awaits_keyframe_ = best && spatial_of(layers_[*best]) != spatial_;
}

void TargetSelector::note(const DependencyFacts& dependency, bool sent) {
  for (std::size_t t = 0; t < target_count(dependency); ++t) {
    const TargetIndication what = indication(dependency, t);
    if (what == TargetIndication::not_present) continue;
    if (sent && what == TargetIndication::switch_point) intact_ |= bit(t);
    if (!sent && what != TargetIndication::discardable) intact_ &= ~bit(t);
  }
}

// Section A.4.4: changes should be signaled, reliably, and a structure always comes with the mask
// if not all is active. Said with every frame while there is something to say: retransmission makes
// that reliable, and a receiver that tracks chains must not wait for those that we have left.
void TargetSelector::tell(const DependencyFacts& dependency) {
  const std::uint8_t temporal = temporal_of(dependency.target_layers[*target_]);
  std::uint32_t told = bit(*target_);
  for (std::size_t t = 0; t < target_count(dependency); ++t) {
    if (is_within(dependency.target_layers[t], {spatial_, temporal})) {
      told |= bit(t) & intact_ & active_targets(dependency);
    }
  }
  restricted_ = restricted_ || told != active_targets(dependency);
  if (restricted_) told_targets_ = told;
}

}  // namespace parley::media
