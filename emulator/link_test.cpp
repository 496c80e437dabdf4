#include "emulator/link.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace parley::emulator {
namespace {

constexpr Time start{1s};

std::uint64_t lost(const Link<int>& link, Cause cause) {
  return link.statistics().total().lost.at(static_cast<std::size_t>(cause));
}

std::vector<int> drain(Link<int>& link, Time now) {
  std::vector<int> arrived;
  while (const auto item = link.receive(now)) arrived.push_back(*item);
  return arrived;
}

/// When each arrives, stepped as the loop does: by deadlines.
std::vector<Duration> arrivals(Link<int>& link, Time until) {
  std::vector<Duration> times;
  for (Time now = link.next_deadline(); now <= until; now = link.next_deadline()) {
    while (link.receive(now)) times.push_back(now - start);
  }
  return times;
}

TEST(EmulatedLink, IsPerfectUnlessToldOtherwise) {
  Link<int> link({}, 1, start);
  for (int i = 0; i < 100; ++i) link.send(i, 1200, start);
  EXPECT_EQ(drain(link, start).size(), 100u);
  EXPECT_EQ(link.next_deadline(), kNever);
}

TEST(EmulatedLink, DeliversAfterItsDelayAndNotBefore) {
  Link<int> link({.delay = 25ms}, 1, start);
  link.send(7, 100, start);
  EXPECT_EQ(link.next_deadline(), start + 25ms);
  EXPECT_TRUE(drain(link, start + 25ms - 1ns).empty());
  EXPECT_EQ(drain(link, start + 25ms), std::vector{7});
}

TEST(EmulatedLink, SendsAtItsRateAndLosesWhatTheQueueHasNoRoomFor) {
  // 1000 bytes take 8 ms; ten of them fill the queue, the one that is being sent among them.
  Link<int> link({.rate = 1'000'000, .queue = std::size_t{10'000}}, 1, start);
  for (int i = 0; i < 15; ++i) link.send(i, 1000, start);
  EXPECT_EQ(lost(link, Cause::queue), 5u);
  const auto times = arrivals(link, start + 1s);
  ASSERT_EQ(times.size(), 10u);
  for (std::size_t i = 0; i < times.size(); ++i) {
    EXPECT_EQ(times[i], static_cast<std::int64_t>(i + 1) * Duration(8ms));
  }
  EXPECT_NEAR(static_cast<double>(to_ms(link.statistics().total().queued.max())), 72, 1);
}

TEST(EmulatedLink, MeasuresAQueueInTimeByTheRate) {
  Link<int> link({.rate = 1'000'000, .queue = Duration(80ms)}, 1, start);
  for (int i = 0; i < 15; ++i) link.send(i, 1000, start);
  EXPECT_EQ(lost(link, Cause::queue), 5u);
}

TEST(EmulatedLink, TakesAPacketThatIsLargerThanTheQueueIfNothingWaits) {
  Link<int> link({.rate = 1'000'000, .queue = std::size_t{0}}, 1, start);
  link.send(1, 1000, start);
  link.send(2, 1000, start + 4ms);
  link.send(3, 1000, start + 8ms);
  EXPECT_EQ(drain(link, start + 1s), (std::vector{1, 3}));
}

TEST(EmulatedLink, GoesOnAtANewRateInTheMiddleOfAPacket) {
  Link<int> link({.rate = 1'000'000}, 1, start);
  link.send(1, 1000, start);
  link.send(2, 1000, start);
  // Half of it is out; the rest at half the rate.
  link.set({.rate = 500'000}, start + 4ms);
  EXPECT_EQ(arrivals(link, start + 1s), (std::vector<Duration>{12ms, 28ms}));
}

TEST(EmulatedLink, HoldsWhatWaitsWhileNothingMovesAndDrainsAfterwards) {
  Link<int> link({.rate = 1'000'000, .queue = Duration(80ms)}, 1, start);
  link.set({.rate = 0, .queue = Duration(80ms)}, start);
  for (int i = 0; i < 15; ++i) link.send(i, 1000, start);
  EXPECT_EQ(link.next_deadline(), kNever);
  EXPECT_EQ(lost(link, Cause::queue), 5u) << "the queue is as long as before";
  EXPECT_TRUE(drain(link, start + 10s).empty());
  link.set({.rate = 1'000'000, .queue = Duration(80ms)}, start + 10s);
  EXPECT_EQ(link.next_deadline(), start + 10s + 8ms);
  EXPECT_EQ(drain(link, start + 11s).size(), 10u);
}

TEST(EmulatedLink, LetsGoOfWhatWaitsWhenTheLimitIsLifted) {
  Link<int> link({.rate = 1000}, 1, start);
  link.send(1, 1000, start);
  link.set({}, start + 1ms);
  EXPECT_EQ(drain(link, start + 1ms), std::vector{1});
}

TEST(EmulatedLink, PolicesWithoutMakingAnybodyWait) {
  // 4000 bytes at once, then 1000 bytes each 8 ms.
  Link<int> link({.police = {1'000'000, 4000}}, 1, start);
  for (int i = 0; i < 10; ++i) link.send(i, 1000, start);
  EXPECT_EQ(drain(link, start), (std::vector{0, 1, 2, 3}));
  EXPECT_EQ(lost(link, Cause::policer), 6u);
  for (int i = 10; i < 110; ++i) link.send(i, 1000, start + (i - 9) * 4ms);
  EXPECT_NEAR(static_cast<double>(drain(link, start + 1s).size()), 50, 1);
}

TEST(EmulatedLink, LosesAboutTheShareThatItWasTold) {
  Link<int> link({.loss = 0.05}, 1, start);
  for (int i = 0; i < 20'000; ++i) link.send(i, 100, start);
  EXPECT_NEAR(static_cast<double>(lost(link, Cause::loss)), 1000, 120);
  EXPECT_EQ(drain(link, start).size(), 20'000 - lost(link, Cause::loss));
}

TEST(EmulatedLink, LosesInBurstsOfTheLengthThatItWasTold) {
  Link<int> link({.bursts = {.enter = 0.01, .leave = 0.25}}, 1, start);
  constexpr int kSent = 100'000;
  std::vector<int> arrived;
  for (int i = 0; i < kSent; ++i) {
    link.send(i, 100, start);
    if (const auto item = link.receive(start)) arrived.push_back(*item);
  }
  int bursts = 0;
  for (std::size_t i = 1; i < arrived.size(); ++i) bursts += arrived[i] != arrived[i - 1] + 1;
  const double missing = kSent - static_cast<double>(arrived.size());
  EXPECT_NEAR(missing / kSent, 0.01 / 0.26, 0.004);
  EXPECT_NEAR(missing / bursts, 4, 0.3);
  EXPECT_EQ(lost(link, Cause::loss), 0u);
}

TEST(EmulatedLink, JitterKeepsTheOrderIfItIsToldTo) {
  for (const bool keep : {true, false}) {
    Link<int> link({.delay = 25ms, .jitter = 50ms, .keep_order = keep}, 1, start);
    for (int i = 0; i < 1000; ++i) link.send(i, 100, start + i * 1ms);
    const auto arrived = drain(link, start + 2s);
    EXPECT_EQ(arrived.size(), 1000u);
    EXPECT_EQ(std::ranges::is_sorted(arrived), keep);
  }
}

TEST(EmulatedLink, ReordersByHoldingSomeBack) {
  Link<int> link({.reorder = 0.1, .reorder_by = 5ms}, 3, start);
  for (int i = 0; i < 1000; ++i) link.send(i, 100, start + i * 1ms);
  const auto arrived = drain(link, start + 2s);
  EXPECT_EQ(arrived.size(), 1000u);
  EXPECT_FALSE(std::ranges::is_sorted(arrived));
  EXPECT_NEAR(static_cast<double>(link.statistics().total().held_back), 100, 30);
}

TEST(EmulatedLink, DeliversDuplicates) {
  Link<int> link({.duplicate = 1}, 1, start);
  link.send(7, 100, start);
  EXPECT_EQ(drain(link, start), (std::vector{7, 7}));
  EXPECT_EQ(link.statistics().total().duplicated, 1u);
}

TEST(EmulatedLink, RepeatsItselfForASeed) {
  const auto run = [](std::uint64_t seed, double loss) {
    Link<int> link({.loss = loss, .delay = 5ms, .jitter = 20ms, .keep_order = false}, seed, start);
    for (int i = 0; i < 500; ++i) link.send(i, 100, start + i * 1ms);
    return drain(link, start + 1s);
  };
  EXPECT_EQ(run(1, 0.1), run(1, 0.1));
  EXPECT_NE(run(1, 0.1), run(2, 0.1));
  // Without loss the same jitter: those that are left are in the same order.
  auto all = run(1, 0);
  const auto some = run(1, 0.1);
  std::erase_if(all, [&](int i) { return std::ranges::find(some, i) == some.end(); });
  EXPECT_EQ(all, some);
}

TEST(EmulatedLink, HoldsNoMoreThanItMay) {
  Link<int> link({.rate = 0, .queue = Duration(1h)}, 1, start);
  for (std::size_t i = 0; i < kMostPackets + 10; ++i) link.send(0, 1, start);
  EXPECT_EQ(lost(link, Cause::overload), 10u);
}

TEST(EmulatedLink, CountsSecondBySecond) {
  Link<int> link({.rate = 80'000, .queue = Duration(1s)}, 1, start);
  for (int i = 0; i < 30; ++i) {  // 20 each second, of which the rate takes half.
    arrivals(link, start + i * 50ms);
    link.send(i, 1000, start + i * 50ms);
  }
  arrivals(link, start + 5s);
  link.statistics().roll(start + 5s);
  const auto& seconds = link.statistics().seconds();
  ASSERT_EQ(seconds.size(), 5u);
  EXPECT_EQ(seconds[0].in.packets, 20u);
  EXPECT_EQ(seconds[0].out.bytes, 9000u) << "the tenth is out just as the second ends";
  EXPECT_EQ(seconds[1].in.packets, 10u);
  EXPECT_EQ(seconds[1].out.bytes, 10'000u);
  EXPECT_GT(seconds[1].queued_p95, seconds[0].queued_p50);
  EXPECT_EQ(seconds[4].in.packets, 0u);
}

TEST(Histogram, FindsQuantilesWithinThreePerCent) {
  Histogram histogram;
  for (int i = 1; i <= 10'000; ++i) histogram.add(i * 10us);
  EXPECT_NEAR(static_cast<double>(histogram.quantile(0.5).count()), 50e6, 1.6e6);
  EXPECT_NEAR(static_cast<double>(histogram.quantile(0.95).count()), 95e6, 3e6);
  EXPECT_EQ(histogram.quantile(1), Duration(100ms));
  EXPECT_EQ(Histogram().quantile(0.5), Duration(0));
}

}  // namespace
}  // namespace parley::emulator
