#include "media/shard/gathering.h"

#include <gtest/gtest.h>

namespace parley::media {
namespace {

constexpr Duration kTick = 100ms;

/// What follows a tick in which each of `listeners` was sent `each` packets.
bool holds(std::size_t listeners, std::size_t each, bool possible = true) {
  Gathering gathering(possible);
  for (std::size_t i = 0; i < listeners * each; ++i) gathering.count_copy(Kind::audio);
  gathering.on_tick(listeners, kTick);
  return gathering.holds(Kind::audio, false);
}

TEST(Gathering, HoldsWhereManySpeakToMany) {
  EXPECT_TRUE(holds(1000, 50));  // Ten speakers.
  EXPECT_TRUE(holds(200, 10));   // Two: 20 000 a second.
}

TEST(Gathering, DoesNotDelayWhatIsLittle) {
  EXPECT_FALSE(holds(199, 10));
  EXPECT_FALSE(holds(10, 50));
  EXPECT_FALSE(holds(0, 0));
}

TEST(Gathering, DoesNotWaitForWhatWillNotCome) {
  EXPECT_FALSE(holds(3000, 5));  // One speaker: their next packet is 20 ms away.
}

TEST(Gathering, EndsWithTheLoad) {
  Gathering gathering(true);
  for (int i = 0; i < 50'000; ++i) gathering.count_copy(Kind::audio);
  gathering.on_tick(1000, kTick);
  EXPECT_TRUE(gathering.holds(Kind::audio, false));
  gathering.on_tick(0, kTick);
  EXPECT_FALSE(gathering.holds(Kind::audio, false));
}

/// A picture, after a tenth of a second in which so many copies of pictures left.
bool holds_picture(std::size_t copies, bool ends, bool possible = true) {
  Gathering gathering(possible);
  for (std::size_t i = 0; i < copies; ++i) gathering.count_copy(Kind::video);
  gathering.on_tick(0, kTick);
  return gathering.holds(Kind::video, ends);
}

TEST(Gathering, HoldsAPictureUntilItsEnd) {
  EXPECT_TRUE(holds_picture(2000, false));
  EXPECT_FALSE(holds_picture(2000, true));
}

TEST(Gathering, DoesNotDelayPicturesThatAreFew) { EXPECT_FALSE(holds_picture(1999, false)); }

TEST(Gathering, DelaysEachKindForItsOwnLoad) {
  Gathering gathering(true);
  for (int i = 0; i < 5000; ++i) gathering.count_copy(Kind::video);
  gathering.on_tick(100, kTick);
  EXPECT_FALSE(gathering.holds(Kind::audio, false));
}

TEST(Gathering, IsOffWhereTrainsLeaveOneByOne) {
  EXPECT_FALSE(holds(1000, 50, false));
  EXPECT_FALSE(holds_picture(5000, false, false));
}

}  // namespace
}  // namespace parley::media
