#pragma once

#include <array>
#include <cstdint>

#include "protocols/bwe/arrival_groups.h"

namespace parley::bwe {

/// Is the queue growing? The slope of the one-way delay over the last groups, by least squares: the
/// filter that took the place of the Kalman filter of gcc-02 section 5.3.
///
///  out       a number to be held against the detector's threshold, about "milliseconds of queue"
///  bounded   kWindow groups
class Trendline {
 public:
  static constexpr std::size_t kWindow = 20;
  static constexpr double kSmoothing = 0.9;
  static constexpr double kGain = 4;
  static constexpr int kMaxDeltas = 60;

  void add(const GroupDelta& delta);
  /// 0 while too little is known.
  double value() const { return value_; }
  void reset() { *this = {}; }

 private:
  struct Point {
    float at = 0;     ///< Milliseconds of arrival since the oldest point was made.
    float delay = 0;  ///< Milliseconds, smoothed.
  };
  double slope() const;

  std::array<Point, kWindow> points_{};  ///< Ring.
  std::uint8_t next_ = 0;
  std::uint8_t count_ = 0;
  int deltas_ = 0;
  double at_ = 0;
  double delay_ = 0;
  double smoothed_ = 0;
  double value_ = 0;
};

}  // namespace parley::bwe
