#include "media/room/seating.h"

#include <gtest/gtest.h>

namespace parley::media {
namespace {

std::vector<ShardHandle> shards(std::size_t count) { return std::vector<ShardHandle>(count); }

TEST(Seating, KeepsASmallRoomTogether) {
  Seating seating(shards(3), 4);
  const ShardIndex home = seating.home(7);
  EXPECT_EQ(home, 1);
  for (std::size_t present = 0; present < 4; ++present) {
    EXPECT_EQ(seating.take(home, present), home);
  }
}

TEST(Seating, SpreadsALargeOneEvenly) {
  Seating seating(shards(3), 4);
  for (std::size_t present = 0; present < 30; ++present) seating.take(0, present);
  for (ShardIndex seat = 0; seat < 3; ++seat) EXPECT_EQ(seating.taken(seat), 10u);
}

TEST(Seating, StaysAtHomeWhereNoOtherHasFewer) {
  Seating seating(shards(2), 0);
  EXPECT_EQ(seating.take(1, 0), 1);
  EXPECT_EQ(seating.take(0, 0), 0);
  EXPECT_EQ(seating.take(1, 1), 1);
}

TEST(Seating, KnowsWhoHasLeft) {
  Seating seating(shards(2), 0);
  EXPECT_EQ(seating.take(0, 0), 0);
  EXPECT_EQ(seating.take(0, 1), 1);
  seating.give_back(0);
  EXPECT_EQ(seating.take(1, 1), 0);
}

}  // namespace
}  // namespace parley::media
