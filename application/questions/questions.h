#pragma once

#include <map>
#include <string>

#include "application/operation/operation.h"
#include "application/people/attempts.h"

/// Q&A: who has `ask_question` asks, who has `vote` says which of the others' questions they want
/// answered, once per person, and who has `answer_question` answers, in writing or aloud. One's own
/// question takes no vote of one's own: it was asked. Taken back it is by whoever asked it, and
/// removed by who answers or moderates the chat.
///
/// Asked without a name, a question tells nobody whose it is, moderators neither. The server knows:
/// so that it can be taken back, and nobody asks faster by leaving out their name.
namespace parley::application::questions {

inline constexpr std::size_t kMaxText = 1000;  ///< Code points.
inline constexpr std::size_t kMaxAnswer = 4000;
inline constexpr std::int64_t kMostQuestions = 5000;  ///< In one run of a meeting.
inline constexpr std::int64_t kInState = 100;
inline constexpr people::Allowance kAskPace{.burst = 5, .pause = std::chrono::seconds(10)};
/// Each vote is told to everybody who is there.
inline constexpr people::Allowance kVotePace{.burst = 20, .pause = std::chrono::seconds(1)};

operation::Operations question_operations();
/// State.questions: those with the most votes.
operation::Json questions_state(const operation::Call& call);
/// JSON Schemas: Question, QuestionNews.
std::map<std::string, operation::Json> components();
/// JSON Schemas of what the events say, by their type.
std::map<std::string, operation::Json> events();

}  // namespace parley::application::questions
