#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "base/random.h"
#include "protocols/fec/encoder.h"
#include "protocols/fec/repair.h"
#include "protocols/fec/test_decoder.h"

namespace parley::fec {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kSsrc = 0x0a0b0c0d;

/// A packet with some extensions; all of it depends on its number.
ByteVector packet(std::uint16_t sequence, std::size_t payload, bool marker = false) {
  SeededRandom random(sequence);
  ByteVector out(12);
  out[0] = 0x90;
  out[1] = static_cast<std::uint8_t>((marker ? 0x80 : 0) | 96);
  store_be16(out.data() + 2, sequence);
  store_be32(out.data() + 4, sequence * 3000u);
  store_be32(out.data() + 8, kSsrc);
  const ByteVector extensions{0xbe, 0xde, 0, 1, 0x40, static_cast<std::uint8_t>(sequence), 0, 0};
  out.insert(out.end(), extensions.begin(), extensions.end());
  ByteVector rest(payload);
  random.fill(rest);
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}
constexpr std::size_t kHeader = 20;

ByteView header_of(const ByteVector& bytes) { return ByteView(bytes).first(kHeader); }
ByteView payload_of(const ByteVector& bytes) { return ByteView(bytes).subspan(kHeader); }

// Worked out by hand from section 4.2 of the draft.
TEST(Repair, IsWrittenAsTheDraftSays) {
  const ByteVector first{0x80, 0xe0, 0x00, 0x05, 0x00, 0x00, 0x00, 0x10,
                         0x0a, 0x0b, 0x0c, 0x0d, 0x11, 0x22, 0x33};
  const ByteVector third{0x80, 0x61, 0x00, 0x07, 0x00, 0x00, 0x01,
                         0x10, 0x0a, 0x0b, 0x0c, 0x0d, 0xff};
  Repair repair;
  ASSERT_TRUE(repair.add(0, ByteView(first).first(12), ByteView(first).subspan(12)));
  ASSERT_TRUE(repair.add(2, ByteView(third).first(12), ByteView(third).subspan(12)));
  ByteVector out(100);
  out.resize(repair.write(out, kSsrc, 5));
  EXPECT_EQ(out, (ByteVector{0x00, 0x81, 0x00, 0x02,  // M, PT; 3 ^ 1 bytes.
                             0x00, 0x00, 0x01, 0x00,  // Timestamps.
                             0x01, 0x00, 0x00, 0x00,  // One SSRC,
                             0x0a, 0x0b, 0x0c, 0x0d,  // this,
                             0x00, 0x05, 0xd0, 0x00,  // from 5 on: k, 1, 0, 1.
                             0xee, 0x22, 0x33}));
}

TEST(Repair, HasALongerMaskForMorePackets) {
  const ByteVector one = packet(100, 10);
  for (const auto& [place, size] : {std::pair{14u, 20u}, {15u, 24u}, {45u, 24u}}) {
    Repair repair;
    ASSERT_TRUE(repair.add(place, header_of(one), payload_of(one)));
    ByteVector out(100);
    out.resize(repair.write(out, kSsrc, static_cast<std::uint16_t>(100 - place)));
    EXPECT_EQ(out.size(), size + one.size() - 12);
    test::Decoder decoder(kSsrc);
    const auto made = decoder.on_repair(out);
    ASSERT_EQ(made.size(), 1u) << place;
    EXPECT_EQ(made[0], one);
  }
}

TEST(Repair, RefusesWhatItHasNoRoomFor) {
  const ByteVector one = packet(1, 100);
  Repair repair;
  ByteVector out(200);
  EXPECT_EQ(repair.write(out, kSsrc, 1), 0u) << "empty";
  EXPECT_FALSE(repair.add(Repair::kMaxSpan, header_of(one), payload_of(one)));
  EXPECT_FALSE(repair.add(0, ByteView(one).first(11), payload_of(one)));
  EXPECT_FALSE(repair.add(0, header_of(one), ByteVector(Repair::kMaxPacket)));
  EXPECT_TRUE(repair.empty());
  ASSERT_TRUE(repair.add(0, header_of(one), payload_of(one)));
  EXPECT_EQ(repair.write(MutableBytes(out).first(20 + 107), kSsrc, 1), 0u);
  EXPECT_EQ(repair.write(MutableBytes(out).first(20 + 108), kSsrc, 1), 128u);
}

/// A stream on its way through an encoder to a receiver.
class Stream {
 public:
  /// So many packets; those whose place in the picture is in `lost` do not come.
  void picture(std::size_t packets, const std::set<std::size_t>& lost = {}, bool key = false) {
    for (std::size_t i = 0; i < packets; ++i) {
      const bool ends = i + 1 == packets;
      const ByteVector sent = packet(static_cast<std::uint16_t>(next_), 200 + 37 * i % 900, ends);
      encoder.add(next_++, header_of(sent), payload_of(sent), ends, key);
      if (lost.contains(i)) {
        missing.push_back(sent);
      } else {
        take(decoder.on_packet(sent));
      }
      ByteVector out(Encoder::kMaxSize);
      while (const std::size_t size = encoder.poll(out, kSsrc)) {
        ++repairs;
        take(decoder.on_repair(ByteView(out).first(size)));
      }
    }
  }
  void skip(std::uint64_t numbers) { next_ += numbers; }
  std::size_t take_repairs() { return std::exchange(repairs, 0u); }

  Encoder encoder;
  test::Decoder decoder{kSsrc};
  std::vector<ByteVector> missing;  ///< Lost, and not made anew.
  std::size_t repairs = 0;

