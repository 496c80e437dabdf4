#include "protocols/bwe/overuse_detector.h"

#include <algorithm>
#include <cmath>

namespace parley::bwe {

Usage OveruseDetector::update(double trend, double sent_step_ms, double arrived_step_ms) {
  if (trend > threshold_) {
    over_for_ms_ = over_for_ms_ < 0 ? sent_step_ms / 2 : over_for_ms_ + sent_step_ms;
    ++over_groups_;
    if (over_for_ms_ > kOveruseMs && over_groups_ > 1 && trend >= previous_) {
      over_for_ms_ = 0;
      over_groups_ = 0;
      usage_ = Usage::over;
    }
  } else {
    over_for_ms_ = -1;
    over_groups_ = 0;
    usage_ = trend < -threshold_ ? Usage::under : Usage::normal;
  }
  previous_ = trend;

  const double size = std::abs(trend);
  if (size <= threshold_ + kIgnore) {
    const double k = size < threshold_ ? kDown : kUp;
    const double step = std::clamp(arrived_step_ms, 0.0, kMaxStepMs);
    threshold_ = std::clamp(threshold_ + k * (size - threshold_) * step, kMin, kMax);
  }
  return usage_;
}

}  // namespace parley::bwe
