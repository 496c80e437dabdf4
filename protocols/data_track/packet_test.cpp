#include "protocols/data_track/packet.h"

#include <gtest/gtest.h>

namespace parley::data_track {
namespace {

// One frame in one packet: start and final set, handle 0x0102, sequence 3, frame 4, time 5, "hi".
const ByteVector kPlain{0x18, 0, 1, 2, 0, 3, 0, 4, 0, 0, 0, 5, 'h', 'i'};

TEST(DataTrackPacket, TheHandleIsReadAndReplacedAndNothingElseIs) {
  ByteVector packet = kPlain;
  EXPECT_EQ(handle_of(packet), 0x0102);
  set_handle(packet, 0xa0b0);
  EXPECT_EQ(handle_of(packet), 0xa0b0);
  packet[2] = kPlain[2];
  packet[3] = kPlain[3];
  EXPECT_EQ(packet, kPlain);
}

TEST(DataTrackPacket, WhatCannotBeOneIsRefusedWithAReason) {
  for (std::size_t size = 0; size < kHeaderSize; ++size) {
    EXPECT_EQ(handle_of(ByteView(kPlain).first(size)).error(), Error::too_short);
  }
  ByteVector packet = kPlain;
  packet[0] = 0x38;
  EXPECT_EQ(handle_of(packet).error(), Error::wrong_version);
  packet = kPlain;
  set_handle(packet, 0);
  EXPECT_EQ(handle_of(packet).error(), Error::no_handle);
}

TEST(DataTrackPacket, ExtensionsEndWithinThePacket) {
  // A user timestamp: tag 2, eight bytes, padded: three words, said as two.
  ByteVector packet{0x1c, 0, 0, 9, 0, 3, 0, 4, 0, 0, 0, 5, 0, 2, 2, 8, 1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(handle_of(packet), 9);
  packet.pop_back();
  EXPECT_EQ(handle_of(packet).error(), Error::extensions_overrun);
  packet.resize(kHeaderSize + 1);
  EXPECT_EQ(handle_of(packet).error(), Error::extensions_overrun);
}

}  // namespace
}  // namespace parley::data_track
