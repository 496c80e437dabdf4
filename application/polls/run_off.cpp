#include "application/polls/run_off.h"

#include <algorithm>
#include <numeric>

#include "base/assert.h"

namespace parley::application::polls {
namespace {

/// How often an option is first, second … on a ballot.
using Preferences = std::vector<std::int64_t>;

std::vector<Preferences> preferences_of(std::size_t options, const std::vector<Ballot>& ballots) {
  std::vector<Preferences> all(options, Preferences(options, 0));
  for (const Ballot& ballot : ballots) {
    for (std::size_t i = 0; i < ballot.order.size(); ++i) {
      PARLEY_ASSERT(i < options && ballot.order[i] < options);
      all[ballot.order[i]][i] += ballot.times;
    }
  }
  return all;
}

std::vector<std::int64_t> count(const std::vector<bool>& is_in,
                                const std::vector<Ballot>& ballots) {
  std::vector<std::int64_t> votes(is_in.size(), 0);
  for (const Ballot& ballot : ballots) {
    const auto first =
        std::ranges::find_if(ballot.order, [&](std::size_t option) { return is_in[option]; });
    if (first != ballot.order.end()) votes[*first] += ballot.times;
  }
  return votes;
}

}  // namespace

RunOff count_run_off(std::size_t options, const std::vector<Ballot>& ballots) {
  RunOff result;
  if (ballots.empty()) return result;
  const auto preferences = preferences_of(options, ballots);
  std::vector<std::size_t> left(options);
  std::iota(left.begin(), left.end(), std::size_t{0});
  std::vector<bool> is_in(options, true);
  while (true) {
    const auto votes = count(is_in, ballots);
    auto& round = result.rounds.emplace_back();
    round.votes.resize(options);
    for (const std::size_t option : left) round.votes[option] = votes[option];

    const std::int64_t all = std::accumulate(votes.begin(), votes.end(), std::int64_t{0});
    const auto most = std::ranges::max_element(votes);
    if (2 * *most > all) {
      result.winners = {static_cast<std::size_t>(most - votes.begin())};
      return result;
    }
    const auto is_weaker = [&](std::size_t a, std::size_t b) {
      if (votes[a] != votes[b]) return votes[a] < votes[b];
      return preferences[a] < preferences[b];
    };
    const std::size_t weakest = *std::ranges::min_element(left, is_weaker);
    for (const std::size_t option : left) {
      if (!is_weaker(weakest, option)) round.out.push_back(option);
    }
    if (round.out.size() == left.size()) {
      result.winners = std::move(round.out);
      round.out.clear();
      return result;
    }
    for (const std::size_t option : round.out) is_in[option] = false;
    std::erase_if(left, [&](std::size_t option) { return !is_in[option]; });
  }
}

}  // namespace parley::application::polls
