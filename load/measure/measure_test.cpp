#include <gtest/gtest.h>
#include <unistd.h>

#include "load/measure/histogram.h"
#include "load/measure/process.h"

namespace parley::load {
namespace {

TEST(Histogram, QuantilesAreWithinAThirtySecondOfTheTruth) {
  Histogram histogram;
  for (int us = 1; us <= 100'000; ++us) histogram.add(std::chrono::microseconds(us));
  for (const double share : {0.01, 0.5, 0.95, 0.99, 0.999}) {
    const double truth = share * 100'000;
    const double said =
        std::chrono::duration<double, std::micro>(histogram.quantile(share)).count();
    EXPECT_GE(said, truth - 1) << share;
    EXPECT_LE(said, truth * (1 + 1.0 / 32) + 1) << share;
  }
  EXPECT_EQ(histogram.max(), 100ms);
  EXPECT_EQ(histogram.quantile(1), 100ms);
}

TEST(Histogram, OfNothingSaysZero) { EXPECT_EQ(Histogram().quantile(0.99), Duration::zero()); }

TEST(Histogram, OfTwoIsAsIfAllHadBeenAddedToOne) {
  Histogram one;
  Histogram other;
  for (int i = 0; i < 90; ++i) one.add(1ms);
  for (int i = 0; i < 10; ++i) other.add(1s);
  one.merge(other);
  EXPECT_EQ(one.count(), 100u);
  EXPECT_LT(one.quantile(0.9), 2ms);
  EXPECT_GT(one.quantile(0.91), 900ms);
  EXPECT_EQ(one.max(), 1s);
}

TEST(Histogram, HoldsWhatIsLongerThanAnybodyWaits) {
  Histogram histogram;
  histogram.add(std::chrono::hours(100));
  histogram.add(-1s);
  EXPECT_EQ(histogram.count(), 2u);
  EXPECT_EQ(histogram.max(), std::chrono::hours(100));
}

TEST(ProcessUse, IsReadFromALineWithAnyName) {
  EXPECT_EQ(ticks_in_stat("42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20"), 300u);
  EXPECT_FALSE(ticks_in_stat("42 (name"));
  EXPECT_FALSE(ticks_in_stat("42 (name) S 1 2"));
}

TEST(ProcessUse, OfThisProcessIsThere) {
  const auto use = read_process(getpid());
  ASSERT_TRUE(use);
  EXPECT_GT(use->resident_kb, 100u);
  EXPECT_FALSE(read_process(-1));
}

}  // namespace
}  // namespace parley::load
