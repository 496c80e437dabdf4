#include "sim/link.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley::sim {
namespace {

constexpr Time start{1s};

std::vector<int> drain(Link<int>& link, Time now = kNever) {
  std::vector<int> arrived;
  while (const auto item = link.receive(now)) arrived.push_back(*item);
  return arrived;
}

TEST(Link, DeliversAfterItsDelayAndNotBefore) {
  Link<int> link({.delay = 25ms}, 1);
  link.send(7, start);
  EXPECT_EQ(link.next_arrival(), start + 25ms);
  EXPECT_TRUE(drain(link, start + 24ms).empty());
  EXPECT_EQ(drain(link, start + 25ms), std::vector{7});
  EXPECT_EQ(link.next_arrival(), kNever);
}

TEST(Link, JitterKeepsTheOrder) {
  Link<int> link({.delay = 25ms, .jitter = 50ms}, 1);
  for (int i = 0; i < 1000; ++i) link.send(i, start + i * 1ms);
  const auto arrived = drain(link);
  EXPECT_EQ(arrived.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(arrived.begin(), arrived.end()));
}

TEST(Link, LosesAboutTheShareThatItWasTold) {
  Link<int> link({.loss_per_mille = 50}, 1);
  for (int i = 0; i < 20'000; ++i) link.send(i, start);
  EXPECT_NEAR(static_cast<double>(link.lost()), 1000, 120);
  EXPECT_EQ(drain(link).size(), link.sent() - link.lost());
}

TEST(Link, ReordersByHoldingSomeBack) {
  Link<int> link({.reorder_per_mille = 100, .reorder_by = 5ms}, 3);
  for (int i = 0; i < 100; ++i) link.send(i, start + i * 1ms);
  const auto arrived = drain(link);
  EXPECT_EQ(arrived.size(), 100u);
  EXPECT_FALSE(std::is_sorted(arrived.begin(), arrived.end()));
}

TEST(Link, DeliversDuplicates) {
  Link<int> link({.duplicate_per_mille = 1000}, 1);
  link.send(7, start);
  EXPECT_EQ(drain(link), (std::vector{7, 7}));
}

TEST(Link, ARateLimitQueuesAndThenLoses) {
  // 1000 bytes take 8 ms; the queue holds ten of them.
  Link<int> link({.bits_per_second = 1'000'000, .queue_bytes = 10'000}, 1);
  for (int i = 0; i < 100; ++i) link.send(i, 1000, start);
  EXPECT_EQ(link.next_arrival(), start + 8ms);
  const auto arrived = drain(link);
  EXPECT_NEAR(static_cast<double>(arrived.size()), 11, 1);
  EXPECT_EQ(link.lost(), 100 - arrived.size());
}

TEST(Link, IsTheSameForASeed) {
  const LinkConfig config{
      .delay = 10ms, .jitter = 9ms, .loss_per_mille = 100, .reorder_per_mille = 50};
  Link<int> one(config, 42);
  Link<int> two(config, 42);
  Link<int> three(config, 43);
  for (int i = 0; i < 500; ++i) {
    for (Link<int>* link : {&one, &two, &three}) link->send(i, start + i * 1ms);
  }
  const auto first = drain(one);
  EXPECT_EQ(first, drain(two));
  EXPECT_NE(first, drain(three));
}

}  // namespace
}  // namespace parley::sim
