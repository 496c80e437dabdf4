#pragma once

#include <map>
#include <string>

#include "application/operation/operation.h"
#include "application/people/attempts.h"

/// Polls in a meeting. Whoever has `create_poll` makes, opens, closes, shares and deletes them all,
/// theirs or not, and sees the counts while votes come in; whoever has `vote` votes once, as a
/// person and not as a tab, and may vote otherwise while it is open.
///
/// An anonymous poll is counted when it is closed: a count that moves whenever somebody votes would
/// say what they voted. A vote in it is final, since nobody knows any more which one it was.
///
/// `votes` of a ranked poll are the first preferences; the run-off is counted once it is closed.
namespace parley::application::polls {

inline constexpr std::size_t kMaxQuestion = 300;  ///< Code points.
inline constexpr std::size_t kMaxOption = 200;
inline constexpr std::size_t kFewestOptions = 2;
inline constexpr std::size_t kMostOptions = 20;
inline constexpr std::int64_t kMostPolls = 100;  ///< In one run of a meeting.
/// Each vote is told to everybody who is there.
inline constexpr people::Allowance kPace{.burst = 20, .pause = std::chrono::seconds(1)};

operation::Operations poll_operations();
/// State.polls
operation::Json polls_state(const operation::Call& call);
/// JSON Schemas: Poll, PollKind, PollNews.
std::map<std::string, operation::Json> components();
/// JSON Schemas of what the events say, by their type.
std::map<std::string, operation::Json> events();

}  // namespace parley::application::polls
