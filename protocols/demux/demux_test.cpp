#include "protocols/demux/demux.h"

#include <gtest/gtest.h>

#include <array>

namespace parley::demux {
namespace {

constexpr Kind of(std::uint8_t first, std::uint8_t second) {
  const std::array<std::uint8_t, 2> bytes{first, second};
  return classify(bytes);
}

// RFC 7983 section 7, both ends of each range.
static_assert(of(0, 1) == Kind::stun && of(3, 0) == Kind::stun);
static_assert(of(4, 0) == Kind::unknown && of(19, 0) == Kind::unknown);
static_assert(of(20, 0xfe) == Kind::dtls && of(63, 0xfe) == Kind::dtls);
static_assert(of(64, 0) == Kind::unknown && of(127, 0) == Kind::unknown);
static_assert(of(128, 96) == Kind::rtp && of(191, 111) == Kind::rtp);
static_assert(of(192, 0) == Kind::unknown && of(255, 255) == Kind::unknown);

TEST(Demux, TellsRtcpFromRtpByThePacketType) {
  EXPECT_EQ(of(0x80, 191), Kind::rtp);   // payload type 63 with the marker
  EXPECT_EQ(of(0x80, 192), Kind::rtcp);  // FIR of RFC 2032, the first
  EXPECT_EQ(of(0x81, 200), Kind::rtcp);  // SR
  EXPECT_EQ(of(0x8f, 205), Kind::rtcp);  // transport-wide feedback
  EXPECT_EQ(of(0x80, 223), Kind::rtcp);
  EXPECT_EQ(of(0x80, 224), Kind::rtp);  // payload type 96 with the marker
}

TEST(Demux, KnowsNothingOfWhatIsTooShortToTell) {
  EXPECT_EQ(classify({}), Kind::unknown);
  const std::array<std::uint8_t, 1> one{0x80};
  EXPECT_EQ(classify(one), Kind::unknown);
}

}  // namespace
}  // namespace parley::demux
