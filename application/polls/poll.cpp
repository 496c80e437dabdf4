#include "application/polls/poll.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace parley::application::polls {
namespace {

constexpr std::size_t kIdLength = 22;
constexpr std::array<std::string_view, 4> kKinds{"single", "multiple", "ranked", "quiz"};
constexpr std::array<std::string_view, 3> kStates{"draft", "open", "closed"};

constexpr std::string_view kSelect =
    "SELECT id, question, kind, is_anonymous, state, is_shared, created_at FROM polls "
    "WHERE tenant = $1 AND meeting = $2 AND run = $3 ";

State state_of(std::string_view name) {
  const auto at = std::ranges::find(kStates, name);
  return at == kStates.end() ? State::closed : static_cast<State>(at - kStates.begin());
}

Poll poll_of(const store::Row& row) {
  return {.id = row.text(0),
          .question = row.text(1),
          .kind = parse_kind(row.text(2)).value_or(Kind::single),
          .is_anonymous = row.truth(3),
          .state = state_of(row.text(4)),
          .is_shared = row.truth(5),
          .created_at = row.time(6),
          .options = {}};
}

void read_options(store::Transaction& transaction, const meetings::Meeting& meeting, Poll& poll) {
  for (const store::Row& row :
       transaction.query("SELECT text, is_correct FROM poll_options "
                         "WHERE tenant = $1 AND meeting = $2 AND poll = $3 ORDER BY place",
                         {meeting.tenant, meeting.id, poll.id})) {
    poll.options.push_back({row.text(0), row.truth(1)});
  }
}

}  // namespace

std::string_view to_string(Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view to_string(State state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<Kind> parse_kind(std::string_view name) {
  const auto at = std::ranges::find(kKinds, name);
  if (at == kKinds.end()) return std::nullopt;
  return static_cast<Kind>(at - kKinds.begin());
}

void add_poll(store::Transaction& transaction, const meetings::Meeting& meeting, Poll& poll,
              Random& random) {
  poll.id = random.token(kIdLength);
  const auto newest = transaction.first(
      "SELECT COALESCE(MAX(number), 0) FROM polls WHERE tenant = $1 AND meeting = $2 AND run = $3",
      {meeting.tenant, meeting.id, meeting.run});
  if (!newest) return;
  transaction.change(
      "INSERT INTO polls (tenant, meeting, id, run, number, question, kind, is_anonymous, state, "
      "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      {meeting.tenant, meeting.id, poll.id, meeting.run, newest->integer(0) + 1, poll.question,
       to_string(poll.kind), poll.is_anonymous, to_string(poll.state), poll.created_at});
  for (std::size_t place = 0; place < poll.options.size(); ++place) {
    transaction.change(
        "INSERT INTO poll_options (tenant, meeting, poll, place, text, is_correct) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        {meeting.tenant, meeting.id, poll.id, place, poll.options[place].text,
         poll.options[place].is_correct});
  }
}

std::optional<Poll> poll_by_id(store::Transaction& transaction, const meetings::Meeting& meeting,
                               std::string_view id) {
  const auto row = transaction.first(fmt::format("{}AND id = $4", kSelect),
                                     {meeting.tenant, meeting.id, meeting.run, id});
  if (!row) return std::nullopt;
  Poll poll = poll_of(*row);
  read_options(transaction, meeting, poll);
  return poll;
}

std::vector<Poll> polls_of(store::Transaction& transaction, const meetings::Meeting& meeting) {
  std::vector<Poll> polls;
  for (const store::Row& row : transaction.query(fmt::format("{}ORDER BY number", kSelect),
                                                 {meeting.tenant, meeting.id, meeting.run})) {
    polls.push_back(poll_of(row));
  }
  for (Poll& poll : polls) read_options(transaction, meeting, poll);
  return polls;
}

std::int64_t count_polls(store::Transaction& transaction, const meetings::Meeting& meeting) {
  const auto row = transaction.first(
      "SELECT COUNT(*) FROM polls WHERE tenant = $1 AND meeting = $2 AND run = $3",
      {meeting.tenant, meeting.id, meeting.run});
  return row ? row->integer(0) : 0;
}

void save_poll(store::Transaction& transaction, const meetings::Meeting& meeting,
               const Poll& poll) {
  transaction.change(
      "UPDATE polls SET state = $4, is_shared = $5 WHERE tenant = $1 AND meeting = $2 AND id = $3",
      {meeting.tenant, meeting.id, poll.id, to_string(poll.state), poll.is_shared});
}

void remove_poll(store::Transaction& transaction, const meetings::Meeting& meeting,
                 const Poll& poll) {
  transaction.change("DELETE FROM polls WHERE tenant = $1 AND meeting = $2 AND id = $3",
                     {meeting.tenant, meeting.id, poll.id});
}

}  // namespace parley::application::polls
