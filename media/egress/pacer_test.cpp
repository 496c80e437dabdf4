#include "media/egress/pacer.h"

#include <gtest/gtest.h>

namespace parley::media {
namespace {

constexpr Time start{1000s};

TEST(Pacer, WithoutARateNothingWaits) {
  Pacer pacer;
  pacer.on_sent(1'000'000);
  EXPECT_FALSE(pacer.paces());
  EXPECT_TRUE(pacer.permits(start));
  EXPECT_EQ(pacer.next(start), start);
}

TEST(Pacer, LetsATrainGoAndThenWaitsUntilItIsPaidOff) {
  Pacer pacer;
  pacer.set_rate(8'000'000, start);  // A megabyte a second.
  EXPECT_TRUE(pacer.permits(start));
  pacer.on_sent(6'000);
  EXPECT_TRUE(pacer.permits(start)) << "the train is not full";
  pacer.on_sent(6'000);
  EXPECT_FALSE(pacer.permits(start));
  EXPECT_FALSE(pacer.permits(start + 11ms)) << "trains, not packets";
  EXPECT_LE(pacer.next(start + 11ms), start + 12ms + 1us);
  EXPECT_TRUE(pacer.permits(pacer.next(start + 11ms)));
}

TEST(Pacer, SendsAtItsRate) {
  Pacer pacer;
  pacer.set_rate(2'000'000, start);
  std::size_t sent = 0;
  for (Time now = start; now < start + 10s; now = pacer.next(now)) {
    while (pacer.permits(now)) {
      pacer.on_sent(1200);
      sent += 1200;
    }
  }
  EXPECT_NEAR(static_cast<double>(sent), 2'500'000, 30'000);
}

TEST(Pacer, SavesNothingUpWhileNothingIsSent) {
  Pacer pacer;
  pacer.set_rate(800'000, start);
  const Time later = start + 1h;
  std::size_t sent = 0;
  while (pacer.permits(later)) {
    pacer.on_sent(1000);
    sent += 1000;
  }
  EXPECT_EQ(sent, 2000u) << "20 ms";
}

TEST(Pacer, OnANarrowPathATrainIsAPacket) {
  Pacer pacer;
  pacer.set_rate(300'000, start);
  EXPECT_TRUE(pacer.permits(start));
  pacer.on_sent(1200);
  EXPECT_FALSE(pacer.permits(start));
  EXPECT_FALSE(pacer.permits(start + 31ms));
  EXPECT_TRUE(pacer.permits(start + 33ms));
}

TEST(Pacer, FollowsANewRate) {
  Pacer pacer;
  pacer.set_rate(80'000, start);
  pacer.on_sent(10'000);
  EXPECT_GT(pacer.next(start), start + 900ms);
  pacer.set_rate(8'000'000, start);
  EXPECT_LT(pacer.next(start), start + 11ms);
  pacer.set_rate(0, start);
  EXPECT_TRUE(pacer.permits(start));
}

}  // namespace
}  // namespace parley::media
