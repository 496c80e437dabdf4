#include "media/room/quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"

// Scores and classes by themselves; in a room: room_quality_test.cpp.
namespace parley::media {
namespace {

using livekit::ConnectionQuality;
using livekit::EXCELLENT;
using livekit::GOOD;
using livekit::LOST;
using livekit::POOR;
using testing::Each;

constexpr std::uint64_t kSeeds = 20;
constexpr std::uint64_t kVoice = 250;  // Packets in a period of five seconds.
constexpr std::uint64_t kSilence = 12;
constexpr std::uint64_t kCamera = 800;
constexpr std::uint64_t kStillScreen = 5;

/// A period of a stream whose packets are each lost by this chance.
StreamPeriod period(Random& random, std::uint64_t packets, std::uint32_t loss_per_mille,
                    Duration round_trip = 40ms) {
  StreamPeriod out{.expected = packets, .round_trip = round_trip, .jitter = 3ms};
  for (std::uint64_t i = 0; i < packets; ++i) out.lost += random.below(1000) < loss_per_mille;
  return out;
}

/// The classes that somebody has after each of so many periods.
std::vector<ConnectionQuality> classes(int periods, const std::function<double()>& score) {
  Quality quality;
  std::vector<ConnectionQuality> out;
  for (int i = 0; i < periods; ++i) {
    quality.observe("ann", score());
    const auto told = quality.tick("ann");
    out.push_back(told ? told->quality() : out.back());
  }
  return out;
}

TEST(Quality, AGoodNetworkIsExcellentFromTheFirstPeriodOn) {
  SeededRandom random(1);
  for (const std::uint64_t packets : {kVoice, kSilence}) {
    EXPECT_THAT(classes(10, [&] { return audio_score(period(random, packets, 0)); }),
                Each(EXCELLENT));
  }
  for (const std::uint64_t packets : {kCamera, kStillScreen, std::uint64_t{1}}) {
    EXPECT_THAT(classes(10, [&] { return video_score(period(random, packets, 0)); }),
                Each(EXCELLENT));
  }
}

// One packet of so few is a large share, and says little of the network.
TEST(Quality, AFewPacketsAreNoReasonToCallItPoor) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    EXPECT_THAT(classes(60, [&] { return audio_score(period(random, kSilence, 20)); }),
                Each(testing::Ne(POOR)))
        << "DTX at 2 % of loss";
    EXPECT_THAT(classes(60, [&] { return video_score(period(random, kStillScreen, 10)); }),
                Each(testing::Ne(POOR)))
        << "a screen of one picture a second at 1 % of loss";
  }
}

TEST(Quality, SoundUnderLossIsWhatG109CallsIt) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    const auto share = [&](std::uint32_t loss_per_mille, ConnectionQuality of) {
      const auto found =
          classes(100, [&] { return audio_score(period(random, kVoice, loss_per_mille)); });
      return std::ranges::count(found, of);
    };
    EXPECT_GT(share(2, EXCELLENT), 95);
    EXPECT_GT(share(35, GOOD), 75) << "of so few packets not each period has the same loss";
    EXPECT_GT(share(150, POOR), 95);
  }
}

TEST(Quality, APictureUnderLossIsWhatLiveKitCallsIt) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    const auto after = [&](std::uint32_t loss_per_mille) {
      return classes(12, [&] { return video_score(period(random, kCamera, loss_per_mille)); })
          .back();
    };
    EXPECT_EQ(after(2), EXCELLENT);
    EXPECT_EQ(after(40), GOOD);
    EXPECT_EQ(after(150), POOR);
  }
}

TEST(Quality, ALongWayIsHeardInAConversationAndSeenLess) {
  const StreamPeriod satellite{.expected = kVoice, .round_trip = 560ms, .jitter = 5ms};
  EXPECT_LT(audio_score(satellite), 80) << "0.3 s one way: not all are satisfied";
  EXPECT_GT(audio_score(satellite), 40);
  EXPECT_GT(video_score(satellite), 80);
  const StreamPeriod near{.expected = kVoice, .round_trip = 150ms, .jitter = 5ms};
  EXPECT_NEAR(audio_score(near), 100, 0.01);
}

