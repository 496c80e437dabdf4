#pragma once

#include <string>
#include <vector>

namespace parley::runtime {

/// Names the calling thread for top, gdb and perf; at most 15 characters are kept.
void name_thread(const std::string& name);

/// The cores that this process may use, by its affinity mask (a container often has fewer than the
/// machine).
std::vector<unsigned> usable_cores();

/// Keeps the calling thread on one core. False if the kernel refuses.
bool pin_thread(unsigned core);

}  // namespace parley::runtime
