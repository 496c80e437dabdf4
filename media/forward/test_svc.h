#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "media/forward/test_source.h"
#include "protocols/codec/dependency_descriptor.h"

namespace parley::media::test {

/// A publisher of three spatial and three temporal layers in one stream, described as browsers
/// describe them. Temporal pattern: 0 2 1 2.
class SvcSource {
 public:
  enum class Mode : std::uint8_t {
    full,       ///< L3T3: each layer refers to the one below, in every picture.
    key,        ///< L3T3_KEY: only in key pictures.
    simulcast,  ///< S3T3: never.
  };

  static constexpr std::uint8_t kSpatial = 3;
  static constexpr std::uint8_t kTemporal = 3;
  static constexpr std::uint8_t kTargets = kSpatial * kTemporal;

  SvcSource(PacketPool& pool, Mode mode, std::uint16_t first_frame)
      : source_(pool, Codec::av1, 0, 5), mode_(mode), next_frame_(first_frame) {}

  struct Frame {
    PacketRef packet;
    std::vector<std::uint16_t> refers_to;
    std::uint16_t number = 0;
    bool keyframe = false;
  };

  /// One packet for each frame of the next picture; `layers` spatial layers are sent.
  std::vector<Frame> picture(bool keyframe, Time at, std::uint8_t layers = kSpatial) {
    if (keyframe) phase_ = 0;
    static constexpr std::array<std::uint8_t, 4> kPattern{0, 2, 1, 2};
    const std::uint8_t temporal = kPattern[phase_++ % kPattern.size()];
    std::vector<Frame> out;
    std::optional<std::uint16_t> below;
    for (std::uint8_t spatial = 0; spatial < layers; ++spatial) {
      Frame frame;
      frame.number = next_frame_++;
      frame.keyframe = keyframe;
      const bool between = mode_ == Mode::full || (mode_ == Mode::key && keyframe);
      if (below && between) frame.refers_to.push_back(*below);
      // The last of a lower temporal layer; what is there of this one is refreshed.
      auto& last = last_[spatial];
      if (!keyframe && (temporal == 0 ? last[0] : last[1] && temporal == 2 ? last[1] : last[0])) {
        frame.refers_to.push_back(temporal == 2 && last[1] ? *last[1] : *last[0]);
      }
      if (temporal == 0) last = {frame.number, std::nullopt};
      if (temporal == 1) last[1] = frame.number;
      below = frame.number;
      frame.packet = packet(frame, spatial, temporal, keyframe, spatial + 1 == layers, layers, at);
      out.push_back(std::move(frame));
    }
    source_.advance(2970);
    return out;
  }

  LayerSource& source() { return source_; }

 private:
  PacketRef packet(const Frame& frame, std::uint8_t spatial, std::uint8_t temporal, bool keyframe,
                   bool top, std::uint8_t layers, Time at) {
    PacketDraft draft = source_.start(at);
    PacketFacts& facts = draft.facts();
    facts.frame_start = facts.frame_end = true;
    facts.marker = top;
    facts.spatial = spatial;
    facts.temporal = temporal;
    DependencyFacts& dependency = facts.dependency.emplace();
    dependency.frame_number = frame.number;
    dependency.structure_attached = keyframe && (spatial == 0 || mode_ == Mode::simulcast);
    facts.keyframe_start = dependency.structure_attached;
    dependency.target_count = kTargets;
    dependency.active_targets = (1u << layers * kTemporal) - 1;
    for (const std::uint16_t other : frame.refers_to) {
      dependency.frame_diffs[dependency.frame_diff_count++] =
          static_cast<std::uint16_t>(frame.number - other);
    }
    for (std::uint8_t s = 0; s < kSpatial; ++s) {
      for (std::uint8_t t = 0; t < kTemporal; ++t) {
        const unsigned target = s * unsigned{kTemporal} + t;
        dependency.target_layers[target] = static_cast<std::uint8_t>(s << 4 | t);
        dependency.indications |=
            static_cast<std::uint64_t>(what(spatial, temporal, keyframe, s, t)) << (2 * target);
      }
    }
    const std::array<std::uint8_t, 3> descriptor{0xc0, static_cast<std::uint8_t>(frame.number >> 8),
                                                 static_cast<std::uint8_t>(frame.number)};
    PARLEY_ASSERT(draft.set_bytes(std::vector<std::uint8_t>(50, 0x55), descriptor));
    return std::move(draft).freeze();
  }

  /// What a frame is to the target of layers up to `s` and `t`.
  codec::TargetIndication what(std::uint8_t spatial, std::uint8_t temporal, bool keyframe,
                               std::uint8_t s, std::uint8_t t) const {
    using enum codec::TargetIndication;
    if (temporal > t) return not_present;
    if (spatial != s) {
      const bool below = spatial < s && (mode_ == Mode::full || (mode_ == Mode::key && keyframe));
      if (!below) return not_present;
      return keyframe ? switch_point : required;
    }
    return temporal == t && t > 0 ? discardable : switch_point;
  }

  LayerSource source_;
  Mode mode_;
  std::uint16_t next_frame_;
  unsigned phase_ = 0;
  std::array<std::array<std::optional<std::uint16_t>, 2>, kSpatial> last_{};
};

}  // namespace parley::media::test
