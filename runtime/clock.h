#pragma once

#include <time.h>

#include <chrono>

#include "base/time.h"

/// Where `now` comes from. A loop reads it once per turn and hands it on.
namespace parley::runtime {

inline std::chrono::nanoseconds read_clock(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

inline Time monotonic_now() { return Time(read_clock(CLOCK_MONOTONIC)); }

/// Read once, when the process starts: later steps of the world's clock do not reach us.
inline ClockOffset clock_offset() {
  return {read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC)};
}

/// CPU time of the calling thread, user and system.
inline Duration thread_cpu_time() { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

}  // namespace parley::runtime
