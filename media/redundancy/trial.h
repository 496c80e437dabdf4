#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/time.h"
#include "media/redundancy/loss_meter.h"

namespace parley::media {

/// Whether redundancy does a path harm: where packets are lost because there are too many bits,
/// more of them make it worse. Then it is taken back and tried again later, each time after twice
/// as long.
///
///  bounded   constant
class Trial {
 public:
  /// Packets after which it has shown what it does.
  static constexpr double kPackets = 150;
  static constexpr Duration kFirstWait = 20s;
  static constexpr Duration kLongestWait = 320s;
  /// More than so many times what was lost before, and this much beside it, is more than chance.
  static constexpr double kMuchMore = 2;
  static constexpr double kMuchMoreThanNothing = 0.05;

  /// More redundancy than before, which had this loss. Of few packets that is mostly chance: what
  /// it may well have been is not held against what comes.
  void begin(const LossMeter& before) {
    const double loss = before.loss();
    running_ = true;
    before_ = loss + 2 * std::sqrt(loss * (1 - loss) / std::max(before.packets(), 1.0));
    seen_.clear();
  }
  void give_up() { running_ = false; }

  void on_report(std::uint32_t packets, std::uint8_t fraction, Time now) {
    if (!running_) return;
    seen_.add(packets, fraction);
    if (seen_.packets() < kPackets) return;
    running_ = false;
    if (seen_.loss() <= kMuchMore * before_ + kMuchMoreThanNothing) {
      wait_ = kFirstWait;
      return;
    }
    not_before_ = now + wait_;
    wait_ = std::min(2 * wait_, kLongestWait);
  }

  bool permits(Time now) const { return now >= not_before_; }

 private:
  LossMeter seen_{kPackets};
  bool running_ = false;
  double before_ = 0;
  Time not_before_{};
  Duration wait_ = kFirstWait;
};

}  // namespace parley::media
