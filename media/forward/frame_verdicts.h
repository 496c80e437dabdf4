#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace parley::media {

/// Which of the last frames of a stream were sent and which were left out, by the frame numbers of
/// their dependency descriptors.
///
///  owner     a TargetSelector
///  bounded   kFrames: nothing is known of older ones
class FrameVerdicts {
 public:
  static constexpr std::size_t kFrames = 256;

  /// Nothing if the frame is unknown: lost, too old, or not seen yet.
  std::optional<bool> was_sent(std::uint16_t frame) const {
    const auto behind = static_cast<std::uint16_t>(newest_ - frame);
    if (!started_ || behind >= kFrames || !known_[frame % kFrames]) return std::nullopt;
    return sent_[frame % kFrames];
  }

  void set(std::uint16_t frame, bool sent) {
    const auto ahead = static_cast<std::int16_t>(static_cast<std::uint16_t>(frame - newest_));
    if (!started_ || ahead >= static_cast<int>(kFrames)) {
      known_.reset();
    } else if (ahead <= -static_cast<int>(kFrames)) {
      return;
    } else {
      for (int i = 1; i <= ahead; ++i) {
        known_[static_cast<std::uint16_t>(newest_ + i) % kFrames] = false;
      }
    }
    if (!started_ || ahead > 0) newest_ = frame;
    started_ = true;
    known_[frame % kFrames] = true;
    sent_[frame % kFrames] = sent;
  }

 private:
  std::bitset<kFrames> known_;
  std::bitset<kFrames> sent_;
  std::uint16_t newest_ = 0;
  bool started_ = false;
};

}  // namespace parley::media