 private:
  void take(const std::vector<ByteVector>& made) {
    for (const ByteVector& one : made) {
      const auto lost = std::ranges::find(missing, one);
      ASSERT_NE(lost, missing.end()) << "what was made is what was lost, to the last bit";
      missing.erase(lost);
    }
  }
  std::uint64_t next_ = 0x1'fff0;  // Wraps soon.
};

TEST(Encoder, OneForSoManyPackets) {
  Stream stream;
  stream.encoder.set_each(4);
  stream.picture(4);
  EXPECT_EQ(stream.take_repairs(), 1u);
  stream.picture(5);
  EXPECT_EQ(stream.take_repairs(), 2u);
  stream.picture(16);
  EXPECT_EQ(stream.take_repairs(), 4u);
  stream.picture(20);
  EXPECT_EQ(stream.take_repairs(), 5u);
}

TEST(Encoder, SmallPicturesShareOne) {
  Stream stream;
  stream.encoder.set_each(4);
  stream.picture(2);
  EXPECT_EQ(stream.take_repairs(), 0u);
  stream.picture(2);
  EXPECT_EQ(stream.take_repairs(), 1u);
  for (int i = 0; i < 3; ++i) stream.picture(1);
  EXPECT_EQ(stream.take_repairs(), 1u) << "after three pictures in any case";
}

TEST(Encoder, AKeyPictureIsProtectedTwiceAsMuchAndAtOnce) {
  Stream stream;
  stream.encoder.set_each(4);
  stream.picture(8, {}, true);
  EXPECT_EQ(stream.take_repairs(), 4u);
  stream.picture(1, {}, true);
  EXPECT_EQ(stream.take_repairs(), 1u);
}

TEST(Encoder, OneLostOfEachIsMadeAnew) {
  for (std::size_t each = 1; each <= Encoder::kMostEach; ++each) {
    Stream stream;
    stream.encoder.set_each(each);
    for (std::size_t size = each; size <= 40; ++size) {
      for (std::size_t lost : {std::size_t{0}, size / 2, size - 1}) {
        stream.picture(size, {lost});
        EXPECT_THAT(stream.missing, IsEmpty()) << each << " " << size << " " << lost;
      }
    }
  }
}

TEST(Encoder, AsManyInARowAsThereAreColumns) {
  Stream stream;
  stream.encoder.set_each(5);
  for (std::size_t first = 0; first + Encoder::kColumns <= 20; ++first) {
    stream.picture(20, {first, first + 1, first + 2, first + 3});
    EXPECT_THAT(stream.missing, IsEmpty()) << first;
  }
}

TEST(Encoder, OverNumbersThatAreNotUsed) {
  Stream stream;
  stream.encoder.set_each(2);
  stream.picture(1);
  stream.skip(40);
  stream.picture(1, {0});
  EXPECT_EQ(stream.take_repairs(), 1u);
  EXPECT_THAT(stream.missing, IsEmpty());
  stream.picture(1);
  stream.skip(100);  // Farther than a mask reaches: the block begins anew.
  stream.picture(1);
  EXPECT_EQ(stream.take_repairs(), 0u);
  stream.picture(1, {0});
  EXPECT_THAT(stream.missing, IsEmpty());
}

TEST(Encoder, WhatComesLateIsNotProtected) {
  Encoder encoder;
  encoder.set_each(2);
  ByteVector out(Encoder::kMaxSize);
  const auto add = [&](std::uint64_t index, bool ends) {
    const ByteVector sent = packet(static_cast<std::uint16_t>(index), 50, ends);
    encoder.add(index, header_of(sent), payload_of(sent), ends, false);
  };
  add(100, false);
  add(99, false);
  add(100, false);
  add(101, true);
  test::Decoder decoder(kSsrc);
  const std::size_t size = encoder.poll(out, kSsrc);
  ASSERT_NE(size, 0u);
  EXPECT_THAT(decoder.on_repair(ByteView(out).first(size)), IsEmpty());
  EXPECT_THAT(decoder.protects(), ElementsAre(100, 101));
  EXPECT_EQ(encoder.poll(out, kSsrc), 0u);
}

// Goal: at so much loss, each on its own, so few packets of pictures are missing in the end.
TEST(Encoder, MakesUpForMostOfWhatChanceTakes) {
  struct Case {
    std::uint32_t per_mille;
    std::size_t each;
    double at_most;
  };
  for (const Case& one : {Case{20, 10, 0.005}, Case{50, 4, 0.01}, Case{100, 2, 0.02}}) {
    SeededRandom random(one.per_mille);
    Stream stream;
    stream.encoder.set_each(one.each);
    std::size_t packets = 0;
    std::size_t lost_packets = 0;
    for (int i = 0; i < 2000; ++i) {
      const std::size_t size = 1 + random.below(12);
      std::set<std::size_t> lost;
      for (std::size_t p = 0; p < size; ++p) {
        if (random.below(1000) < one.per_mille) lost.insert(p);
      }
      packets += size;
      lost_packets += lost.size();
      stream.picture(size, lost, i % 100 == 0);
    }
    const double left = static_cast<double>(stream.missing.size()) / static_cast<double>(packets);
    std::printf(
        "%u of 1000 lost, one repair for %zu: %zu of %zu packets lost, %zu for good (%.2f %%), "
        "%.1f %% more packets\n",
        one.per_mille, one.each, lost_packets, packets, stream.missing.size(), 100 * left,
        100.0 * static_cast<double>(stream.repairs) / static_cast<double>(packets));
    EXPECT_LT(left, one.at_most);
    EXPECT_EQ(stream.decoder.unreadable(), 0u);
  }
}

}  // namespace
}  // namespace parley::fec
