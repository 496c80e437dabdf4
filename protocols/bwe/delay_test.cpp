#include <gtest/gtest.h>

#include "protocols/bwe/arrival_groups.h"
#include "protocols/bwe/overuse_detector.h"
#include "protocols/bwe/queue_delay.h"
#include "protocols/bwe/trendline.h"

namespace parley::bwe {
namespace {

Time at(Duration since_start) { return Time{} + since_start; }

TEST(ArrivalGroups, WhatLeavesWithinFiveMillisecondsIsOneGroup) {
  ArrivalGroups groups;
  EXPECT_FALSE(groups.add(at(0ms), 100ms));
  EXPECT_FALSE(groups.add(at(5ms), 106ms));
  EXPECT_FALSE(groups.add(at(20ms), 120ms));  // A second one; it takes a third to end it.
  const auto delta = groups.add(at(40ms), 145ms);
  ASSERT_TRUE(delta);
  EXPECT_DOUBLE_EQ(delta->sent, 15);
  EXPECT_DOUBLE_EQ(delta->arrived, 14);
}

TEST(ArrivalGroups, WhatWasHeldBackAndComesAtOnceIsOneGroup) {
  ArrivalGroups groups;
  groups.add(at(0ms), 0ms);
  groups.add(at(20ms), 60ms);
  EXPECT_FALSE(groups.add(at(40ms), 61ms));  // The queue let go of both.
  EXPECT_FALSE(groups.add(at(60ms), 62ms));
  const auto delta = groups.add(at(80ms), 80ms);
  ASSERT_TRUE(delta);
  EXPECT_DOUBLE_EQ(delta->sent, 60);
  EXPECT_DOUBLE_EQ(delta->arrived, 62);
}

TEST(ArrivalGroups, AnOvertakenPacketIsNoSign) {
  ArrivalGroups groups;
  groups.add(at(0ms), 0ms);
  groups.add(at(20ms), 20ms);
  EXPECT_FALSE(groups.add(at(10ms), 30ms));
  EXPECT_TRUE(groups.add(at(40ms), 40ms));
}

TEST(ArrivalGroups, BeginsAnewWhenAClockWasSet) {
  ArrivalGroups groups;
  groups.add(at(0ms), 0ms);
  groups.add(at(20ms), 20ms);
  EXPECT_FALSE(groups.add(at(40ms), 1h));
  EXPECT_FALSE(groups.add(at(60ms), 1h + 20ms));
  const auto delta = groups.add(at(80ms), 1h + 40ms);
  ASSERT_TRUE(delta);
  EXPECT_DOUBLE_EQ(delta->arrived, 20);
}

TEST(Trendline, IsTheSlopeOfTheDelay) {
  Trendline steady;
  Trendline growing;
  for (int i = 0; i < 60; ++i) {
    steady.add({.sent = 20, .arrived = 20});
    growing.add({.sent = 20, .arrived = 22});
  }
  EXPECT_NEAR(steady.value(), 0, 1e-6);
  EXPECT_NEAR(growing.value(), 60 * 4 * 2.0 / 22, 1);
}

TEST(Trendline, SaysNothingUntilItsWindowIsFull) {
  Trendline trend;
  for (std::size_t i = 1; i < Trendline::kWindow; ++i) trend.add({.sent = 20, .arrived = 22});
  EXPECT_EQ(trend.value(), 0);
  trend.add({.sent = 20, .arrived = 22});
  EXPECT_GT(trend.value(), 0);
}

TEST(Trendline, StaysExactForHours) {
  Trendline trend;
  for (int i = 0; i < 1'000'000; ++i) trend.add({.sent = 20, .arrived = 20});
  EXPECT_NEAR(trend.value(), 0, 1e-3);
  for (int i = 0; i < 40; ++i) trend.add({.sent = 20, .arrived = 22});
  EXPECT_GT(trend.value(), 12.5);
}

TEST(OveruseDetector, WantsATrendThatLasts) {
  OveruseDetector detector;
  EXPECT_EQ(detector.update(20, 10, 10), Usage::normal);
  EXPECT_EQ(detector.update(20, 10, 10), Usage::over);
  EXPECT_EQ(detector.update(0, 10, 10), Usage::normal);
  EXPECT_EQ(detector.update(-20, 10, 10), Usage::under);
}

TEST(OveruseDetector, IsNotAlarmedByATrendThatFalls) {
  OveruseDetector detector;
  detector.update(30, 10, 10);
  EXPECT_EQ(detector.update(25, 10, 10), Usage::normal);
}

TEST(OveruseDetector, GetsUsedToNoise) {
  OveruseDetector noisy;
  OveruseDetector quiet;
  for (int i = 0; i < 500; ++i) {
    noisy.update(i % 2 == 0 ? 25 : -25, 20, 20);
    quiet.update(0, 20, 20);
  }
  EXPECT_GT(noisy.threshold(), 20);
  EXPECT_DOUBLE_EQ(quiet.threshold(), OveruseDetector::kMin);
}

TEST(OveruseDetector, DoesNotTakeAnOutlierForNoise) {
  OveruseDetector detector;
  detector.update(500, 20, 20);
  EXPECT_DOUBLE_EQ(detector.threshold(), OveruseDetector::kStart);
}

TEST(QueueDelay, IsAboveTheLeastThatWasSeen) {
  QueueDelay queue;
  const auto feedback = [&](Duration now, Duration delay, Duration jitter) {
    queue.add(at(now), now + delay + jitter);
    queue.add(at(now), now + delay);
    queue.close(at(now));
  };
  feedback(0ms, 1000ms, 0ms);
  EXPECT_DOUBLE_EQ(queue.waiting_ms(), 0);
  feedback(100ms, 1030ms, 20ms);
  EXPECT_DOUBLE_EQ(queue.waiting_ms(), 30);
  feedback(200ms, 990ms, 50ms);
  EXPECT_DOUBLE_EQ(queue.waiting_ms(), 0);
}

TEST(QueueDelay, ForgetsAPathThatHasChanged) {
  QueueDelay queue;
  queue.add(at(0s), 10ms);
  queue.close(at(0s));
  for (Duration now = 1s; now < 40s; now += 1s) {
    queue.add(at(now), now + 80ms);  // The route became longer.
    queue.close(at(now));
  }
  EXPECT_DOUBLE_EQ(queue.waiting_ms(), 0);
}

}  // namespace
}  // namespace parley::bwe