TEST(Quality, ScoresNeverLeaveTheirScale) {
  SeededRandom random(3);
  for (int i = 0; i < 10'000; ++i) {
    const StreamPeriod any{random.below(2000), random.below(3000),
                           std::chrono::milliseconds(random.below(100'000)),
                           std::chrono::milliseconds(random.below(10'000))};
    for (const double score : {audio_score(any), video_score(any)}) {
      EXPECT_GE(score, kPausedScore);
      EXPECT_LE(score, 100);
    }
  }
}

TEST(Quality, TheWorseOfTwoDirectionsCounts) {
  Quality quality;
  for (int i = 0; i < 4; ++i) {
    quality.observe("ann", 100);
    quality.observe("ann", 35);
    quality.observe("ann", 90);
    quality.tick("ann");
  }
  EXPECT_EQ(quality.told("ann")->quality(), POOR);
}

TEST(Quality, FallsQuicklyAndRisesSlowly) {
  Quality quality;
  const auto told = [&](double score) -> std::optional<ConnectionQuality> {
    quality.observe("ann", score);
    const auto info = quality.tick("ann");
    return info ? std::optional(info->quality()) : std::nullopt;
  };
  EXPECT_EQ(told(100), EXCELLENT);
  EXPECT_EQ(told(30), GOOD);
  EXPECT_EQ(told(30), POOR);
  EXPECT_EQ(told(100), GOOD);
  EXPECT_EQ(told(100), std::nullopt);
  EXPECT_EQ(told(100), EXCELLENT);
}

TEST(Quality, WhoSendsNothingAnyMoreIsAllRightAgain) {
  Quality quality;
  for (int i = 0; i < 3; ++i) {
    quality.observe("ann", 30);
    quality.tick("ann");
  }
  std::optional<Quality::Info> last;
  for (int i = 0; i < 6; ++i) {
    if (auto told = quality.tick("ann")) last = told;
  }
  ASSERT_TRUE(last);
  EXPECT_EQ(last->quality(), EXCELLENT);
}

TEST(Quality, WhatIsNotKnownYetChangesNothing) {
  Quality quality;
  quality.hold("new");
  ASSERT_TRUE(quality.tick("new")) << "it is told, like everybody who begins";
  EXPECT_EQ(quality.told("new")->quality(), EXCELLENT);

  quality.observe("ann", 30);
  ASSERT_TRUE(quality.tick("ann"));
  for (int i = 0; i < 20; ++i) {
    quality.hold("ann");
    quality.observe("ann", 100);
    EXPECT_FALSE(quality.tick("ann")) << "no better while its reports are late";
  }
  quality.hold("ann");
  quality.observe("ann", 30);
  EXPECT_TRUE(quality.tick("ann")) << "but worse";
}

TEST(Quality, IsLostWhileItsTransportIsAndAfterwardsWhatItWas) {
  Quality quality;
  quality.observe("ann", 70);
  EXPECT_EQ(quality.tick("ann")->quality(), GOOD);
  const Quality::Info lost = quality.lose("ann");
  EXPECT_EQ(lost.quality(), LOST);
  EXPECT_LT(lost.score(), 1.5);
  quality.observe("ann", 100);
  EXPECT_FALSE(quality.tick("ann")) << "what was still under way";
  EXPECT_EQ(quality.told("ann")->quality(), LOST) << "who comes now is told so";
  EXPECT_EQ(quality.regain("ann").quality(), GOOD);
  quality.forget("ann");
  EXPECT_FALSE(quality.told("ann"));
}

TEST(Quality, NobodyIsMentionedOfWhomNothingWasEverKnown) {
  Quality quality;
  EXPECT_FALSE(quality.tick("ann"));
  EXPECT_FALSE(quality.told("ann"));
}

}  // namespace
}  // namespace parley::media
