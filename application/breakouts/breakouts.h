#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "application/operation/operation.h"

/// Breakout rooms. Whoever has `manage_breakouts` plans, opens and closes them and moves anybody;
/// where the plan says so, people hop from one to another themselves; everybody may come back.
namespace parley::application::breakouts {

inline constexpr std::size_t kMostPeople = 1000;
inline constexpr std::int64_t kLongestCountdown = 600;  ///< Seconds.

operation::Operations breakout_operations();
/// State.breakouts
operation::Json breakouts_state(const operation::Call& call);
/// JSON Schemas: Breakouts.
std::map<std::string, operation::Json> components();
/// JSON Schemas of what the events say, by their type.
std::map<std::string, operation::Json> events();

/// Brings back everybody from groups whose time is up.
std::vector<std::pair<meetings::Meeting, operation::Effects>> on_time(
    store::Transaction& transaction, WallTime now);

}  // namespace parley::application::breakouts
