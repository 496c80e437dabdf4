#pragma once

#include <cstdint>

#include "base/time.h"

namespace parley::bwe {

/// Does a queue get shorter since less is sent? If it is ours it must: of 100 ms that are sent at
/// 0.85 of what the path carries, it takes 15 ms off. If it does not, somebody else fills it.
///
///  owner     RateControl
///  bounded   constant
class DrainWatch {
 public:
  static constexpr double kEmptyMs = 15;    ///< Less is no queue.
  static constexpr double kNearlyMs = 40;   ///< Less is none, if it was five times as long.
  static constexpr double kPatience = 0.5;  ///< Seconds until it must show.
  static constexpr double kDrains = 0.35;   ///< Of what it should have become shorter by.
  static constexpr double kFeedback = 0.1;  ///< Seconds until one comes.

  enum class Sight : std::uint8_t {
    nothing,  ///< Too early to tell, or it gets shorter.
    longer,   ///< Far longer than when less began to be sent.
    empty,
    stays,  ///< No shorter than before, or hardly.
    lasts,  ///< It became shorter but is still there, after more than enough time.
  };

  /// From now on `factor` of what the path carries is sent. `anew`: what was seen of the queue
  /// before does not count.
  void start(double queue_ms, double factor, bool anew, Time now);
  /// `round_trip`: seconds, without the queue.
  Sight update(double queue_ms, double round_trip, Time now);

  double factor() const { return factor_; }
  double peak_ms() const { return peak_ms_; }

 private:
  double factor_ = 1;
  double start_ms_ = 0;
  double peak_ms_ = 0;
  Time since_{};
};

}  // namespace parley::bwe
