#include <gtest/gtest.h>

#include "base/address.h"
#include "base/bytes.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/strong.h"

namespace parley {
namespace {

TEST(ByteReader, ReadsBigEndianAndFailsForGoodPastTheEnd) {
  const ByteVector bytes{1, 2, 3, 4, 5, 6, 7};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u24(), 0x040506u);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.u32(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0) << "the byte that was left is not handed out after a failure";
}

TEST(ByteWriter, WritesWhatTheReaderReads) {
  ByteVector out;
  ByteWriter writer(out);
  writer.u8(1);
  writer.u16(2);
  writer.u24(3);
  writer.u32(4);
  writer.u64(5);
  ByteReader reader(out);
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.u16(), 2);
  EXPECT_EQ(reader.u24(), 3u);
  EXPECT_EQ(reader.u32(), 4u);
  EXPECT_EQ(reader.u64(), 5u);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.remaining(), 0u);
}

TEST(SeededRandom, RepeatsItselfForASeedAndDiffersForAnother) {
  SeededRandom a(7);
  SeededRandom b(7);
  SeededRandom c(8);
  const std::string first = a.token(24);
  EXPECT_EQ(first, b.token(24));
  EXPECT_NE(first, c.token(24));
}

TEST(Random, BelowStaysBelowAndReachesEverything) {
  SeededRandom random(1);
  std::array<int, 5> seen{};
  for (int i = 0; i < 1000; ++i) ++seen[random.below(5)];
  for (int count : seen) EXPECT_GT(count, 100);
}

TEST(IpAddress, ParsesAndPrintsBothFamilies) {
  EXPECT_EQ(IpAddress::parse("192.0.2.1")->to_string(), "192.0.2.1");
  EXPECT_EQ(IpAddress::parse("2001:db8::1")->to_string(), "2001:db8::1");
  EXPECT_EQ(*IpAddress::parse("::ffff:192.0.2.1"), IpAddress::v4(192, 0, 2, 1));
  EXPECT_FALSE(IpAddress::parse("localhost"));
  EXPECT_FALSE(IpAddress::parse("1.2.3.4:5"));
}

TEST(IpAddress, KnowsWhereAnAddressReaches) {
  EXPECT_TRUE(IpAddress::parse("127.0.0.2")->is_loopback());
  EXPECT_TRUE(IpAddress::parse("::1")->is_loopback());
  EXPECT_TRUE(IpAddress::parse("fe80::1")->is_link_local());
  EXPECT_TRUE(IpAddress::parse("172.31.0.1")->is_private());
  EXPECT_FALSE(IpAddress::parse("172.32.0.1")->is_private());
}

TEST(SocketAddress, RoundTripsAndRefusesHalves) {
  for (const char* text : {"192.0.2.1:7881", "[2001:db8::1]:7882"}) {
    EXPECT_EQ(SocketAddress::parse(text)->to_string(), text);
  }
  for (const char* text : {"192.0.2.1", "2001:db8::1:80", "[192.0.2.1]:1", "1.2.3.4:70000", ""}) {
    EXPECT_FALSE(SocketAddress::parse(text)) << text;
  }
}

TEST(Secret, DoesNotPrint) { EXPECT_EQ(fmt::format("{}", Secret("hunter2")), "redacted"); }

TEST(Strong, ComparesByValue) {
  using Id = Strong<struct IdTag, int>;
  static_assert(!std::is_convertible_v<int, Id>);
  static_assert(Id(1) < Id(2));
  EXPECT_EQ(Id(3).value(), 3);
}

}  // namespace
}  // namespace parley
