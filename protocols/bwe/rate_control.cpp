#include "protocols/bwe/rate_control.h"

#include <algorithm>
#include <cmath>

#include "protocols/bwe/seconds.h"

namespace parley::bwe {
namespace {

// The longer the queue, the further below the capacity: it is to be gone within a second or two.
double factor_to_drain(double queue_ms) {
  constexpr double kMost = RateControl::kDecrease;
  return std::clamp(kMost - (queue_ms - RateControl::kShortMs) / 1250, 0.3, kMost);
}

/// Seconds until what is sent now is known to have arrived: it waits behind the queue.
double shows_after(const PathState& path) {
  return path.round_trip + path.queue_ms / 1e3 + DrainWatch::kFeedback;
}

}  // namespace

RateControl::RateControl(const Config& config)
    : min_(static_cast<double>(config.min)),
      max_(static_cast<double>(std::max(config.max, config.min))),
      target_(std::clamp(static_cast<double>(config.start), min_, max_)) {}

double RateControl::since_decrease(Time now) const {
  return decreased_ ? seconds_between(decreased_at_, now) : 1e9;
}

void RateControl::set(double bits_per_second) { target_ = std::clamp(bits_per_second, min_, max_); }

void RateControl::raise(double bits_per_second) {
  if (bits_per_second > target_) set(bits_per_second);
}

void RateControl::raise_to(double bits_per_second, double capacity) {
  raise(bits_per_second);
  if (capacity > capacity_) capacity_ = capacity;
}

void RateControl::bound(double bits_per_second) {
  if (bits_per_second < target_) set(bits_per_second);
}

void RateControl::update(const PathState& path, Time now) {
  const double seconds = updated_ ? std::clamp(seconds_between(*updated_, now), 0.0, 0.5) : 0.0;
  updated_ = now;
  // On a narrow path a packet by itself takes as long as a short queue elsewhere.
  const double packet_ms = path.carried ? 1e3 * kPacketBits / std::max(*path.carried, min_) : 0;
  if (path.queue_ms < DrainWatch::kEmptyMs + packet_ms) {
    contended_ = false;
    emptied_ = true;
  }
  if (!recovering_ && target_ > 1.15 * capacity_) capacity_ = 0;  // It is more than it was.

  if (contended_ && look_for_detour(path, now)) return;
  const bool over = path.usage == Usage::over && path.queue_ms >= kNoiseMs && !contended_;
  if (over || stands(path, now)) {
    if (!path.carried || !path.carried_now) return;
    // There is a queue, so what came just now is all that the path carries. Over half a second
    // there is less noise, but perhaps less was sent for a part of it, or the path was wider.
    const double carried = *path.carried_now < 0.7 * *path.carried
                               ? *path.carried_now
                               : std::max(*path.carried, *path.carried_now);
    const double settled =
        path.round_trip + DrainWatch::kFeedback;  // As long as a step takes to show.
    const bool settling = recovering_ || since_decrease(now) < settled;
    const bool far = carried < 0.75 * target_ &&
                     (path.queue_ms > kShortMs || since_decrease(now) > settled + 0.5);
    if (!settling || far) {
      decrease(path, carried, factor_to_drain(path.queue_ms), now);
    }
  }
  if (recovering_) return recover(path, now);
  if (contended_ && path.losing && path.carried) {
    if (since_decrease(now) < path.round_trip + path.queue_ms / 1e3 + 0.3) return;
    decreased_at_ = now;
    return bound(kContestDecrease * std::min(target_, *path.carried));
  }
  if (path.usage != Usage::under) increase(path, seconds, now);
}

// Not of the draft: a queue that neither grows nor shrinks is no over-use to the detector.
bool RateControl::stands(const PathState& path, Time now) {
  if (contended_) {
    const double seconds = seconds_between(contended_since_, now);
    const bool longer = path.queue_ms > 1.5 * contended_ms_ + 50;
    return seconds > kContest || (longer && seconds > kContest / 4);
  }
  if (path.queue_ms < kStandingMs || recovering_) {
    standing_ = false;
    return false;
  }
  if (!standing_) standing_since_ = now;
  standing_ = true;
  return seconds_between(standing_since_, now) > kStandingFor + path.round_trip;
}

void RateControl::decrease(const PathState& path, double carried, double factor, Time now) {
  if (emptied_) before_ = target_;
  emptied_ = false;
  if (!recovering_) undrained_ = false;
  if (path.queue_ms < kShortMs && carried < target_ && !undrained_) {
    // It has just begun. If more was sent only a moment ago, what came does not show it yet.
    capacity_ = std::max(carried, 0.98 * target_);
    factor = kShortDecrease;
    bound(factor * capacity_);
  } else if (path.application_limited && !application_strike_ && since_decrease(now) > 2) {
    // Far less is sent than may be. Once, what flows may go on: it may be somebody else's burst.
    application_strike_ = true;
    factor = 1;
    bound(carried);
  } else {
    application_strike_ = false;
    if (!path.application_limited) {
      // What is sent is too much, even if more seems to come.
      const double full = std::min(carried, target_);
      const bool similar = capacity_ > 0 && std::abs(full / capacity_ - 1) < 0.2;
      capacity_ = similar ? 0.7 * capacity_ + 0.3 * full : full;
      bound(0.95 * target_);
    }
    bound(factor * carried);
  }
  stepped_from_ = factor < 1 ? std::optional(carried) : std::nullopt;
  watch_.start(path.queue_ms, factor, !recovering_ || undrained_, now);
  was_contended_ = contended_ || (was_contended_ && recovering_);
  contended_ = false;
  decreased_ = true;
  recovering_ = true;
  standing_ = false;
  decreased_at_ = now;
}

// What came just before a step back came in part while the path was still wide, or before others
// came. A moment later, and before the step can show, it is all from the queue: what the path
// carries.
void RateControl::look_again(const PathState& path, Time now) {
  const double since = since_decrease(now);
  if (!stepped_from_ || since < kMoment || !path.carried_now) return;
  const double before = *std::exchange(stepped_from_, std::nullopt);
  const bool shows = since > shows_after(path);
  const double carried = *path.carried_now;
  if (shows || path.queue_ms < kShortMs || carried > kFarLess * before) return;
  if (capacity_ > 0) capacity_ = std::min(capacity_, carried);
  bound(watch_.factor() * carried);
}

// Holds until the queue is gone: to grow before would keep it. Under-use is a queue that empties
// (gcc-02 section 5.5, state "hold").
void RateControl::recover(const PathState& path, Time now) {
  look_again(path, now);
  // What leaves a queue is what the path carries, however little is sent.
  if (path.queue_ms > kShortMs && path.carried && capacity_ > 0 &&
      since_decrease(now) > shows_after(path)) {
    capacity_ = std::min(capacity_, *path.carried);
  }
  switch (watch_.update(path.queue_ms, path.round_trip, now)) {
    case DrainWatch::Sight::nothing:
      return;
    case DrainWatch::Sight::longer: {
      // It was a larger step down of the path than the first moment showed.
      if (!path.carried_now) return;
      const double factor = std::max(factor_to_drain(path.queue_ms), 0.5);
      watch_.start(path.queue_ms, std::min(watch_.factor(), factor), false, now);
      bound(watch_.factor() * *path.carried_now);
      decreased_at_ = now;
      return;
    }
    case DrainWatch::Sight::empty:
      recovering_ = false;
      emptied_ = true;
      if (capacity_ <= 0) return;
      bound(capacity_);
      if (path.may_grow) raise(kRecovered * capacity_);
      return;
    case DrainWatch::Sight::lasts:
      if (watch_.factor() == 1 || path.queue_ms < std::max(kStandingMs, 0.3 * watch_.peak_ms())) {
        recovering_ = false;
        return;
      }
      [[fallthrough]];
    case DrainWatch::Sight::stays:
      if (undrained_ || !path.carried_now) return contend(path, now);
      // Perhaps the step was too small. A larger one leaves no doubt.
      undrained_ = true;
      return decrease(path, std::min(*path.carried_now, target_), kDoubtless, now);
  }
}

// Somebody else keeps the queue full. Who yields to it yields all: from here on only loss counts,
// as it does for a TCP flow, until the queue is seen empty.
void RateControl::contend(const PathState& path, Time now) {
  recovering_ = false;
  contended_ = true;
  contended_since_ = now;
  contended_ms_ = least_ms_ = most_ms_ = path.queue_ms;
  steady_since_ = now;
  capacity_ = 0;
  raise(was_contended_ ? 0.95 * before_ : std::min(0.7 * before_, 3 * target_));
}

// A way that has become longer looks like a queue that we cannot drain; but what others fill and a
// path empties goes up and down.
bool RateControl::look_for_detour(const PathState& path, Time now) {
  least_ms_ = std::min(least_ms_, path.queue_ms);
  most_ms_ = std::max(most_ms_, path.queue_ms);
  if (path.losing || most_ms_ - least_ms_ > kDetourMs) {
    least_ms_ = most_ms_ = path.queue_ms;
    steady_since_ = now;
    return false;
  }
  if (seconds_between(steady_since_, now) < kDetour) return false;
  contended_ = was_contended_ = false;
  emptied_ = true;
  detour_ = true;
  raise(kRecovered * before_);
  return true;
}

void RateControl::increase(const PathState& path, double seconds, Time now) {
  if (!path.may_grow || !path.carried || target_ >= path.useful) return;
  // What was never seen to arrive is a guess: it goes no further than this.
  const double most = kHeadroom * *path.carried + 10'000;
  if (target_ >= most) return;
  double rate = kIncrease;
  if (capacity_ > 0 && target_ > 0.8 * capacity_) {
    rate = std::clamp(kCarefulStep / target_, kCarefully, kIncrease);
  } else if (contended_) {
    const double round_trip = path.round_trip + path.queue_ms / 1e3;
    const double step = kContestBits / (round_trip * round_trip);
    rate = std::clamp(step / target_, kIncrease, kContestFastest);
  } else {
    rate = std::min(kIncrease * (1 + since_decrease(now) / 4), kFastest);
  }
  set(std::min(target_ * (1 + rate * seconds), most));
}

}  // namespace parley::bwe
