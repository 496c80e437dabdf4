#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "emulator/units.h"

namespace parley::emulator {

/// The packet that is being sent at the rate of the moment. A new rate holds from the bit on at
/// which it is set: what is left of the packet goes at the new one.
class Bottleneck {
 public:
  bool busy() const { return busy_; }

  void begin(std::size_t bytes, Time at) {
    bits_left_ = static_cast<double>(bytes) * 8;
    since_ = at;
    busy_ = true;
  }
  void end() { busy_ = false; }

  /// When the packet is out; kNever while nothing moves.
  Time done_at() const {
    if (!busy_ || rate_ == 0) return kNever;
    if (rate_ == kUnlimited) return since_;
    const double ns = std::ceil(bits_left_ * 1e9 / static_cast<double>(rate_));
    // Beyond this it is as good as never, and no number of nanoseconds any more.
    return ns > 1e15 ? kNever : since_ + Duration(static_cast<std::int64_t>(ns));
  }

  void set_rate(std::uint64_t rate, Time now) {
    if (busy_ && rate_ != kUnlimited) {
      const double seconds = std::chrono::duration<double>(now - since_).count();
      bits_left_ = std::max(0.0, bits_left_ - seconds * static_cast<double>(rate_));
    }
    if (busy_) since_ = now;
    rate_ = rate;
  }

 private:
  std::uint64_t rate_ = kUnlimited;
  double bits_left_ = 0;
  Time since_{};
  bool busy_ = false;
};

}  // namespace parley::emulator
