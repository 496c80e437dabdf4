#pragma once

#include <cmath>
#include <cstddef>

#include "base/time.h"
#include "protocols/bwe/seconds.h"

namespace parley::bwe {

/// What is being sent, as an average that forgets within half a second or so.
///
///  out       bits per second
///  bounded   constant
class SentRate {
 public:
  static constexpr double kForget = 0.5;  ///< Seconds.

  void add(std::size_t bytes, Time now) {
    rate_ = at(now) + static_cast<double>(bytes) * 8 / kForget;
    if (now > last_) last_ = now;
  }
  double at(Time now) const {
    if (now <= last_) return rate_;  // Of a train all but the first.
    return rate_ * std::exp(-seconds_between(last_, now) / kForget);
  }

 private:
  double rate_ = 0;
  Time last_{};
};

}  // namespace parley::bwe
