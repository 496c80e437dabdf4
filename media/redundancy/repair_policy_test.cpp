#include "media/redundancy/repair_policy.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace parley::media {
namespace {

class RepairPolicyTest : public testing::Test {
 protected:
  /// So many seconds of a picture, with a report each.
  void sees(double loss, Duration round_trip, int seconds) {
    for (int i = 0; i < seconds; ++i) {
      now += 1s;
      policy.on_report(120, static_cast<std::uint8_t>(loss * 256 + 0.5), round_trip, now);
    }
  }

  RepairPolicy policy;
  Time now{1000s};
};

TEST_F(RepairPolicyTest, NothingWhereWhatIsLostIsSentAgainInTime) {
  sees(0.1, 100ms, 60);
  EXPECT_EQ(policy.each(), 0u);
  EXPECT_EQ(policy.overhead(), 0);
}

TEST_F(RepairPolicyTest, NothingWhereNothingIsLost) {
  sees(0, 400ms, 60);
  EXPECT_EQ(policy.each(), 0u);
}

TEST_F(RepairPolicyTest, OnePacketInAWhileIsEnough) {
  sees(0, 400ms, 60);
  sees(0.004, 400ms, 1);
  EXPECT_EQ(policy.each(), 10u);
  sees(0, 400ms, 28);
  EXPECT_EQ(policy.each(), 10u) << "the next one may come";
  sees(0, 400ms, 4);
  EXPECT_EQ(policy.each(), 0u);
}

TEST_F(RepairPolicyTest, TheMoreTheMoreIsLost) {
  sees(0.02, 300ms, 20);
  EXPECT_EQ(policy.each(), 10u);
  sees(0.05, 300ms, 20);
  EXPECT_EQ(policy.each(), 4u);
  sees(0.1, 300ms, 20);
  EXPECT_EQ(policy.each(), 2u);
  sees(0.3, 300ms, 20);
  EXPECT_EQ(policy.each(), 2u) << "at most half as much again";
  EXPECT_EQ(policy.overhead(), 0.5);
}

TEST_F(RepairPolicyTest, DoesNotGoToAndFro) {
  sees(0.03, 210ms, 20);
  ASSERT_NE(policy.each(), 0u);
  sees(0.03, 180ms, 20);
  EXPECT_NE(policy.each(), 0u);
  sees(0.008, 180ms, 60);
  EXPECT_EQ(policy.each(), 10u);
  sees(0.008, 140ms, 1);
  EXPECT_EQ(policy.each(), 0u);
  sees(0.03, 180ms, 20);
  EXPECT_EQ(policy.each(), 0u);
}

TEST_F(RepairPolicyTest, AQueueIsNoLongWay) {
  for (int i = 0; i < 20; ++i) {
    sees(0.1, 80ms, 1);
    sees(0.1, 350ms, 3);
  }
  EXPECT_EQ(policy.each(), 0u);
  sees(0.1, 350ms, 1);
  EXPECT_NE(policy.each(), 0u) << "that is a long way";
}

TEST_F(RepairPolicyTest, NoMoreThanThereIsRoomFor) {
  sees(0.1, 300ms, 20);
  ASSERT_EQ(policy.each(), 2u);
  policy.set_room(0.3);
  EXPECT_EQ(policy.each(), 4u);
  policy.set_room(0.09);
  EXPECT_EQ(policy.each(), 0u);
  EXPECT_EQ(policy.overhead(), 0);
  policy.set_room(0);
  EXPECT_EQ(policy.each(), 0u);
  policy.set_room(1);
  EXPECT_EQ(policy.each(), 2u);
}

TEST_F(RepairPolicyTest, EndsWithTheLoss) {
  sees(0.05, 300ms, 20);
  ASSERT_NE(policy.each(), 0u);
  sees(0, 300ms, 30);
  EXPECT_EQ(policy.each(), 0u);
}

TEST_F(RepairPolicyTest, IsTakenBackWhereItMakesThingsWorse) {
  sees(0, 300ms, 10);
  int seconds = 0;
  while (policy.each() == 0 && ++seconds < 60) sees(0.03, 300ms, 1);
  ASSERT_NE(policy.each(), 0u);
  sees(0.4, 300ms, 2);
  EXPECT_EQ(policy.each(), 0u);
  sees(0.03, 300ms, 17);
  EXPECT_EQ(policy.each(), 0u);
  sees(0.03, 300ms, 5);
  EXPECT_NE(policy.each(), 0u);
}

}  // namespace
}  // namespace parley::media
