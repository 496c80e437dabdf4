#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "application/meetings/meetings.h"
#include "application/store/transaction.h"
#include "base/random.h"
#include "base/time.h"

/// The questions of one run of a meeting, and who voted for them.
namespace parley::application::questions {

struct Question {
  std::string id;
  std::int64_t number = 0;  ///< In the order in which they were asked.
  WallTime at{};
  std::string person;               ///< Person::key(); told to nobody.
  std::optional<std::string> name;  ///< nullopt: asked without it.
  std::string text;
  std::int64_t votes = 0;
  bool is_answered = false;
  std::optional<std::string> answer;  ///< In writing.
};

enum class Order : std::uint8_t {
  votes,   ///< Most first; of equal ones who asked earlier.
  newest,  ///< First.
};
/// Where a page ended.
struct Cursor {
  std::int64_t votes = 0;
  std::int64_t number = 0;
};

/// Gives it its id and number.
void add_question(store::Transaction& transaction, const meetings::Meeting& meeting,
                  Question& question, Random& random);
std::optional<Question> question_by_id(store::Transaction& transaction,
                                       const meetings::Meeting& meeting, std::string_view id);
/// At most `limit`, after a cursor. Votes that come in between move questions over the border of
/// two pages; the events of the meeting say so.
std::vector<Question> questions_after(store::Transaction& transaction,
                                      const meetings::Meeting& meeting, Order order,
                                      const std::optional<Cursor>& cursor, std::int64_t limit);
std::int64_t count_questions(store::Transaction& transaction, const meetings::Meeting& meeting);
/// Writes is_answered and answer.
void save_answer(store::Transaction& transaction, const meetings::Meeting& meeting,
                 const Question& question);
/// With its votes.
void remove_question(store::Transaction& transaction, const meetings::Meeting& meeting,
                     const Question& question);

/// Counts them once, however often they vote. False: it was so already.
bool set_vote(store::Transaction& transaction, const meetings::Meeting& meeting, Question& question,
              std::string_view person, bool votes_for_it);
/// The ids of those that somebody voted for.
std::set<std::string> votes_of(store::Transaction& transaction, const meetings::Meeting& meeting,
                               std::string_view person);

}  // namespace parley::application::questions
