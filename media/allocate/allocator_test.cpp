#include "media/allocate/allocator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <initializer_list>
#include <vector>

#include "base/random.h"

namespace parley::media {
namespace {

using testing::ElementsAre;

constexpr std::uint64_t kNoMargin = 1'000'000'000;
constexpr std::uint64_t kMargin = 20;
constexpr std::uint64_t kSeeds = 200;

/// Simulcast, without temporal layers.
StepRates simulcast(std::initializer_list<std::uint32_t> layers) {
  StepRates out{};
  std::size_t i = 0;
  for (const std::uint32_t rate : layers) out[i++][0] = rate;
  return out;
}
StepRates camera() { return simulcast({150'000, 500'000, 1'500'000}); }

/// L3T3: a quarter, a half and all of the pictures take 55, 75 and 100 % of the bits.
StepRates svc() {
  StepRates out{};
  std::size_t s = 0;
  for (const std::uint32_t rate : {150'000u, 500'000u, 1'500'000u}) {
    out[s++] = {rate * 55 / 100, rate * 75 / 100, rate, 0};
  }
  return out;
}

/// One subscriber and what it watches.
class Subscriber {
 public:
  VideoDemand& add(const StepRates& rates, const Importance& importance = {},
                   bool may_pause = true) {
    demands.push_back({.ladder = &ladders.emplace_back(rates),
                       .wanted = {},
                       .importance = importance,
                       .may_pause = may_pause,
                       .share = &shares.emplace_back()});
    return demands.back();
  }
  std::uint64_t share(std::optional<std::uint64_t> budget, std::uint64_t margin = kMargin) {
    now += 100ms;
    return allocator.share(budget, margin, demands, caution, now);
  }
  void share_for(Duration time, std::uint64_t budget, std::uint64_t margin = kMargin) {
    for (const Time until = now + time; now < until;) share(budget, margin);
  }
  /// -1: paused.
  std::vector<int> spatial() const {
    std::vector<int> out;
    for (const VideoShare& share : shares) {
      out.push_back(share.paused ? -1 : static_cast<int>(share.step->spatial));
    }
    return out;
  }
  std::vector<int> temporal() const {
    std::vector<int> out;
    for (const VideoShare& share : shares) {
      out.push_back(share.paused ? -1 : static_cast<int>(share.step->temporal));
    }
    return out;
  }

