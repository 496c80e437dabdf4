#include "application/polls/run_off.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/random.h"

namespace parley::application::polls {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Votes = std::vector<std::optional<std::int64_t>>;

TEST(RunOff, MoreThanHalfOfTheFirstPreferencesWinsAtOnce) {
  const auto result = count_run_off(3, {{{1, 0, 2}, 3}, {{0, 2, 1}, 2}});
  EXPECT_THAT(result.winners, ElementsAre(1));
  ASSERT_EQ(result.rounds.size(), 1U);
  EXPECT_EQ(result.rounds[0].votes, (Votes{2, 3, 0}));
  EXPECT_THAT(result.rounds[0].out, IsEmpty());
}

TEST(RunOff, HalfIsNotMoreThanHalf) {
  const auto result = count_run_off(3, {{{0}, 2}, {{1, 2}, 1}, {{2, 1}, 1}});
  EXPECT_THAT(result.rounds[0].out, ElementsAre(1, 2)) << "two of four do not win yet";
  EXPECT_THAT(result.winners, ElementsAre(0));
}

// The capital of Tennessee: the usual example of how the run-off differs from the first
// preferences.
TEST(RunOff, TheFewestGoOutAndTheirBallotsCountForTheNextOnThem) {
  const auto result = count_run_off(
      4, {{{0, 1, 2, 3}, 42}, {{1, 2, 3, 0}, 26}, {{2, 3, 1, 0}, 15}, {{3, 2, 1, 0}, 17}});
  ASSERT_EQ(result.rounds.size(), 3U);
  EXPECT_EQ(result.rounds[0].votes, (Votes{42, 26, 15, 17}));
  EXPECT_THAT(result.rounds[0].out, ElementsAre(2));
  EXPECT_EQ(result.rounds[1].votes, (Votes{42, 26, std::nullopt, 32}));
  EXPECT_THAT(result.rounds[1].out, ElementsAre(1));
  EXPECT_EQ(result.rounds[2].votes, (Votes{42, std::nullopt, std::nullopt, 58}));
  EXPECT_THAT(result.winners, ElementsAre(3));
}

TEST(RunOff, ABallotWhoseOptionsAreAllOutCountsForNobody) {
  const auto result = count_run_off(3, {{{0}, 4}, {{1}, 3}, {{2}, 2}});
  ASSERT_EQ(result.rounds.size(), 2U);
  EXPECT_EQ(result.rounds[1].votes, (Votes{4, 3, std::nullopt}));
  EXPECT_THAT(result.winners, ElementsAre(0)) << "four of seven that still count";
}

TEST(RunOff, OfSeveralThatHaveTheFewestGoesWhoIsWantedLess) {
  // Second preferences tell 1 from 2.
  const auto second = count_run_off(3, {{{0, 1}, 4}, {{1}, 3}, {{2, 1}, 3}});
  EXPECT_THAT(second.rounds[0].out, ElementsAre(2));
  EXPECT_THAT(second.winners, ElementsAre(1));
  // In the second round 0 and 2 have five; 2 had fewer in the first.
  const auto first = count_run_off(4, {{{0}, 5}, {{1}, 6}, {{2}, 3}, {{3, 2}, 2}});
  EXPECT_THAT(first.rounds[0].out, ElementsAre(3));
  EXPECT_EQ(first.rounds[1].votes, (Votes{5, 6, 5, std::nullopt}));
  EXPECT_THAT(first.rounds[1].out, ElementsAre(2));
}

TEST(RunOff, WhomNothingTellsApartGoTogetherAndWinTogether) {
  EXPECT_THAT(count_run_off(3, {{{0}, 1}, {{1}, 1}, {{2}, 1}}).winners, ElementsAre(0, 1, 2));
  const auto out = count_run_off(4, {{{0, 1}, 3}, {{1, 0}, 3}, {{2}, 1}, {{3}, 1}});
  EXPECT_THAT(out.rounds[0].out, ElementsAre(2, 3));
  EXPECT_THAT(out.winners, ElementsAre(0, 1));
}

TEST(RunOff, WithoutBallotsNobodyWins) {
  const auto result = count_run_off(3, {});
  EXPECT_THAT(result.winners, IsEmpty());
  EXPECT_THAT(result.rounds, IsEmpty());
}

std::vector<Ballot> some_ballots(SeededRandom& dice, std::size_t options) {
  std::vector<Ballot> ballots;
  for (std::uint64_t i = 1 + dice.below(12); i > 0; --i) {
    std::vector<std::size_t> order(options);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t k = options; k > 1; --k) std::swap(order[k - 1], order[dice.below(k)]);
    order.resize(1 + dice.below(options));
    ballots.push_back({order, 1});
  }
  return ballots;
}

/// The rule once more, ballot by ballot: whoever is out is struck from every ballot.
std::set<std::size_t> count_by_hand(std::size_t options, const std::vector<Ballot>& all) {
  std::set<std::size_t> left;
  for (std::size_t i = 0; i < options; ++i) left.insert(i);
  auto ballots = all;
  while (true) {
    std::erase_if(ballots, [](const Ballot& ballot) { return ballot.order.empty(); });
    std::map<std::vector<std::int64_t>, std::set<std::size_t>> by_strength;
    for (const std::size_t option : left) {
      std::vector<std::int64_t> strength{std::ranges::count_if(
          ballots, [&](const Ballot& ballot) { return ballot.order.front() == option; })};
      for (std::size_t place = 0; place < options; ++place) {
        strength.push_back(std::ranges::count_if(all, [&](const Ballot& ballot) {
          return place < ballot.order.size() && ballot.order[place] == option;
        }));
      }
      by_strength[strength].insert(option);
    }
    const auto& [strength, strongest] = *by_strength.rbegin();
    if (by_strength.size() == 1) return strongest;
    if (2 * strength.front() > std::ssize(ballots)) return strongest;
    for (const std::size_t option : by_strength.begin()->second) {
      left.erase(option);
      for (Ballot& ballot : ballots) std::erase(ballot.order, option);
    }
  }
}

// Goal: the count is the rule's, whatever the ballots; and it depends neither on their order, nor
// on whether equal ones are counted together, nor on which option stands first.
TEST(RunOff, IsTheSameHoweverItIsCounted) {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    SeededRandom dice(seed);
    const std::size_t options = 2 + dice.below(5);
    const auto ballots = some_ballots(dice, options);
    const auto result = count_run_off(options, ballots);
    const std::set<std::size_t> winners(result.winners.begin(), result.winners.end());
    ASSERT_EQ(winners, count_by_hand(options, ballots));

    std::map<std::vector<std::size_t>, std::int64_t> together;
    for (const Ballot& ballot : ballots) ++together[ballot.order];
    std::vector<Ballot> sums;
    for (const auto& [order, times] : together) sums.push_back({order, times});
    std::ranges::reverse(sums);
    EXPECT_EQ(count_run_off(options, sums).winners, result.winners);

    auto renamed = ballots;
    for (Ballot& ballot : renamed) {
      for (std::size_t& option : ballot.order) option = options - 1 - option;
    }
    std::set<std::size_t> named_back;
    for (const std::size_t winner : count_run_off(options, renamed).winners) {
      named_back.insert(options - 1 - winner);
    }
    EXPECT_EQ(named_back, winners);
  }
}

}  // namespace
}  // namespace parley::application::polls
