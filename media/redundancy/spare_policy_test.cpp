#include "media/redundancy/spare_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace parley::media {
namespace {

constexpr std::uint64_t kAll = 250'000;

struct Subscriber {
  /// For so long; how much of it there was no redundancy.
  Duration on(std::optional<std::uint64_t> budget, Duration how_long) {
    Duration spared{};
    for (const Time until = now + how_long; now < until; now += 100ms) {
      policy.on_tick(kAll, budget, now);
      if (policy.spares()) spared += 100ms;
    }
    return spared;
  }
  SparePolicy policy;
  Time now{1000s};
};

TEST(SparePolicy, APathThatCarriesAllGetsAll) {
  Subscriber bob;
  EXPECT_EQ(bob.on(std::nullopt, 10s), 0s);
  EXPECT_EQ(bob.on(kAll, 60s), 0s);
}

TEST(SparePolicy, ANarrowPathIsSparedForAsLongAsItIsNarrowAndAWhileMore) {
  Subscriber bob;
  EXPECT_EQ(bob.on(kAll - 1, 60s), 60s);
  EXPECT_EQ(bob.on(kAll, 60s), 60s) << "too little is to spare";
  EXPECT_EQ(bob.on(2 * kAll, 60s), SparePolicy::kFirst - 100ms);
}

TEST(SparePolicy, WhereItIsSoonTooMuchAgainItIsTriedEverMoreSeldom) {
  Subscriber bob;
  Duration before = SparePolicy::kFirst / 2;
  for (int i = 0; i < 8; ++i) {
    bob.on(kAll / 2, 100ms);
    Duration spared = 100ms;
    while (bob.policy.spares()) spared += bob.on(2 * kAll, 100ms);
    EXPECT_EQ(spared, std::min(2 * before, SparePolicy::kLongest));
    before = spared;
  }
  bob.on(2 * kAll, SparePolicy::kSoon);
  bob.on(kAll / 2, 100ms);
  EXPECT_EQ(bob.on(2 * kAll, 60s) + 100ms, SparePolicy::kFirst) << "that was long ago";
}

}  // namespace
}  // namespace parley::media
