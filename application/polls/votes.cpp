#include "application/polls/votes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string>

#include "base/assert.h"

namespace parley::application::polls {
namespace {

/// By ballot, in the order of the alphabet.
using Tallies = std::map<std::string, std::int64_t>;

Tallies tallies_of(store::Transaction& transaction, const meetings::Meeting& meeting,
                   const Poll& poll) {
  Tallies tallies;
  for (const store::Row& row : transaction.query("SELECT ballot, votes FROM poll_tallies "
                                                 "WHERE tenant = $1 AND meeting = $2 AND poll = $3",
                                                 {meeting.tenant, meeting.id, poll.id})) {
    tallies[row.text(0)] = row.integer(1);
  }
  return tallies;
}

std::vector<std::size_t> parse_ballot(std::string_view text) {
  std::vector<std::size_t> places;
  while (!text.empty()) {
    std::size_t place = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), place).ptr;
    places.push_back(place);
    text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
  }
  return places;
}

std::int64_t& at(std::vector<std::int64_t>& votes, std::size_t place) {
  PARLEY_ASSERT(place < votes.size());
  return votes[place];
}

/// All rows anew: see tables.h for why.
void add_to_tallies(store::Transaction& transaction, const meetings::Meeting& meeting,
                    const Poll& poll, const std::vector<std::size_t>& choices) {
  Tallies tallies = tallies_of(transaction, meeting, poll);
  if (poll.kind == Kind::ranked) {
    ++tallies[fmt::format("{}", fmt::join(choices, " "))];
  } else {
    // Which options somebody chose together is nobody's business either.
    for (const std::size_t choice : choices) ++tallies[fmt::format("{}", choice)];
  }
  transaction.change("DELETE FROM poll_tallies WHERE tenant = $1 AND meeting = $2 AND poll = $3",
                     {meeting.tenant, meeting.id, poll.id});
  for (const auto& [ballot, votes] : tallies) {
    transaction.change(
        "INSERT INTO poll_tallies (tenant, meeting, poll, ballot, votes) "
        "VALUES ($1, $2, $3, $4, $5)",
        {meeting.tenant, meeting.id, poll.id, ballot, votes});
  }
}

void write_choices(store::Transaction& transaction, const meetings::Meeting& meeting,
                   const Poll& poll, std::string_view person,
                   const std::vector<std::size_t>& choices) {
  transaction.change(
      "DELETE FROM poll_choices WHERE tenant = $1 AND meeting = $2 AND poll = $3 AND person = $4",
      {meeting.tenant, meeting.id, poll.id, person});
  for (std::size_t preference = 0; preference < choices.size(); ++preference) {
    transaction.change(
        "INSERT INTO poll_choices (tenant, meeting, poll, person, preference, place) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        {meeting.tenant, meeting.id, poll.id, person, preference, choices[preference]});
  }
}

}  // namespace

bool cast_vote(store::Transaction& transaction, const meetings::Meeting& meeting, const Poll& poll,
               std::string_view person, const std::vector<std::size_t>& choices) {
  const bool is_first =
      transaction.change(
          "INSERT INTO poll_voters (tenant, meeting, poll, person) VALUES ($1, $2, $3, $4) "
          "ON CONFLICT (tenant, meeting, poll, person) DO NOTHING",
          {meeting.tenant, meeting.id, poll.id, person}) > 0;
  if (poll.is_anonymous && !is_first) return false;
  if (poll.is_anonymous) {
    add_to_tallies(transaction, meeting, poll, choices);
  } else {
    write_choices(transaction, meeting, poll, person, choices);
  }
  return true;
}

std::optional<std::vector<std::size_t>> vote_of(store::Transaction& transaction,
                                                const meetings::Meeting& meeting, const Poll& poll,
                                                std::string_view person) {
  const store::Values who{meeting.tenant, meeting.id, poll.id, person};
  const bool has_voted =
      transaction
          .first(
              "SELECT 1 FROM poll_voters WHERE tenant = $1 AND meeting = $2 AND poll = $3 AND "
              "person = $4",
              who)
          .has_value();
  if (!has_voted) return std::nullopt;
  std::vector<std::size_t> choices;
  for (const store::Row& row : transaction.query(
           "SELECT place FROM poll_choices WHERE tenant = $1 AND meeting = $2 AND poll = $3 AND "
           "person = $4 ORDER BY preference",
           who)) {
    choices.push_back(static_cast<std::size_t>(row.integer(0)));
  }
  return choices;
}

std::int64_t count_voters(store::Transaction& transaction, const meetings::Meeting& meeting,
                          const Poll& poll) {
  const auto row = transaction.first(
      "SELECT COUNT(*) FROM poll_voters WHERE tenant = $1 AND meeting = $2 AND poll = $3",
      {meeting.tenant, meeting.id, poll.id});
  return row ? row->integer(0) : 0;
}

std::vector<std::int64_t> count_votes(store::Transaction& transaction,
                                      const meetings::Meeting& meeting, const Poll& poll) {
  std::vector<std::int64_t> votes(poll.options.size(), 0);
  if (poll.is_anonymous) {
    for (const auto& [ballot, times] : tallies_of(transaction, meeting, poll)) {
      at(votes, parse_ballot(ballot).front()) += times;
    }
    return votes;
  }
  // Of an order what is first; a choice of several has none.
  const std::int64_t least_wanted = poll.kind == Kind::ranked ? 0 : std::ssize(poll.options);
  for (const store::Row& row : transaction.query(
           "SELECT place, COUNT(*) FROM poll_choices "
           "WHERE tenant = $1 AND meeting = $2 AND poll = $3 AND preference <= $4 GROUP BY place",
           {meeting.tenant, meeting.id, poll.id, least_wanted})) {
    at(votes, static_cast<std::size_t>(row.integer(0))) = row.integer(1);
  }
  return votes;
}

std::vector<Ballot> ballots_of(store::Transaction& transaction, const meetings::Meeting& meeting,
                               const Poll& poll) {
  std::vector<Ballot> ballots;
  if (poll.is_anonymous) {
    for (const auto& [ballot, times] : tallies_of(transaction, meeting, poll)) {
      ballots.push_back({parse_ballot(ballot), times});
    }
    return ballots;
  }
  for (const store::Row& row : transaction.query(
           "SELECT place, preference FROM poll_choices "
           "WHERE tenant = $1 AND meeting = $2 AND poll = $3 ORDER BY person, preference",
           {meeting.tenant, meeting.id, poll.id})) {
    if (row.integer(1) == 0) ballots.emplace_back();
    ballots.back().order.push_back(static_cast<std::size_t>(row.integer(0)));
  }
  return ballots;
}

}  // namespace parley::application::polls
