#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "application/polls/poll.h"
#include "application/polls/run_off.h"

/// The votes of a poll, one per person, and their sums. Of an anonymous poll is kept who voted and
/// how often each ballot was cast, but not by whom (tables.h): such a vote cannot be changed.
namespace parley::application::polls {

/// Places of options; in a ranked poll in the order of preference. What is given is known to be
/// possible in this poll. False: they have voted in an anonymous poll before, and nothing changes.
bool cast_vote(store::Transaction& transaction, const meetings::Meeting& meeting, const Poll& poll,
               std::string_view person, const std::vector<std::size_t>& choices);
/// nullopt: they have not voted. Empty: they have, and nobody knows what.
std::optional<std::vector<std::size_t>> vote_of(store::Transaction& transaction,
                                                const meetings::Meeting& meeting, const Poll& poll,
                                                std::string_view person);

std::int64_t count_voters(store::Transaction& transaction, const meetings::Meeting& meeting,
                          const Poll& poll);
/// For each option how many chose it; in a ranked poll how many want it first.
std::vector<std::int64_t> count_votes(store::Transaction& transaction,
                                      const meetings::Meeting& meeting, const Poll& poll);
/// Of a ranked poll.
std::vector<Ballot> ballots_of(store::Transaction& transaction, const meetings::Meeting& meeting,
                               const Poll& poll);

}  // namespace parley::application::polls
