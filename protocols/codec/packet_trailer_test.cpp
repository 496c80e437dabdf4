#include "protocols/codec/packet_trailer.h"

#include <gtest/gtest.h>

namespace parley::codec {
namespace {

/// A frame's end with these entries behind it.
ByteVector with_trailer(const ByteVector& frame, const ByteVector& entries) {
  ByteVector out = frame;
  for (std::uint8_t byte : entries) out.push_back(byte ^ 0xff);
  out.push_back(static_cast<std::uint8_t>((entries.size() + 5) ^ 0xff));
  for (char c : {'L', 'K', 'T', 'S'}) out.push_back(static_cast<std::uint8_t>(c));
  return out;
}

const ByteVector kFrame{0x10, 0x20, 0x30};
const ByteVector kTime{1, 8, 0, 1, 2, 3, 4, 5, 6, 7};
const ByteVector kNumber{2, 4, 0, 0, 0, 9};

TEST(PacketTrailer, ItsSizeIsKnownFromItsEnd) {
  EXPECT_EQ(packet_trailer_size(with_trailer(kFrame, kTime)), 15u);
  EXPECT_EQ(packet_trailer_size(with_trailer(kFrame, kNumber)), 11u);
  ByteVector both = kTime;
  both.insert(both.end(), kNumber.begin(), kNumber.end());
  both.insert(both.end(), {3, 2, 'h', 'i'});
  EXPECT_EQ(packet_trailer_size(with_trailer(kFrame, both)), both.size() + 5);
  EXPECT_EQ(packet_trailer_size(with_trailer({}, kTime)), 15u);
}

TEST(PacketTrailer, AFrameThatOnlyLooksLikeItKeepsItsBytes) {
  EXPECT_EQ(packet_trailer_size({}), 0u);
  EXPECT_EQ(packet_trailer_size(kFrame), 0u);
  EXPECT_EQ(packet_trailer_size(with_trailer(kFrame, {})), 0u) << "it says nothing";
  EXPECT_EQ(packet_trailer_size(with_trailer(kFrame, {9, 1, 1})), 0u) << "an unknown entry";
  EXPECT_EQ(packet_trailer_size(with_trailer(kFrame, {1, 8, 0})), 0u) << "an entry cut off";
  ByteVector began_before = with_trailer(kFrame, kTime);
  began_before.erase(began_before.begin(), began_before.begin() + 6);
  EXPECT_EQ(packet_trailer_size(began_before), 0u);
}

}  // namespace
}  // namespace parley::codec
