#pragma once

#include <algorithm>
#include <optional>

#include "base/time.h"
#include "protocols/bwe/seconds.h"

namespace parley::bwe {

/// How long packets wait on the way. One-way delay is known up to a constant; the least of the last
/// while stands for an empty queue.
///
///  out       milliseconds above that least, of the packet of a feedback that waited least: jitter
///            is not a queue
///  bounded   constant
class QueueDelay {
 public:
  static constexpr double kMemory = 15;  ///< Seconds: the least is of one to two times this.

  void add(Time sent, Duration arrived) {
    const double delay = ms_between(sent.time_since_epoch(), arrived);
    least_ = least_ ? std::min(*least_, delay) : delay;
  }
  /// A feedback has been read.
  void close(Time now) {
    if (!least_) return;
    if (!base_ || seconds_between(since_, now) > kMemory) {
      base_ = base_ ? std::min(next_base_, *least_) : *least_;
      next_base_ = *least_;
      since_ = now;
    }
    base_ = std::min(*base_, *least_);
    next_base_ = std::min(next_base_, *least_);
    waiting_ms_ = std::min(*least_ - *base_, 60'000.0);
    least_.reset();
  }
  /// What waits is no queue: the way is longer than it was.
  void take_for_empty() {
    if (!base_) return;
    *base_ += waiting_ms_;
    next_base_ = *base_;
    waiting_ms_ = 0;
  }
  double waiting_ms() const { return waiting_ms_; }
  void reset() { *this = {}; }

 private:
  std::optional<double> least_;
  std::optional<double> base_;
  double next_base_ = 0;
  Time since_{};
  double waiting_ms_ = 0;
};

}  // namespace parley::bwe
