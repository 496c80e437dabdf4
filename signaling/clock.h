#pragma once

#include "base/time.h"
#include "runtime/clock.h"

/// Where the edge reads its clocks; below it, time is a parameter.
namespace parley::signaling {

using runtime::monotonic_now;

/// Read anew each time: a token's expiry follows the world's clock, steps and all.
inline WallTime wall_now() { return WallTime(runtime::read_clock(CLOCK_REALTIME)); }

}  // namespace parley::signaling
