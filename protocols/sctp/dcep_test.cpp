#include "protocols/sctp/dcep.h"

#include <gtest/gtest.h>

namespace parley::sctp {
namespace {

TEST(Dcep, OpenIsWrittenAsRfc8832Section5_1Draws) {
  const ByteVector expected{3, 0x81, 1, 0, 0, 0, 0, 5, 0, 3, 0, 2, 'a', 'b', 'c', 'x', 'y'};
  const ChannelConfig config{
      .label = "abc", .protocol = "xy", .ordered = false, .max_retransmits = 5};
  EXPECT_EQ(write_open(config), expected);
  EXPECT_EQ(parse_open(expected), config);
}

TEST(Dcep, EveryChannelTypeComesBack) {
  for (const bool ordered : {false, true}) {
    for (const ChannelConfig& config :
         {ChannelConfig{.label = "r", .ordered = ordered},
          ChannelConfig{.ordered = ordered, .max_retransmits = 0},
          ChannelConfig{.protocol = "p", .ordered = ordered, .max_lifetime_ms = 3000}}) {
      EXPECT_EQ(parse_open(write_open(config)), config);
    }
  }
}

TEST(Dcep, TruncatedAndUnknownOpensAreRefused) {
  const ByteVector good = write_open({.label = "label", .protocol = "protocol"});
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(parse_open(ByteView(good).first(size)).has_value()) << size;
  }
  ByteVector unknown_type = good;
  unknown_type[1] = 0x03;
  EXPECT_FALSE(parse_open(unknown_type).has_value());
  ByteVector long_label = good;
  long_label[8] = 0xff;
  EXPECT_FALSE(parse_open(long_label).has_value());
}

TEST(Dcep, AckIsOneByte) {
  EXPECT_TRUE(is_ack(write_ack()));
  EXPECT_FALSE(is_ack(ByteVector{2, 0}));
  EXPECT_FALSE(is_ack({}));
}

}  // namespace
}  // namespace parley::sctp
