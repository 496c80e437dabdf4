#pragma once

#include "base/time.h"

namespace parley::bwe {

// Differences of times as numbers: unlike `Duration` they do not overflow, whatever a peer reports.

inline double seconds_between(Duration from, Duration to) {
  return (static_cast<double>(to.count()) - static_cast<double>(from.count())) * 1e-9;
}
inline double seconds_between(Time from, Time to) {
  return seconds_between(from.time_since_epoch(), to.time_since_epoch());
}
inline double ms_between(Duration from, Duration to) { return seconds_between(from, to) * 1e3; }
inline double ms_between(Time from, Time to) { return seconds_between(from, to) * 1e3; }

}  // namespace parley::bwe
