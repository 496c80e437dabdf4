#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace parley::bwe {

/// What arrives per second, by the receiver's clock. Where feedback was lost the time in between
/// does not count, so that a hole in what we know is no hole in what came.
///
///  out       bits per second; nothing while too little came
///  bounded   kSegments
class DeliveredRate {
 public:
  static constexpr std::size_t kSegments = 24;
  static constexpr double kSegmentMs = 25;
  static constexpr double kMaxGapMs = 1000;  ///< A longer pause is not counted whole.

  void add(Duration arrived, std::uint32_t bytes);
  /// What comes next does not follow on what came.
  void skip() { follows_ = false; }
  /// Over the latest `window_ms`, at least half of which must be known.
  std::optional<double> over(double window_ms) const;
  void reset() { *this = {}; }

 private:
  struct Segment {
    float ms = 0;
    float bytes = 0;
  };

  std::array<Segment, kSegments> segments_{};  ///< Ring; the newest is being filled.
  std::uint8_t newest_ = 0;
  bool follows_ = false;
  Duration latest_{};
};

}  // namespace parley::bwe
