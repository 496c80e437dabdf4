#pragma once

#include <algorithm>
#include <cstddef>

#include "base/time.h"
#include "emulator/profile.h"

namespace parley::emulator {

/// A policer: tokens come in at its rate, packets take theirs or are lost.
class TokenBucket {
 public:
  /// A bucket of another kind begins full.
  void set(const Policer& policer, Time now) {
    if (policer == policer_) return;
    policer_ = policer;
    tokens_ = static_cast<double>(policer.burst);
    filled_ = now;
  }

  bool take(std::size_t bytes, Time now) {
    if (policer_.rate == kUnlimited) return true;
    const double seconds = std::chrono::duration<double>(now - filled_).count();
    filled_ = now;
    tokens_ = std::min(static_cast<double>(policer_.burst),
                       tokens_ + seconds * static_cast<double>(policer_.rate) / 8);
    if (tokens_ < static_cast<double>(bytes)) return false;
    tokens_ -= static_cast<double>(bytes);
    return true;
  }

 private:
  Policer policer_;
  double tokens_ = 0;  ///< Bytes.
  Time filled_{};
};

}  // namespace parley::emulator
