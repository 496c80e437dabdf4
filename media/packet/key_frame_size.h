#pragma once

#include <cstddef>
#include <cstdint>

#include "media/packet/packet.h"

namespace parley::media {

/// How many bytes the newest key frame of one layer had, without what it has of higher spatial
/// layers (SVC): what a still picture costs.
///
///  bounded   constant
class KeyFrameSize {
 public:
  /// For each packet.
  void on_packet(const PacketFacts& facts, std::size_t payload_size) {
    if (facts.keyframe_start && (!counting_ || facts.ticks != ticks_)) {
      counting_ = true;
      ticks_ = facts.ticks;
      counted_ = 0;
    }
    if (!counting_ || facts.ticks != ticks_ || facts.spatial > 0) return;
    counted_ += static_cast<std::uint32_t>(payload_size);
    if (facts.frame_end) bytes_ = counted_;
  }
  /// 0: none has come yet.
  std::uint32_t bytes() const { return bytes_; }

 private:
  rtp::MediaTicks ticks_;
  bool counting_ = false;
  std::uint32_t counted_ = 0;
  std::uint32_t bytes_ = 0;
};

}  // namespace parley::media
