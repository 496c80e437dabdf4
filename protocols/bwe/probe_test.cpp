#include <gtest/gtest.h>

#include "protocols/bwe/probe_planner.h"
#include "protocols/bwe/probe_result.h"

namespace parley::bwe {
namespace {

Time at(Duration since_start) { return Time{} + since_start; }

constexpr Config kConfig{.start = 300'000, .min = 50'000, .max = 10'000'000};
constexpr ProbePlanner::Context kCalm{
    .target = 300'000, .useful = 10e6, .round_trip = 0.05, .calm = true};

TEST(ProbePlanner, StartsWithThreeTimesAndDoublesWhatGotThrough) {
  ProbePlanner planner(kConfig);
  const auto first = planner.next(kCalm, at(0s));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->bits_per_second, 900'000U);
  EXPECT_FALSE(planner.next(kCalm, at(10ms)));  // One at a time.

  planner.on_result(880'000, 300'000);
  const auto second = planner.next(kCalm, at(100ms));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->bits_per_second, 1'760'000U);
  EXPECT_NE(second->cluster, first->cluster);

  planner.on_result(1'000'000, 880'000);  // That is where it ends.
  EXPECT_FALSE(planner.next(kCalm, at(200ms)));
}

TEST(ProbePlanner, LooksAgainEveryFewSecondsAndLaterIfItWasMisled) {
  ProbePlanner planner(kConfig);
  planner.next(kCalm, at(0s));
  planner.on_result(300'000, 300'000);
  EXPECT_FALSE(planner.next(kCalm, at(3900ms)));
  EXPECT_TRUE(planner.next(kCalm, at(4s)));
  planner.on_result(500'000, 300'000);
  planner.on_disproved(false);
  EXPECT_FALSE(planner.next(kCalm, at(9s)));
  EXPECT_TRUE(planner.next(kCalm, at(10s)));
  planner.on_result(500'000, 300'000);
  planner.on_disproved(true);
  EXPECT_FALSE(planner.next(kCalm, at(27s)));
  EXPECT_TRUE(planner.next(kCalm, at(28s)));
  planner.on_result(500'000, 300'000);
  planner.on_proved();
  EXPECT_TRUE(planner.next(kCalm, at(32s)));
}

TEST(ProbePlanner, AsksForNothingThatIsOfNoUse) {
  ProbePlanner planner(kConfig);
  ProbePlanner::Context context = kCalm;
  context.useful = 0;
  EXPECT_FALSE(planner.next(context, at(0s)));
  context.useful = 310'000;
  EXPECT_FALSE(planner.next(context, at(0s)));
  context.useful = 500'000;
  const auto probe = planner.next(context, at(0s));
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->bits_per_second, 500'000U);
}

TEST(ProbePlanner, WaitsForCalm) {
  ProbePlanner planner(kConfig);
  ProbePlanner::Context context = kCalm;
  context.calm = false;
  EXPECT_FALSE(planner.next(context, at(0s)));
}

TEST(ProbePlanner, RepeatsAProbeThatNothingIsHeardOfTwice) {
  ProbePlanner planner(kConfig);
  for (int i = 0; i < 3; ++i) {
    const auto probe = planner.next(kCalm, at(i * 1s));
    ASSERT_TRUE(probe);
    EXPECT_EQ(probe->bits_per_second, 900'000U);
  }
  EXPECT_FALSE(planner.next(kCalm, at(3s)));
}

TEST(ProbePlanner, TriesAfterSilenceWhatFlowedBefore) {
  ProbePlanner planner(kConfig);
  planner.next(kCalm, at(0s));
  planner.resume_at(2'000'000);
  EXPECT_EQ(planner.next(kCalm, at(1s)).value().bits_per_second, 2'000'000U);
}

TEST(ProbePlanner, IsShort) {
  ProbePlanner planner(kConfig);
  const auto probe = planner.next(kCalm, at(0s));
  EXPECT_LE(probe.value().bytes * 8, 900'000 * 0.04);
  ProbePlanner fast({.start = 50'000'000, .min = 50'000, .max = 1'000'000'000});
  ProbePlanner::Context context = kCalm;
  context.useful = 1e9;
  EXPECT_LE(fast.next(context, at(0s)).value().bytes, ProbePlanner::kMostBytes);
}

/// Ten packets of 1000 bytes, sent 5 ms apart (1.6 Mbit/s), that come `step` apart.
std::optional<ProbeResult::Found> result_of(Duration step, int lost_each = 0, double own = 0) {
  ProbeResult result;
  result.start({.cluster = 3, .bits_per_second = 1'600'000, .bytes = 9'000, .packets = 5});
  for (int i = 0; i < 10; ++i) {
    PacketResult packet{.sent = at(i * 5ms), .arrived = 100ms + i * step, .bytes = 1000};
    packet.probe = 3;
    if (lost_each != 0 && i % lost_each == 1) packet.arrived.reset();
    result.add(packet);
  }
  return result.take(own);
}

TEST(ProbeResult, CameAsFastAsItLeft) {
  const auto found = result_of(5ms);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->rate, 1.6e6, 1);
  EXPECT_FALSE(found->saturated);
}

TEST(ProbeResult, CameSlowerThanItLeft) {
  const auto found = result_of(10ms);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->rate, 0.8e6, 1);
  EXPECT_TRUE(found->saturated);
}

TEST(ProbeResult, CannotHaveComeFasterThanItLeft) {
  EXPECT_NEAR(result_of(1ms).value().rate, 1.6e6, 1);
}

TEST(ProbeResult, IsNotMisledByThePathsOwnLoss) {
  EXPECT_NEAR(result_of(5ms, 5, 0.2).value().rate, 1.6e6, 0.1e6);
  EXPECT_LT(result_of(5ms, 2).value().rate, 1.0e6);
}

TEST(ProbeResult, WaitsUntilEnoughIsKnownAndIsTakenOnce) {
  ProbeResult result;
  result.start({.cluster = 1, .bits_per_second = 1'600'000, .bytes = 9'000, .packets = 5});
  PacketResult packet{.sent = at(0ms), .arrived = 100ms, .bytes = 1000};
  packet.probe = 1;
  for (int i = 0; i < 7; ++i) {
    EXPECT_FALSE(result.take(0));
    packet.sent += 5ms;
    *packet.arrived += 5ms;
    result.add(packet);
  }
  packet.sent += 5ms;
  *packet.arrived += 5ms;
  result.add(packet);
  EXPECT_TRUE(result.take(0));
  EXPECT_FALSE(result.take(0));
}

}  // namespace
}  // namespace parley::bwe
