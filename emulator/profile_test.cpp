#include "emulator/profile.h"

#include <gtest/gtest.h>

#include "emulator/units.h"

namespace parley::emulator {
namespace {

std::string error_of(std::string_view name, std::string_view value) {
  Change change;
  const auto set = change.set(name, value);
  return set ? "" : set.error();
}

TEST(Units, AreReadAsPeopleWriteThem) {
  EXPECT_EQ(parse_rate("300k"), 300'000u);
  EXPECT_EQ(parse_rate("1.5M"), 1'500'000u);
  EXPECT_EQ(parse_rate("0"), 0u);
  EXPECT_EQ(parse_rate("unlimited"), kUnlimited);
  EXPECT_EQ(parse_duration("20ms"), Duration(20ms));
  EXPECT_EQ(parse_duration("20"), Duration(20ms));
  EXPECT_EQ(parse_duration("1.5s"), Duration(1500ms));
  EXPECT_EQ(parse_duration("250us"), Duration(250us));
  EXPECT_DOUBLE_EQ(*parse_share("5%"), 0.05);
  EXPECT_DOUBLE_EQ(*parse_share("0.05"), 0.05);
  EXPECT_EQ(parse_bytes("64kB"), 64'000u);
}

TEST(Units, RefuseWhatIsNone) {
  for (const char* text :
       {"", "-1", "5x", "1e9", "nan", "inf", "k", " 5k", "5 k", "2000G", "0x10"}) {
    EXPECT_FALSE(parse_rate(text)) << text;
    EXPECT_FALSE(parse_share(text)) << text;
    EXPECT_FALSE(parse_bytes(text)) << text;
  }
  for (const char* text : {"", "-1ms", "5m", "3601s", "1e3"}) EXPECT_FALSE(parse_duration(text));
  // Five of a hundred, or five hundred of a hundred?
  EXPECT_FALSE(parse_share("5"));
}

TEST(Change, LeavesAloneWhatItDoesNotName) {
  Profile profile{.rate = 1000, .loss = 0.5};
  Change change;
  ASSERT_TRUE(change.set("loss", "1%"));
  ASSERT_TRUE(change.set("queue", "64kB"));
  ASSERT_TRUE(change.set("burst", "1%/25%"));
  ASSERT_TRUE(change.set("police", "1M/32kB"));
  ASSERT_TRUE(change.set("order", "free"));
  change.apply_to(profile);
  EXPECT_EQ(profile.rate, 1000u);
  EXPECT_DOUBLE_EQ(profile.loss, 0.01);
  EXPECT_EQ(profile.queue, QueueLimit(std::size_t{64'000}));
  EXPECT_EQ(profile.bursts, (Bursts{0.01, 0.25, 1}));
  EXPECT_EQ(profile.police, (Policer{1'000'000, 32'000}));
  EXPECT_FALSE(profile.keep_order);
}

TEST(Change, SaysWhatIsWrong) {
  EXPECT_EQ(
      error_of("speed", "1"),
      "there is no setting 'speed'; there are rate, queue, delay, jitter, order, loss, burst, "
      "police, reorder, reorder_by, duplicate");
  EXPECT_EQ(error_of("loss", "5"), "loss: '5' is not a share such as 5% or 0.05");
  EXPECT_EQ(error_of("queue", "300"), "queue: '300' is not a queue such as 300ms or 64kB");
  EXPECT_EQ(error_of("burst", "1%"),
            "burst: '1%' is not ENTER/LEAVE or ENTER/LEAVE/LOSS (1%/25%) or none");
  EXPECT_EQ(error_of("burst", "1%/0"),
            "burst: '1%/0': a burst that is begun has to end (LEAVE is 0)");
  EXPECT_EQ(error_of("police", "1M/100B"), "police: '1M/100B': a burst of at least 1500B");
  EXPECT_EQ(error_of("order", "maybe"), "order: 'maybe' is not keep or free");
}

}  // namespace
}  // namespace parley::emulator
