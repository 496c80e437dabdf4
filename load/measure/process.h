#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace parley::load {

/// What a process has used.
struct ProcessUse {
  Duration cpu{};  ///< User and system.
  std::uint64_t resident_kb = 0;
};

/// From /proc; nothing if there is no such process.
std::optional<ProcessUse> read_process(pid_t pid);

/// User and system time in a line of /proc/PID/stat, in clock ticks. The name in it may hold
/// anything, blanks and brackets included.
std::optional<std::uint64_t> ticks_in_stat(std::string_view line);

}  // namespace parley::load
