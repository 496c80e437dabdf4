#pragma once

#include <map>
#include <string>

#include "application/operation/operation.h"

/// The one timer of a meeting, which everybody sees count down. Whoever has `run_timer` sets it, in
/// place of the one that runs, and stops it. That it has run out each page sees by itself.
namespace parley::application::timer {

inline constexpr std::int64_t kLongest = 24L * 60 * 60;  ///< Seconds.
inline constexpr std::size_t kMaxLabel = 100;            ///< Code points.

operation::Operations timer_operations();
/// State.timer; null: none, or it has run out.
operation::Json timer_state(const operation::Call& call);
/// JSON Schemas: Timer.
std::map<std::string, operation::Json> components();
/// JSON Schemas of what the events say, by their type.
std::map<std::string, operation::Json> events();

}  // namespace parley::application::timer
