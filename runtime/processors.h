#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::runtime {

/// How many cores' worth of work this process may do at once: by its affinity mask, and by what its
/// control group is granted (a container with a limit of two CPUs sees all 64 of its host). At
/// least 1.
///
///  source    sched_getaffinity(2); Linux, admin-guide/cgroup-v2: cpu.max, of the own group and of
///            those above it
///  errors    what cannot be read limits nothing
unsigned usable_processors();

/// Of a `cpu.max` file ("200000 100000"): CPUs, perhaps a fraction. Nothing for "max", and for what
/// is no such file.
std::optional<double> parse_cpu_max(std::string_view text);

/// The lowest limit of the group at `path` ("/a/b") and of those above it, under the root of a
/// version 2 hierarchy.
std::optional<double> cpu_limit(const std::string& root, std::string path);

}  // namespace parley::runtime
