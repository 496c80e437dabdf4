#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "media/forward/frame_verdicts.h"
#include "media/packet/packet.h"

namespace parley::media {

/// Decides by dependency descriptors which frames of a scalable stream one subscriber gets, so that
/// all that it gets can be decoded: "decode targets" are sets of frames that can be decoded alone,
/// and of each frame it is known what it is to each target and which frames it refers to.
///
/// A frame that refers to one that was left out is left out too. A target can be changed to
///  - where none of its frames that later ones need was left out ("intact"): at once, or
///  - at a frame that is a switch point for it, if that frame can be decoded.
/// So a lower spatial layer is there at once if the higher ones build on it (L3T3), and comes with
/// the next key frame where they do not (L3T3_KEY): until then the higher one goes on. A picture is
/// never cut in its middle, because its last packet carries the marker (section 4.3).
///
///  owner     a Forwarder
///  thread    the shard's
///  bounded   the last FrameVerdicts::kFrames frames
///  source    RTP Payload Format For AV1, appendix A.4.3 and A.4.4
class TargetSelector {
 public:
  struct Limits {
    std::uint8_t max_spatial = 255;
    std::uint8_t max_temporal = 7;
  };

  /// Nothing has been sent: the next frame is a key frame.
  void restart();

  /// Whether the packet's frame is sent. For each packet, in the order of arrival.
  bool wants(const PacketFacts& facts, const DependencyFacts& dependency, const Limits& limits);

  /// A spatial layer that is wanted cannot be had without a key frame.
  bool awaits_keyframe() const { return awaits_keyframe_; }
  /// The same for limits that no picture has been seen with yet; false before the first.
  bool needs_keyframe(const Limits& limits) const;
  /// Highest spatial layer that is sent, and that the publisher has.
  std::uint8_t spatial() const { return spatial_; }
  std::uint8_t top_spatial() const { return top_spatial_; }

  /// Which targets the receiver can decode; 0 where the packet need not say so.
  std::uint32_t told_targets() const { return told_targets_; }

 private:
  /// The best active target within limits: too good is better than none. Nothing without targets.
  std::optional<std::size_t> best_target(const Limits& limits) const;
  void choose(const PacketFacts& facts, const DependencyFacts& dependency, const Limits& limits,
              bool decodable);
  void note(const DependencyFacts& dependency, bool sent);
  void tell(const DependencyFacts& dependency);
  bool is_decodable(const DependencyFacts& dependency) const;

  FrameVerdicts verdicts_;
  std::optional<std::size_t> target_;
  std::uint32_t intact_ = 0;  ///< Bit i: no frame that target i needs was left out.
  std::uint32_t active_ = 0;  ///< Bit i: the publisher is sending target i.
  decltype(DependencyFacts::target_layers) layers_{};
  std::optional<rtp::MediaTicks> picture_;
  std::uint16_t key_frame_ = 0;  ///< Its number: the structure's that is in force.
  std::uint8_t spatial_ = 0;
  std::uint8_t top_spatial_ = 0;
  bool awaits_keyframe_ = false;
  /// The receiver was told of fewer targets than the structure has.
  bool restricted_ = false;
  std::uint32_t told_targets_ = 0;
};

}  // namespace parley::media