  std::deque<Ladder> ladders;
  std::deque<VideoShare> shares;
  std::vector<VideoDemand> demands;
  Allocator allocator;
  Caution caution;
  Time now{1000s};
};

TEST(Allocator, GivesEverythingWhereThereIsNoLimit) {
  Subscriber bob;
  bob.add(camera());
  bob.add(svc());
  EXPECT_EQ(bob.share(std::nullopt), 3'000'000u);
  EXPECT_THAT(bob.spatial(), ElementsAre(255, 255));
  EXPECT_THAT(bob.temporal(), ElementsAre(255, 255));
}

TEST(Allocator, GivesEachAPictureBeforeAnyoneGetsABetterOne) {
  Subscriber bob;
  for (int i = 0; i < 3; ++i) bob.add(camera());
  EXPECT_EQ(bob.share(1'200'000, kNoMargin), 1'150'000u);
  EXPECT_THAT(bob.spatial(), ElementsAre(1, 1, 0));
}

TEST(Allocator, NeverGivesMoreThanIsWanted) {
  Subscriber bob;
  bob.add(camera()).wanted = {1, 255};
  bob.add(svc()).wanted = {2, 1};
  EXPECT_EQ(bob.share(10'000'000), 500'000u + 1'125'000u);
  EXPECT_THAT(bob.spatial(), ElementsAre(1, 2));
  EXPECT_THAT(bob.temporal(), ElementsAre(255, 1));
}

TEST(Allocator, TooGoodAPictureIsBetterThanNone) {
  Subscriber bob;
  bob.add(simulcast({0, 500'000, 1'500'000})).wanted = {0, 255};
  EXPECT_EQ(bob.share(2'000'000), 500'000u);
  EXPECT_THAT(bob.spatial(), ElementsAre(1));
}

TEST(Allocator, PausesTheLeastImportant) {
  struct Case {
    Importance less;
    Importance more;
  };
  const std::vector<Case> cases = {
      {{.priority = 1}, {.priority = 255, .screen_share = true}},
      {{.priority = 1, .screen_share = false}, {.priority = 1, .screen_share = true}},
      {{.priority = 20, .screen_share = true}, {.priority = 30}},
      {{.pixels = 1'000'000}, {.speaking = true}},
      {{.pixels = 100'000}, {.pixels = 200'000}},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE(i);
    Subscriber bob;
    bob.add(camera(), cases[i].less);
    bob.add(camera(), cases[i].more);
    EXPECT_EQ(bob.share(200'000), 150'000u);
    EXPECT_THAT(bob.spatial(), ElementsAre(-1, 0));
  }
  Subscriber bob;  // Alike in all: who was there first.
  for (int i = 0; i < 3; ++i) bob.add(camera());
  bob.share(320'000);
  EXPECT_THAT(bob.spatial(), ElementsAre(0, 0, -1));
}

TEST(Allocator, WhatDoesNotFitMakesWayForWhatDoes) {
  Subscriber bob;
  bob.add(simulcast({900'000}), {.priority = 255, .screen_share = true});
  bob.add(camera());
  EXPECT_EQ(bob.share(400'000), 150'000u);
  EXPECT_THAT(bob.spatial(), ElementsAre(-1, 0));
}

TEST(Allocator, NobodyIsLeftWithoutAPictureUnasked) {
  Subscriber bob;
  for (int i = 0; i < 3; ++i) bob.add(camera(), {}, false);
  EXPECT_EQ(bob.share(10'000), 450'000u);
  EXPECT_THAT(bob.spatial(), ElementsAre(0, 0, 0));
}

TEST(Allocator, APausedPictureComesBackUnaskedWhenItFitsWithRoomToSpare) {
  Subscriber bob;
  bob.add(camera());
  bob.share(100'000);
  ASSERT_THAT(bob.spatial(), ElementsAre(-1));
  const Time paused = bob.now;
  bob.share_for(10s, 180'000);  // Less than a quarter to spare.
  EXPECT_THAT(bob.spatial(), ElementsAre(-1));
  while (bob.shares.front().paused && bob.now < paused + 60s) bob.share(200'000);
  EXPECT_THAT(bob.spatial(), ElementsAre(0));
  EXPECT_LT(bob.now - paused, 10s + 3s);
}

TEST(Allocator, APauseLastsAWhile) {
  Subscriber bob;
  bob.add(camera());
  bob.share(100'000);
  const Time paused = bob.now;
  while (bob.shares.front().paused && bob.now < paused + 60s) bob.share(5'000'000);
  EXPECT_GE(bob.now - paused, Allocator::kLeastPause);
  EXPECT_LE(bob.now - paused, Allocator::kLeastPause + 200ms);
}

TEST(Allocator, FacesMoveBeforeTheyAreSharpAndTextIsLegibleBeforeItScrolls) {
  Subscriber bob;
  bob.add(svc());
  bob.share(300'000, kNoMargin);
  EXPECT_THAT(bob.spatial(), ElementsAre(0));
  EXPECT_THAT(bob.temporal(), ElementsAre(255));  // All pictures, not a quarter of larger ones.
  Subscriber carol;
  carol.add(svc(), {.priority = 255, .screen_share = true});
  carol.share(300'000, kNoMargin);
  EXPECT_THAT(carol.spatial(), ElementsAre(1));
  EXPECT_THAT(carol.temporal(), ElementsAre(0));
}

TEST(Allocator, WhatIsShownLargeGainsMost) {
  Subscriber bob;
  bob.add(camera(), {.pixels = 320 * 180});
  bob.add(camera(), {.pixels = 1280 * 720});
  bob.share(700'000, kNoMargin);
  EXPECT_THAT(bob.spatial(), ElementsAre(0, 1));
}

TEST(Allocator, TheSpeakerGetsTheBetterPictureInTheOthersPlace) {
  Subscriber bob;
  bob.add(camera());
  bob.add(camera());
  bob.share_for(1s, 700'000);
  ASSERT_THAT(bob.spatial(), ElementsAre(1, 0));
  bob.demands[1].importance.speaking = true;
  bob.share(700'000);
  EXPECT_THAT(bob.spatial(), ElementsAre(0, 1));
}

TEST(Allocator, AStepUpNeedsRoomToSpareAndIsKeptUntilItDoesNotFit) {
  Subscriber bob;
  bob.add(simulcast({100'000, 500'000}));
  bob.share(110'000, 5);
  bob.share(550'000, 5);
  EXPECT_THAT(bob.spatial(), ElementsAre(0));
  bob.share(610'000, 5);
  EXPECT_THAT(bob.spatial(), ElementsAre(1));
  bob.share(500'000, 5);
  EXPECT_THAT(bob.spatial(), ElementsAre(1));
  bob.share(499'000, 5);
  EXPECT_THAT(bob.spatial(), ElementsAre(0));  // At once.
}

TEST(Allocator, MoreThatDidNotLastMustBeProvenLongerEachTime) {
  Subscriber bob;
  bob.add(camera());
  bob.share_for(1min, 2'000'000);
  const auto falls_for = [&] {
    bob.share(1'000'000);
    EXPECT_THAT(bob.spatial(), ElementsAre(1));
    const Time fell = bob.now;
    while (bob.spatial().front() < 2 && bob.now < fell + 1min) bob.share(2'000'000);
    return static_cast<double>(to_ms(bob.now - fell));
  };
  EXPECT_EQ(falls_for(), 100) << "a dip";
  EXPECT_NEAR(falls_for(), to_ms(Caution::kFirst), 400);
  EXPECT_NEAR(falls_for(), to_ms(4 * Caution::kFirst), 400);
  EXPECT_NEAR(falls_for(), to_ms(16 * Caution::kFirst), 400);
  for (int i = 0; i < 5; ++i) falls_for();
  EXPECT_NEAR(falls_for(), to_ms(Caution::kLongest), 400);
  // What was long ago is forgotten.
  bob.share_for(Caution::kForget + 1min, 2'000'000);
  EXPECT_EQ(falls_for(), 100);
}

TEST(Allocator, APathThatCollapsesInStepsHasRunShortOnce) {
  Subscriber bob;
  bob.add(svc());
  bob.share_for(15s, 2'000'000);
  for (const std::uint64_t budget :
       std::initializer_list<std::uint64_t>{1'300'000, 1'000'000, 700'000, 450'000, 200'000}) {
    bob.share_for(200ms, budget);
  }
  const Time fell = bob.now;
  while (bob.spatial().front() < 2 && bob.now < fell + 1min) bob.share(2'000'000);
  EXPECT_LT(bob.now - fell, Caution::kFirst + 500ms);
}

TEST(Allocator, AShortageBringsNobodyAnything) {
  Subscriber bob;
  bob.add(camera());
  bob.add(simulcast({100'000, 200'000}));
  bob.share(1'700'000, kNoMargin);
  ASSERT_THAT(bob.spatial(), ElementsAre(2, 1));
  bob.demands[1].wanted = {0, 255};
  bob.share(1'650'000, kNoMargin);
  bob.demands[1].wanted = {};
  bob.share(1'400'000, kNoMargin);  // Of which 800'000 stay free.
  EXPECT_THAT(bob.spatial(), ElementsAre(1, 0));
}

TEST(Allocator, AStillPictureKeepsWhatItHad) {
  Subscriber bob;
  bob.add(camera());
  bob.share(2'000'000);
  bob.ladders.front() = Ladder();
  EXPECT_EQ(bob.share(1'000), 0u);
  EXPECT_THAT(bob.spatial(), ElementsAre(2));
}

// ---------------------------------------------------------------------------------------------------
// Whatever is watched

StepRates any_rates(SeededRandom& random) {
  StepRates out{};
  const bool layered = random.below(2) == 0;
  std::uint64_t rate = 30'000 + random.below(170'000);
  const std::uint64_t spatial = 1 + random.below(3);
  for (std::size_t s = 0; s < spatial; ++s, rate = rate * (2 + random.below(3))) {
    if (layered) {
      out[s] = {static_cast<std::uint32_t>(rate * 55 / 100),
                static_cast<std::uint32_t>(rate * 75 / 100), static_cast<std::uint32_t>(rate), 0};
    } else {
      out[s][0] = static_cast<std::uint32_t>(rate);
    }
  }
  return out;
}

void watch_anything(Subscriber& bob, SeededRandom& random, bool may_pause) {
  const std::uint64_t videos = 1 + random.below(20);
  for (std::uint64_t i = 0; i < videos; ++i) {
    Importance importance;
    importance.screen_share = random.below(8) == 0;
    importance.priority = importance.screen_share ? 255 : 1;
    importance.speaking = random.below(5) == 0;
    importance.pixels = static_cast<std::uint32_t>(random.below(4) * 200'000);
    VideoDemand& demand = bob.add(any_rates(random), importance, may_pause);
    if (random.below(3) == 0) demand.wanted.spatial = static_cast<std::uint8_t>(random.below(3));
    if (random.below(5) == 0) demand.wanted.temporal = static_cast<std::uint8_t>(random.below(3));
  }
}

std::uint64_t lowest(const VideoDemand& demand) { return demand.ladder->rungs().front().rate; }

TEST(AllocatorProperties, NeverSpendsWhatThereIsNot) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    SeededRandom random(seed);
    Subscriber bob;
    watch_anything(bob, random, true);
    for (int i = 0; i < 300; ++i) {
      const std::uint64_t budget = random.below(6'000'000);
      ASSERT_LE(bob.share(budget), budget);
    }
  }
}

TEST(AllocatorProperties, WithoutLeaveToPauseSpendsNoMoreThanTheLowestOfEach) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    SeededRandom random(seed);
    Subscriber bob;
    watch_anything(bob, random, false);
    std::uint64_t least = 0;
    for (const VideoDemand& demand : bob.demands) least += lowest(demand);
    for (int i = 0; i < 300; ++i) {
      const std::uint64_t budget = random.below(6'000'000);
      ASSERT_LE(bob.share(budget), std::max(budget, least));
      for (const VideoShare& share : bob.shares) ASSERT_FALSE(share.paused);
    }
  }
}

// By order of importance: whoever is more important is not paused for a larger budget, and what one
// video alone gets only grows with it.
TEST(AllocatorProperties, MoreIsNeverLess) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::vector<bool> before;
    std::uint64_t before_alone = 0;
    for (std::uint64_t budget = 0; budget <= 3'000'000; budget += 30'000) {
      SeededRandom random(seed);
      Subscriber bob;
      watch_anything(bob, random, true);
      // As sorted, so that their places are their ranks.
      for (std::size_t i = 0; i < bob.demands.size(); ++i) {
        bob.demands[i].importance = {.priority = static_cast<std::uint8_t>(200 - i)};
      }
      bob.share(budget);
      std::vector<bool> seen;
      for (const VideoShare& share : bob.shares) seen.push_back(!share.paused);
      ASSERT_GE(seen, before);
      before = seen;

      Subscriber carol;
      carol.add(any_rates(random));
      const std::uint64_t alone = carol.share(budget);
      ASSERT_GE(alone, before_alone);
      before_alone = alone;
    }
  }
}

TEST(AllocatorProperties, OfTwoAlikeTheMoreImportantHasNoLess) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    SeededRandom random(seed);
    Subscriber bob;
    watch_anything(bob, random, true);
    const StepRates rates = any_rates(random);
    const std::size_t at = bob.demands.size();
    bob.add(rates, {.priority = 1});
    bob.add(rates, {.priority = 100});
    bob.share(random.below(5'000'000));
    EXPECT_LE(bob.spatial()[at], bob.spatial()[at + 1]);
  }
}

/// How often what somebody sees changes, after the first ten seconds of two minutes.
int changes_on(Subscriber& bob, auto&& budget, auto&& before_each) {
  int changes = 0;
  std::vector<int> before;
  for (int i = 0; i < 1200; ++i) {
    before_each();
    bob.share(budget());
    std::vector<int> seen = bob.spatial();
    const std::vector<int> temporal = bob.temporal();
    seen.insert(seen.end(), temporal.begin(), temporal.end());
    if (i > 100 && seen != before) ++changes;
    before = std::move(seen);
  }
  return changes;
}

TEST(AllocatorProperties, ABudgetThatWaversByATenthMovesLittle) {
  int total = 0;
  int most = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SeededRandom random(seed);
    Subscriber bob;
    watch_anything(bob, random, seed % 2 == 0);
    const std::uint64_t mean = 100'000 + random.below(5'000'000);
    const int changes =
        changes_on(bob, [&] { return mean * 9 / 10 + random.below(mean / 5 + 1); }, [] {});
    EXPECT_LE(changes, 15) << "seed " << seed;
    total += changes;
    most = std::max(most, changes);
  }
  std::printf("wavering budget: %.2f changes in 110 s, most %d\n",
              static_cast<double>(total) / kSeeds, most);
  EXPECT_LT(total, 2 * static_cast<int>(kSeeds));
}

// Encoders waver, too, each by itself.
TEST(AllocatorProperties, PicturesThatWaverByATenthMoveLittle) {
  int total = 0;
  int most = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SeededRandom random(seed);
    Subscriber bob;
    watch_anything(bob, random, seed % 2 == 0);
    const std::uint64_t mean = 100'000 + random.below(5'000'000);
    std::vector<StepRates> rates;
    SeededRandom again(seed);
    for (std::size_t i = 0; i < bob.ladders.size(); ++i) {
      StepRates wire{};
      for (const Rung& rung : bob.ladders[i].rungs()) {
        wire[rung.spatial][rung.temporal] = static_cast<std::uint32_t>(rung.rate);
      }
      rates.push_back(wire);
    }
    const int changes = changes_on(
        bob, [&] { return mean * 9 / 10 + random.below(mean / 5 + 1); },
        [&] {
          for (std::size_t i = 0; i < rates.size(); ++i) {
            StepRates wire = rates[i];
            const std::uint64_t by = 90 + again.below(21);
            for (auto& row : wire) {
              for (auto& step : row) step = static_cast<std::uint32_t>(step * by / 100);
            }
            bob.ladders[i] = Ladder(wire);
          }
        });
    EXPECT_LE(changes, 40) << "seed " << seed;
    total += changes;
    most = std::max(most, changes);
  }
  std::printf("wavering pictures: %.2f changes in 110 s, most %d\n",
              static_cast<double>(total) / kSeeds, most);
}

}  // namespace
}  // namespace parley::media
