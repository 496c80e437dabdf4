#include "protocols/bwe/rate_control.h"

#include <gtest/gtest.h>

#include "protocols/bwe/drain_watch.h"

namespace parley::bwe {
namespace {

Time at(Duration since_start) { return Time{} + since_start; }

constexpr Config kConfig{.start = 1'000'000, .min = 50'000, .max = 10'000'000};

PathState path_of(double carried, double queue_ms = 0, Usage usage = Usage::normal) {
  PathState path;
  path.usage = usage;
  path.carried = path.carried_now = carried;
  path.queue_ms = queue_ms;
  path.round_trip = 0.05;
  path.useful = 10e6;
  return path;
}

TEST(RateControl, GrowsByATwelfthASecondAndNoFurtherThanWhatArrivesSupports) {
  RateControl rate(kConfig);
  RateControl unsupported(kConfig);
  for (Duration now{}; now <= 1s; now += 100ms) {
    rate.update(path_of(rate.target()), at(now));
    unsupported.update(path_of(100'000), at(now));
  }
  EXPECT_GT(rate.target(), 1.08e6);
  EXPECT_EQ(unsupported.target(), 1e6);  // But it is not taken back either.
}

TEST(RateControl, DoesNotGrowBeyondWhatIsOfUse) {
  RateControl rate(kConfig);
  PathState path = path_of(1e6);
  path.useful = 1e6;
  for (Duration now{}; now <= 5s; now += 100ms) rate.update(path, at(now));
  EXPECT_EQ(rate.target(), 1e6);
}

TEST(RateControl, StepsBackBelowWhatIsCarriedAndFurtherTheLongerTheQueue) {
  RateControl brief(kConfig);
  RateControl lasting(kConfig);
  brief.update(path_of(800'000, 60, Usage::over), at(0s));
  lasting.update(path_of(800'000, 500, Usage::over), at(0s));
  EXPECT_NEAR(brief.target(), 0.85 * 800'000, 10'000);
  EXPECT_LT(lasting.target(), 0.55 * 800'000);
}

TEST(RateControl, TakesOverUseWithoutAQueueForJitter) {
  RateControl rate(kConfig);
  rate.update(path_of(500'000, 3, Usage::over), at(0s));
  EXPECT_GE(rate.target(), 1e6);
}

TEST(RateControl, RecoversAtOnceWhenTheQueueIsGone) {
  RateControl rate(kConfig);
  rate.update(path_of(800'000, 100, Usage::over), at(0s));
  EXPECT_TRUE(rate.recovering());
  rate.update(path_of(800'000, 60), at(200ms));
  EXPECT_LT(rate.target(), 700'000);  // Still there.
  rate.update(path_of(650'000, 5), at(400ms));
  EXPECT_FALSE(rate.recovering());
  EXPECT_NEAR(rate.target(), 0.93 * 800'000, 1'000);
}

// Of 3 Mbit/s 300 kbit/s are left, and the last moment was wide for a part of it.
TEST(RateControl, LooksAgainAtWhatIsCarriedBeforeTheStepCanShow) {
  RateControl rate({.start = 3'000'000, .min = 50'000, .max = 10'000'000});
  rate.update(path_of(420'000, 200, Usage::over), at(0s));
  const double factor = rate.target() / 420'000;
  ASSERT_GT(rate.target(), 300'000 * 0.95);
  rate.update(path_of(380'000, 240), at(100ms));
  EXPECT_EQ(rate.target(), factor * 420'000) << "too early";
  rate.update(path_of(300'000, 250), at(200ms));
  EXPECT_NEAR(rate.target(), factor * 300'000, 1'000);
  EXPECT_EQ(rate.capacity(), 300'000);
  rate.update(path_of(200'000, 250), at(300ms));
  EXPECT_NEAR(rate.target(), factor * 300'000, 1'000) << "once";
}

// What comes less then is what we have sent less.
TEST(RateControl, DoesNotTakeItsOwnStepForLess) {
  RateControl rate({.start = 3'000'000, .min = 50'000, .max = 10'000'000});
  rate.update(path_of(420'000, 200, Usage::over), at(0s));
  const double stepped = rate.target();
  rate.update(path_of(stepped, 180), at(400ms));
  EXPECT_EQ(rate.target(), stepped);
}

TEST(RateControl, WhileLittleIsSentOneBurstOfOthersCostsNoMoreThanTheHeadroom) {
  RateControl rate(kConfig);
  PathState path = path_of(300'000, 100, Usage::over);
  path.application_limited = true;
  rate.update(path, at(0s));
  EXPECT_EQ(rate.target(), 300'000);
}

TEST(RateControl, GoesOnAgainstAFlowThatKeepsTheQueueFull) {
  RateControl rate(kConfig);
  Duration now{};
  for (; now < 5s && !rate.contended(); now += 100ms) {
    rate.update(path_of(rate.target(), 300, Usage::over), at(now));
  }
  ASSERT_TRUE(rate.contended());
  EXPECT_GT(rate.target(), 500'000);
  const double before = rate.target();
  for (const Duration end = now + 1s; now < end; now += 100ms) {
    rate.update(path_of(rate.target(), 310, Usage::over), at(now));
  }
  EXPECT_GT(rate.target(), before);  // Delay does not count any more,

  PathState losing = path_of(rate.target(), 310);
  losing.losing = true;
  const double full = rate.target();
  rate.update(losing, at(now));
  EXPECT_NEAR(rate.target(), RateControl::kContestDecrease * full, 1);  // loss does,

  rate.update(path_of(rate.target(), 0), at(now + 100ms));
  EXPECT_FALSE(rate.contended());  // until the queue is seen empty.
}

// Sound of 60 kbit/s that comes as evenly as it is sent looks like a longer way: 15.5 ms, always.
TEST(RateControl, APacketThatTakesLongIsNeitherAQueueNorALongerWay) {
  RateControl rate(kConfig);
  Duration now{};
  for (; now < 5s && !rate.contended(); now += 100ms) {
    rate.update(path_of(66'000, 550, Usage::over), at(now));
  }
  ASSERT_TRUE(rate.contended());
  const double before = rate.target();
  ASSERT_LT(before, 300'000);
  for (const Duration end = now + 5s; now < end; now += 100ms) {
    rate.update(path_of(60'000, 15.5), at(now));
    EXPECT_FALSE(rate.take_detour());
  }
  EXPECT_FALSE(rate.contended());
  EXPECT_LE(rate.target(), before);
}

TEST(DrainWatch, AQueueOfOursGetsShorter) {
  DrainWatch watch;
  watch.start(100, 0.7, true, at(0s));
  EXPECT_EQ(watch.update(90, 0.05, at(300ms)), DrainWatch::Sight::nothing);
  EXPECT_EQ(watch.update(10, 0.05, at(600ms)), DrainWatch::Sight::empty);
}

TEST(DrainWatch, AQueueOfOthersStays) {
  DrainWatch watch;
  watch.start(100, 0.7, true, at(0s));
  EXPECT_EQ(watch.update(100, 0.05, at(300ms)), DrainWatch::Sight::nothing);
  EXPECT_EQ(watch.update(100, 0.05, at(1s)), DrainWatch::Sight::stays);
}

TEST(DrainWatch, NoticesThatTheFirstMomentToldTooLittle) {
  DrainWatch watch;
  watch.start(20, 0.85, true, at(0s));
  EXPECT_EQ(watch.update(200, 0.05, at(200ms)), DrainWatch::Sight::longer);
}

}  // namespace
}  // namespace parley::bwe
