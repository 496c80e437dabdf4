#include "protocols/bwe/delivered_rate.h"

#include <gtest/gtest.h>

namespace parley::bwe {
namespace {

TEST(DeliveredRate, IsBytesOverTheTimeTheyTookToCome) {
  DeliveredRate rate;
  EXPECT_FALSE(rate.over(500));
  for (int i = 0; i <= 100; ++i) rate.add(i * 10ms, 1250);
  EXPECT_NEAR(rate.over(500).value(), 1e6, 1);
}

TEST(DeliveredRate, SeesTheLastMomentOnItsOwn) {
  DeliveredRate rate;
  Duration now{};
  for (int i = 0; i < 100; ++i) rate.add(now += 10ms, 1250);
  for (int i = 0; i < 20; ++i) rate.add(now += 10ms, 125);
  EXPECT_NEAR(rate.over(150).value(), 1e5, 1e3);
  EXPECT_GT(rate.over(500).value(), 5e5);
}

TEST(DeliveredRate, AHoleInWhatIsKnownIsNoHoleInWhatCame) {
  DeliveredRate rate;
  Duration now{};
  for (int i = 0; i < 100; ++i) {
    if (i % 10 == 0) {  // Every second feedback was lost.
      now += 100ms;
      rate.skip();
    }
    rate.add(now += 10ms, 1250);
  }
  EXPECT_NEAR(rate.over(500).value(), 1e6, 1);
}

TEST(DeliveredRate, CountsWhatCameOutOfOrder) {
  DeliveredRate rate;
  Duration now{};
  rate.add(now, 1250);
  for (int i = 0; i < 50; ++i) {
    rate.add(now + 20ms, 1250);
    rate.add(now + 10ms, 1250);
    now += 20ms;
  }
  EXPECT_NEAR(rate.over(500).value(), 1e6, 30'000);
}

}  // namespace
}  // namespace parley::bwe
