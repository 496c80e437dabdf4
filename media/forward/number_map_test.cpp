#include "media/forward/number_map.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "base/random.h"

namespace parley::media {
namespace {

TEST(NumberMap, ClosesUpWhatIsDroppedAndKeepsTheHolesOfLoss) {
  NumberMap map;
  map.restart(100, 7);
  EXPECT_EQ(map.map(100), 7u);
  EXPECT_TRUE(map.drop(101));
  EXPECT_TRUE(map.drop(102));
  EXPECT_EQ(map.map(103), 8u);
  EXPECT_EQ(map.map(106), 11u);  // 104 and 105 may still come.
  EXPECT_EQ(map.map(105), 10u);
  EXPECT_EQ(map.map(104), 9u);
}

TEST(NumberMap, CannotCloseAHoleThatHasGoneOut) {
  NumberMap map;
  map.restart(10, 10);
  map.map(10);
  map.map(12);
  EXPECT_FALSE(map.drop(11));
  EXPECT_EQ(map.map(11), 11u);
}

TEST(NumberMap, PlacesNothingFromBeforeItsStartOrFromADroppedRun) {
  NumberMap map;
  map.restart(10, 10);
  EXPECT_FALSE(map.map(9));
  map.map(10);
  map.drop(11);
  map.map(12);
  EXPECT_FALSE(map.map(11));
}

TEST(NumberMap, ForgetsOldRunsButNeverGivesANumberTwice) {
  NumberMap map;
  map.restart(0, 0);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    if (i % 2 == 0) {
      EXPECT_EQ(map.map(i), i / 2);
    } else {
      map.drop(i);
    }
  }
  EXPECT_FALSE(map.map(100));
}

// Property: whatever the order and the losses, numbers are unique, keep the source's order, and a
// hole in them is always a source number that was neither mapped nor dropped in order.
TEST(NumberMapSim, NumbersAreUniqueAndInTheOrderOfTheSource) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    SeededRandom random(seed);
    NumberMap map;
    map.restart(1000, 5);
    std::map<std::uint64_t, std::uint64_t> placed;
    std::vector<std::uint64_t> late;
    for (std::uint64_t source = 1000; source < 1400; ++source) {
      const auto kind = random.below(10);
      if (kind == 0) {
        late.push_back(source);
      } else if (kind <= 3) {
        map.drop(source);
      } else if (const auto out = map.map(source)) {
        placed[source] = *out;
      }
      if (!late.empty() && random.below(4) == 0) {
        if (const auto out = map.map(late.back())) placed[late.back()] = *out;
        late.pop_back();
      }
    }
    std::uint64_t before = 4;
    for (const auto& [source, out] : placed) {
      EXPECT_GT(out, before) << "source " << source;
      before = out;
    }
  }
}

}  // namespace
}  // namespace parley::media
