#include "protocols/bwe/drain_watch.h"

#include <algorithm>

#include "protocols/bwe/seconds.h"

namespace parley::bwe {

void DrainWatch::start(double queue_ms, double factor, bool anew, Time now) {
  factor_ = factor;
  start_ms_ = queue_ms;
  peak_ms_ = anew ? queue_ms : std::max(peak_ms_, queue_ms);
  since_ = now;
}

DrainWatch::Sight DrainWatch::update(double queue_ms, double round_trip, Time now) {
  peak_ms_ = std::max(peak_ms_, queue_ms);
  if (queue_ms > 2 * start_ms_ + 50 && factor_ < 1) return Sight::longer;
  // What is known of the queue was sent into it so long ago.
  const double known_late = round_trip + queue_ms / 1e3 + kFeedback;
  const double waited = seconds_between(since_, now) - known_late;
  if (waited < 0) return Sight::nothing;
  if (queue_ms < std::max(kEmptyMs, std::min(peak_ms_ / 5, kNearlyMs))) return Sight::empty;
  if (waited < kPatience) return Sight::nothing;

  const double expected = std::min(1000 * (1 - factor_) * waited, 0.7 * peak_ms_);
  if (peak_ms_ - queue_ms < kDrains * expected) return Sight::stays;
  return waited > 1 + peak_ms_ / 500 ? Sight::lasts : Sight::nothing;
}

}  // namespace parley::bwe
