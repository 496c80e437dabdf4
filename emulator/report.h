#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <nlohmann/json.hpp>

#include "emulator/statistics.h"

/// Statistics as JSON; README.md says what the fields are.
namespace parley::emulator {

nlohmann::ordered_json to_json(const Counts& counts, std::size_t waiting_bytes);
/// An array of the seconds with number `since` and later.
nlohmann::ordered_json to_json(const std::deque<Second>& seconds, std::int64_t since);

}  // namespace parley::emulator
