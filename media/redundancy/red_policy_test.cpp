#include "media/redundancy/red_policy.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace parley::media {
namespace {

class RedPolicyTest : public testing::Test {
 protected:
  /// So many seconds of a voice, with a report each.
  void hears(double loss, int seconds, std::size_t room = 2) {
    for (int i = 0; i < seconds; ++i) {
      now += 1s;
      policy.on_report(50, static_cast<std::uint8_t>(loss * 256 + 0.5), room, now);
    }
  }

  RedPolicy policy;
  Time now{1000s};
};

TEST_F(RedPolicyTest, AddsNothingToAPathThatLosesNothing) {
  hears(0, 60);
  EXPECT_EQ(policy.depth(), 0u);
  hears(0.01, 60);
  EXPECT_EQ(policy.depth(), 0u);
}

TEST_F(RedPolicyTest, AddsOneWithinSecondsAndTwoWhereMuchIsLost) {
  hears(0, 60);
  hears(0.05, 5);
  EXPECT_EQ(policy.depth(), 1u);
  hears(0.05, 60);
  EXPECT_EQ(policy.depth(), 1u);
  hears(0.15, 6);
  EXPECT_EQ(policy.depth(), 2u);
  hears(0.06, 60);
  EXPECT_EQ(policy.depth(), 2u) << "it does not go to and fro";
  hears(0.03, 20);
  EXPECT_EQ(policy.depth(), 1u);
}

TEST_F(RedPolicyTest, TakesItBackWhenThePathIsGoodAgain) {
  hears(0.05, 10);
  ASSERT_EQ(policy.depth(), 1u);
  hears(0, 5);
  EXPECT_EQ(policy.depth(), 1u);
  hears(0, 20);
  EXPECT_EQ(policy.depth(), 0u);
}

TEST_F(RedPolicyTest, OnePacketOfAFewIsChance) {
  hears(0, 60);
  policy.on_report(20, 26, 2, now);  // Two of twenty.
  EXPECT_EQ(policy.depth(), 0u);
}

TEST_F(RedPolicyTest, StaysWithinTheRoomThatThereIs) {
  hears(0.2, 10, 0);
  EXPECT_EQ(policy.depth(), 0u);
  hears(0.2, 10, 1);
  EXPECT_EQ(policy.depth(), 1u);
  hears(0.2, 10, 100);
  EXPECT_EQ(policy.depth(), 2u);
  hears(0.2, 1, 0);
  EXPECT_EQ(policy.depth(), 0u);
}

// Twice the bits on a path that is full already.
TEST_F(RedPolicyTest, TakesBackWhatMakesItWorseAndWaitsLongerEachTime) {
  const auto until_depth = [&](bool some, double loss) {
    const Time began = now;
    while ((policy.depth() > 0) != some && now < began + 1000s) hears(loss, 1);
    return now - began;
  };
  hears(0.04, 10);
  ASSERT_EQ(policy.depth(), 1u);
  EXPECT_LE(until_depth(false, 0.3), 5s);
  const Duration first = until_depth(true, 0.04);
  EXPECT_GE(first, 19s);
  EXPECT_LE(first, 30s);
  EXPECT_LE(until_depth(false, 0.5), 10s);
  EXPECT_GE(until_depth(true, 0.04), 39s);
}

TEST_F(RedPolicyTest, APathThatIsAsBadWithoutItIsGivenItAgain) {
  hears(0.04, 10);
  hears(0.3, 5);  // It has become worse by itself, just then.
  ASSERT_EQ(policy.depth(), 0u);
  hears(0.3, 25);
  EXPECT_EQ(policy.depth(), 2u);
  hears(0.3, 300);
  EXPECT_EQ(policy.depth(), 2u);
}

TEST_F(RedPolicyTest, BelievesNoReportOfMoreThanWasSentInSeconds) {
  policy.on_report(30'000, 255, 2, now);
  hears(0, 40);
  EXPECT_LT(policy.loss(), 0.01) << "of 30'000 it would be for minutes";
}

}  // namespace
}  // namespace parley::media
