#include "protocols/bwe/trendline.h"

#include <algorithm>
#include <cmath>

namespace parley::bwe {

void Trendline::add(const GroupDelta& delta) {
  deltas_ = std::min(deltas_ + 1, kMaxDeltas);
  at_ += delta.arrived;
  delay_ += delta.arrived - delta.sent;
  smoothed_ = kSmoothing * smoothed_ + (1 - kSmoothing) * delay_;
  if (at_ > 1e6) {  // Keeps the floats exact in a call of hours.
    for (Point& point : points_) point.at -= static_cast<float>(at_);
    at_ = 0;
  }
  points_[next_] = {static_cast<float>(at_), static_cast<float>(smoothed_)};
  next_ = static_cast<std::uint8_t>((next_ + 1) % kWindow);
  count_ = static_cast<std::uint8_t>(std::min<std::size_t>(count_ + 1U, kWindow));
  // A full window, except where the queue grows so fast that waiting for it would cost a second.
  value_ = count_ == kWindow || (count_ >= 4 && delay_ > 100) ? deltas_ * slope() * kGain : 0;
}

double Trendline::slope() const {
  double at = 0;
  double delay = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    at += points_[i].at;
    delay += points_[i].delay;
  }
  at /= count_;
  delay /= count_;
  double numerator = 0;
  double denominator = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    numerator += (points_[i].at - at) * (points_[i].delay - delay);
    denominator += (points_[i].at - at) * (points_[i].at - at);
  }
  return denominator < 1e-6 ? 0 : numerator / denominator;
}

}  // namespace parley::bwe
