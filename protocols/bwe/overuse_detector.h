#pragma once

#include <cstdint>

namespace parley::bwe {

enum class Usage : std::uint8_t { normal, over, under };

/// Holds the trend against a threshold that follows it: quickly up, slowly down. So neither the
/// noise of a radio link nor the queue of a TCP flow looks like our own doing for long
/// (gcc-02 section 5.4).
///
///  bounded   constant
class OveruseDetector {
 public:
  static constexpr double kUp = 0.0087;   ///< K_u, per millisecond.
  static constexpr double kDown = 0.039;  ///< K_d. The draft's 0.00018 outlasts a call.
  static constexpr double kStart = 12.5;  ///< del_var_th(0)
  static constexpr double kMin = 6;
  static constexpr double kMax = 600;
  static constexpr double kIgnore = 15;     ///< Further above it is an outlier, not noise.
  static constexpr double kOveruseMs = 10;  ///< overuse_time_th
  static constexpr double kMaxStepMs = 100;

  /// `step_ms`: between the groups as they were sent and as they came, in that order.
  Usage update(double trend, double sent_step_ms, double arrived_step_ms);
  Usage usage() const { return usage_; }
  double threshold() const { return threshold_; }
  void reset() { *this = {}; }

 private:
  double threshold_ = kStart;
  double over_for_ms_ = -1;  ///< Negative: it is not over.
  double previous_ = 0;
  int over_groups_ = 0;
  Usage usage_ = Usage::normal;
};

}  // namespace parley::bwe
