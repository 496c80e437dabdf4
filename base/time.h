#pragma once

#include <chrono>
#include <cstdint>

/// Time as an input. Nothing here reads a clock: `Time` is a point on the monotonic clock that the
/// shell (runtime/clock.h) or the simulation hands in, once per turn.
namespace parley {

using namespace std::chrono_literals;

struct MonotonicClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
};

using Duration = std::chrono::nanoseconds;
using Time = MonotonicClock::time_point;

/// A point in the world's time, since the Unix epoch. Only for what leaves the machine (sender
/// reports, tokens, creation times), never for deciding how long to wait.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Relates the two clocks; fixed when a process starts (or a simulation begins).
struct ClockOffset {
  std::chrono::nanoseconds unix_minus_monotonic{0};

  constexpr WallTime wall(Time t) const {
    return WallTime(t.time_since_epoch() + unix_minus_monotonic);
  }
};

/// Never: later than every deadline.
inline constexpr Time kNever = Time::max();

constexpr std::int64_t to_ms(Duration d) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
}

}  // namespace parley
