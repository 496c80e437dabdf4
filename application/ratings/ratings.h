#pragma once

#include <map>
#include <string>

#include "application/operation/operation.h"
#include "application/people/attempts.h"

/// How a meeting was, as those say who took part in this run of it: once per person, whatever the
/// tab; another rating takes the place of the one before. While it is on, and for a day after it
/// ended: so long a page that was left open may still ask.
///
/// Whoever may change the meeting's settings, and its owner from anywhere, reads the sums and what
/// was written, without whose it is.
namespace parley::application::ratings {

inline constexpr std::int64_t kFewestStars = 1;
inline constexpr std::int64_t kMostStars = 5;
inline constexpr std::size_t kMaxText = 500;  ///< Code points.
inline constexpr std::chrono::hours kAfterEnd{24};
/// Of the texts, the newest.
inline constexpr std::int64_t kMostTexts = 100;
/// Who goes through the stars by keys rates with each.
inline constexpr people::Allowance kPace{.burst = 20, .pause = std::chrono::seconds(3)};

operation::Operations rating_operations();
/// JSON Schemas: Ratings.
std::map<std::string, operation::Json> components();

}  // namespace parley::application::ratings
