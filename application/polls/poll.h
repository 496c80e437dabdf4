#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/meetings/meetings.h"
#include "application/store/transaction.h"
#include "base/random.h"
#include "base/time.h"

/// The polls of one run of a meeting, without their votes (votes.h).
namespace parley::application::polls {

enum class Kind : std::uint8_t {
  single,
  multiple,
  ranked,  ///< Some of the options, in order; counted by instant run-off (run_off.h).
  quiz,    ///< Several, of which some are correct.
};
std::string_view to_string(Kind kind);
std::optional<Kind> parse_kind(std::string_view name);

enum class State : std::uint8_t {
  draft,   ///< Seen only by who makes polls.
  open,    ///< Takes votes.
  closed,  ///< For good.
};
std::string_view to_string(State state);

struct Option {
  std::string text;
  bool is_correct = false;
};

struct Poll {
  std::string id;
  std::string question;
  Kind kind{};
  bool is_anonymous = false;
  State state = State::draft;
  bool is_shared = false;  ///< Everybody sees the counts.
  WallTime created_at{};
  std::vector<Option> options;
};

/// Gives it its id.
void add_poll(store::Transaction& transaction, const meetings::Meeting& meeting, Poll& poll,
              Random& random);
std::optional<Poll> poll_by_id(store::Transaction& transaction, const meetings::Meeting& meeting,
                               std::string_view id);
/// In the order in which they were made.
std::vector<Poll> polls_of(store::Transaction& transaction, const meetings::Meeting& meeting);
std::int64_t count_polls(store::Transaction& transaction, const meetings::Meeting& meeting);
/// Writes state and is_shared.
void save_poll(store::Transaction& transaction, const meetings::Meeting& meeting, const Poll& poll);
/// With all its votes.
void remove_poll(store::Transaction& transaction, const meetings::Meeting& meeting,
                 const Poll& poll);

}  // namespace parley::application::polls
