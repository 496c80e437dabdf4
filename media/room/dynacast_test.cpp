#include "media/room/dynacast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::media {
namespace {

using livekit::HIGH;
using livekit::LOW;
using livekit::MEDIUM;
using testing::IsEmpty;
using testing::SizeIs;

class DynacastTest : public testing::Test {
 protected:
  DynacastTest() { dynacast_.add("TR_1", Codec::vp9, now_); }

  void want(std::uint64_t who, std::optional<livekit::VideoQuality> quality,
            Codec codec = Codec::vp9) {
    dynacast_.want("TR_1", SubscriptionId(who), codec, quality);
  }
  /// How many of the qualities are wanted, of the codec, by the update that is due now; -1: none.
  int due(std::string_view codec = "vp9") {
    const auto updates = dynacast_.due(now_);
    if (updates.empty()) return -1;
    EXPECT_THAT(updates, SizeIs(1));
    for (const auto& entry : updates[0].subscribed_codecs()) {
      if (entry.codec() != codec) continue;
      EXPECT_THAT(entry.qualities(), SizeIs(3));
      int enabled = 0;
      for (const auto& quality : entry.qualities()) {
        // All up to the best one are wanted.
        EXPECT_EQ(quality.enabled(),
                  enabled == static_cast<int>(quality.quality()) && quality.enabled());
        enabled += quality.enabled() ? 1 : 0;
      }
      return enabled;
    }
    return -2;
  }

  Time now_{1h};
  Dynacast dynacast_;
};

TEST_F(DynacastTest, WhatNobodyWatchesEndsAfterAPauseAndComesBackAtOnce) {
  EXPECT_EQ(due(), -1);
  EXPECT_EQ(dynacast_.next_deadline(), now_ + Dynacast::kPause);
  now_ += Dynacast::kPause;
  EXPECT_EQ(due(), 0);
  EXPECT_EQ(dynacast_.next_deadline(), kNever);
  want(1, MEDIUM);
  EXPECT_LE(dynacast_.next_deadline(), now_);
  EXPECT_EQ(due(), 2);
  want(2, HIGH);
  EXPECT_EQ(due(), 3);
}

TEST_F(DynacastTest, LessIsToldOnlyWhenItLasts) {
  want(1, HIGH);
  EXPECT_EQ(due(), -1) << "publishers begin with everything";
  want(1, LOW);
  EXPECT_EQ(due(), -1);
  now_ += 4s;
  want(1, HIGH);
  EXPECT_EQ(due(), -1);
  now_ += 4s;
  EXPECT_EQ(due(), -1);
  want(1, LOW);
  EXPECT_EQ(due(), -1);
  now_ += Dynacast::kPause;
  EXPECT_EQ(due(), 1);
}

TEST_F(DynacastTest, TheBestThatAnybodyWantsCounts) {
  want(1, LOW);
  want(2, HIGH);
  EXPECT_EQ(due(), -1);
  want(2, std::nullopt);
  EXPECT_EQ(due(), -1);
  now_ += Dynacast::kPause;
  EXPECT_EQ(due(), 1);
  want(1, std::nullopt);
  EXPECT_EQ(due(), -1);
  now_ += Dynacast::kPause;
  EXPECT_EQ(due(), 0);
}

TEST_F(DynacastTest, ASecondCodecIsAskedForWhenSomebodyNeedsIt) {
  want(1, HIGH);
  want(2, MEDIUM, Codec::vp8);
  const auto updates = dynacast_.due(now_);
  ASSERT_THAT(updates, SizeIs(1));
  EXPECT_THAT(updates[0].subscribed_codecs(), SizeIs(2));
  EXPECT_TRUE(updates[0].subscribed_qualities(2).enabled()) << "those of the first codec";
  want(2, std::nullopt);
  now_ += 1s;
  EXPECT_EQ(due("vp8"), -1);
  now_ += Dynacast::kPause;
  EXPECT_EQ(due("vp8"), 0);
}

TEST_F(DynacastTest, ATrackThatIsGoneIsNotSpokenOf) {
  want(1, LOW);
  dynacast_.remove("TR_1");
  want(1, std::nullopt);
  now_ += Dynacast::kPause;
  EXPECT_THAT(dynacast_.due(now_), IsEmpty());
  EXPECT_EQ(dynacast_.next_deadline(), kNever);
}

}  // namespace
}  // namespace parley::media
