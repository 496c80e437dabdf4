#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "load/frames/built_in.h"
#include "load/frames/dependency.h"
#include "load/frames/packets.h"
#include "load/frames/samples.h"
#include "load/frames/stamp.h"
#include "protocols/codec/av1.h"
#include "protocols/codec/dependency_descriptor.h"
#include "protocols/codec/h26x.h"

namespace parley::load {
namespace {

std::size_t size_of(const Piece& piece, Codec codec) {
  return piece.prefix_size + piece.data.size() + (piece.stamped ? kStampSize : 0) +
         (codec == Codec::vp8 ? kVp8Descriptor : 0);
}

ByteVector payload_of(const Piece& piece) {
  ByteVector out(piece.prefix.begin(), piece.prefix.begin() + piece.prefix_size);
  out.insert(out.end(), piece.data.begin(), piece.data.end());
  return out;
}

TEST(Stamp, ReadsBackWhatWasWrittenFromTheEndOfAPayload) {
  const Stamp stamp{.run = 0xdeadbeef,
                    .layer = 2,
                    .keyframe = true,
                    .packets = 40'000,
                    .frame = 0x0102'0304,
                    .sent = Time(Duration(0x0123'4567'89ab'cdef))};
  ByteVector payload(100 + kStampSize, 7);
  write_stamp(payload.data() + 100, stamp);
  EXPECT_EQ(read_stamp(payload), stamp);
}

TEST(Stamp, HasNoByteThatCouldBeginAnything) {
  std::array<std::uint8_t, kStampSize> bytes;
  write_stamp(bytes.data(), {});
  EXPECT_TRUE(std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte >= 0x80; }));
}

TEST(Stamp, IsNotFoundWhereThereIsNone) {
  ByteVector payload(kStampSize, 0x80);
  EXPECT_FALSE(read_stamp(payload));
  EXPECT_FALSE(read_stamp({}));
  write_stamp(payload.data(), {});
  payload.back() = 1;
  EXPECT_FALSE(read_stamp(payload));
}

TEST(Packets, OfAVp8FrameFitAndAreOfOneSizeButForTheLast) {
  ByteVector frame(5000, 1);
  frame[0] = 0x10;
  const Frame cut = cut_vp8(frame);
  EXPECT_TRUE(cut.keyframe);
  ASSERT_EQ(cut.pieces.size(), 5u);
  std::size_t bytes = 0;
  for (const Piece& piece : cut.pieces) {
    EXPECT_LE(size_of(piece, Codec::vp8), kMaxPayload);
    EXPECT_EQ(piece.stamped, &piece == &cut.pieces.back());
    EXPECT_EQ(piece.data.size(), 1000u);
    bytes += piece.data.size();
  }
  EXPECT_EQ(bytes, frame.size());
}

TEST(Packets, OfH264AreUnitsOrFragmentsAndFillerAtTheEnd) {
  ByteVector unit{0, 0, 0, 1, 0x09, 0x10, 0, 0, 1, 0x67, 1, 2, 3, 0, 0, 0, 1, 0x65};
  unit.resize(unit.size() + 3000, 0x55);
  const Frame cut = cut_h264(unit);
  EXPECT_TRUE(cut.keyframe);
  ASSERT_EQ(cut.pieces.size(), 5u);  // SPS, three fragments, filler; no delimiter.
  EXPECT_EQ(payload_of(cut.pieces[0]), (ByteVector{0x67, 1, 2, 3}));
  const auto first = codec::parse_h264(payload_of(cut.pieces[1]));
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->keyframe && first->unit_start);
  EXPECT_EQ(cut.pieces[3].prefix[1], 0x45);  // The end of the IDR picture.
  EXPECT_TRUE(cut.pieces[4].stamped);
  for (const Piece& piece : cut.pieces) EXPECT_LE(size_of(piece, Codec::h264), kMaxPayload);
}

TEST(Packets, OfAv1CarryOneObuEachWithoutItsSize) {
  // A delimiter, a sequence header of two bytes and a frame of 2000.
  ByteVector unit{0x12, 0x00, 0x0a, 0x02, 0xaa, 0xbb, 0x32, 0xd0, 0x0f};
  unit.resize(unit.size() + 2000, 0x33);
  const Frame cut = cut_av1(unit);
  EXPECT_TRUE(cut.keyframe);
  ASSERT_EQ(cut.pieces.size(), 4u);
  EXPECT_EQ(payload_of(cut.pieces[0]), (ByteVector{0x18, 0x08, 0xaa, 0xbb}));
  EXPECT_TRUE(codec::parse_av1(payload_of(cut.pieces[0]))->new_sequence);
  EXPECT_TRUE(codec::parse_av1(payload_of(cut.pieces[1]))->continued);
  EXPECT_TRUE(codec::parse_av1(payload_of(cut.pieces[2]))->continues);
  EXPECT_TRUE(cut.pieces[3].stamped);
}

TEST(Packets, OfOpusKeepTheFrameAndHideTheStampInPadding) {
  const Frame cut = cut_opus(ByteVector{0x78, 1, 2, 3});
  ASSERT_EQ(cut.pieces.size(), 1u);
  // RFC 6716 section 3.2.5: code 3, one frame, padding of so many bytes.
  EXPECT_EQ(payload_of(cut.pieces[0]), (ByteVector{0x7b, 0x41, kStampSize, 1, 2, 3}));
  EXPECT_TRUE(cut_opus(ByteVector{0x79, 1, 2, 3}).pieces.empty());
}

TEST(Packets, OfSyntheticFramesHaveTheSizeThatWasAskedFor) {
  const Material material = synthetic(8, 1200, 125);
  EXPECT_EQ(material.interval, 8ms);
  EXPECT_EQ(material.ticks, 720u);
  for (const Frame& frame : material.layers[0].frames) {
    ASSERT_EQ(frame.pieces.size(), 8u);
    for (const Piece& piece : frame.pieces) {
      EXPECT_EQ(12 + 8 + size_of(piece, Codec::vp8), 1200u);
    }
  }
  EXPECT_TRUE(material.layers[0].frames[0].keyframe);
  EXPECT_FALSE(material.layers[0].frames[1].keyframe);
}

TEST(Samples, ThatAreBuiltInCanAllBeSent) {
  for (const Codec codec : {Codec::vp8, Codec::h264, Codec::av1, Codec::opus}) {
    const auto material = load_samples(codec, true, "");
    ASSERT_TRUE(material) << material.error();
    const bool simulcast = codec == Codec::vp8 || codec == Codec::h264;
    EXPECT_EQ(material->layers.size(), simulcast ? 3u : 1u);
    for (const Layer& layer : material->layers) {
      EXPECT_GE(layer.frames.size(), 60u);
      EXPECT_EQ(
          std::ranges::count_if(layer.frames, [](const Frame& frame) { return !frame.keyframe; }),
          is_audio(codec) ? 0 : static_cast<long>(layer.frames.size()) - 1);
      EXPECT_GT(layer.kbps(material->interval), 10u);
    }
  }
}

TEST(Samples, ThatAreNotThereAreNamed) {
  const auto material = load_samples(Codec::av1, false, "/nowhere");
  ASSERT_FALSE(material);
  EXPECT_EQ(material.error(), "there is no sample av1-f.ivf");
}

TEST(Samples, OfOneLayerAreTheLargest) {
  const auto material = load_samples(Codec::vp8, false, "");
  ASSERT_TRUE(material);
  ASSERT_EQ(material->layers.size(), 1u);
  EXPECT_EQ(material->layers[0].resolution, (codec::Resolution{1280, 720}));
}

TEST(DependencyDescriptorOfOneLayer, IsReadAsAKeyFrameAndWhatRefersToIt) {
  codec::DependencyReader reader;
  std::array<std::uint8_t, kMaxDependencyDescriptor> bytes;
  const auto write = [&](bool first, bool last, bool key, std::uint16_t frame) {
    const std::size_t size =
        write_dependency_descriptor(bytes, first, last, key, frame, {1280, 720});
    return reader.parse(ByteView(bytes).first(size));
  };
  const auto key = write(true, false, true, 7);
  ASSERT_TRUE(key);
  EXPECT_TRUE(key->structure_attached && key->first_packet_in_frame);
  EXPECT_EQ(key->frame_number, 7);
  EXPECT_EQ(key->resolution, (codec::Resolution{1280, 720}));
  EXPECT_EQ(key->frame.targets[0], codec::TargetIndication::switch_point);
  EXPECT_EQ(key->frame.frame_diff_count, 0);

  const auto rest = write(false, true, true, 7);
  ASSERT_TRUE(rest);
  EXPECT_TRUE(rest->last_packet_in_frame);
  const auto next = write(true, true, false, 8);
  ASSERT_TRUE(next);
  EXPECT_FALSE(next->structure_attached);
  EXPECT_EQ(next->frame.targets[0], codec::TargetIndication::required);
  ASSERT_EQ(next->frame.frame_diff_count, 1);
  EXPECT_EQ(next->frame.frame_diffs[0], 1);
  EXPECT_EQ(reader.structure().chain_count, 1);
}

}  // namespace
}  // namespace parley::load
