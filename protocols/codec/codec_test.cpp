#include <gtest/gtest.h>

#include "protocols/codec/av1.h"
#include "protocols/codec/h26x.h"
#include "protocols/codec/opus.h"
#include "protocols/codec/red.h"
#include "protocols/codec/vp8.h"
#include "protocols/codec/vp9.h"

namespace parley::codec {
namespace {

TEST(Opus, SendsTinyPacketsWhileNobodySpeaks) {
  EXPECT_TRUE(is_opus_dtx(ByteVector{0x78}));
  EXPECT_FALSE(is_opus_dtx(ByteVector{0x78, 1, 2}));
}

TEST(Red, IsWalkedOldestFirst) {
  // RFC 2198 section 3: two redundant blocks (2 and 1 bytes, 960 and 480 ticks old), then the
  // primary.
  const ByteVector payload{0x80 | 111, 0x0f, 0x00, 0x02, 0x80 | 111, 0x07, 0x80,
                           0x01,       111,  'a',  'b',  'c',        'd',  'e'};
  const auto red = Red::parse(payload);
  ASSERT_TRUE(red);
  EXPECT_EQ(as_chars(red->primary().payload), "de");
  RedBlock block;
  auto cursor = red->blocks();
  ASSERT_TRUE(cursor.next(block));
  EXPECT_EQ(block.timestamp_offset, 960);
  EXPECT_EQ(as_chars(block.payload), "ab");
  EXPECT_FALSE(block.primary);
  ASSERT_TRUE(cursor.next(block));
  EXPECT_EQ(block.timestamp_offset, 480);
  EXPECT_EQ(as_chars(block.payload), "c");
  ASSERT_TRUE(cursor.next(block));
  EXPECT_TRUE(block.primary);
  EXPECT_EQ(block.payload_type, 111);
  EXPECT_EQ(as_chars(block.payload), "de");
  EXPECT_FALSE(cursor.next(block));
}

TEST(Red, IsWrittenAsItIsRead) {
  const ByteVector older{'a', 'b'};
  const ByteVector old{'c'};
  const ByteVector now{'d', 'e'};
  const std::vector<RedBlock> blocks{
      {111, 960, older, false}, {111, 480, old, false}, {111, 0, now, true}};
  ByteVector out(100);
  const std::size_t size = write_red(out, blocks);
  out.resize(size);
  // The payload of the test above.
  EXPECT_EQ(out, (ByteVector{0x80 | 111, 0x0f, 0x00, 0x02, 0x80 | 111, 0x07, 0x80, 0x01, 111, 'a',
                             'b', 'c', 'd', 'e'}));

  ByteVector small(13);
  EXPECT_EQ(write_red(small, blocks), 0u);
  EXPECT_EQ(write_red(small, {}), 0u);
}

TEST(Red, DoesNotWriteWhatItHasNoWordsFor) {
  const ByteVector now{'d'};
  const ByteVector longest(kMaxRedBlock);
  const ByteVector too_long(kMaxRedBlock + 1);
  ByteVector out(3000);
  const RedBlock primary{111, 0, now, true};
  const auto write = [&](const RedBlock& redundant) {
    return write_red(out, std::vector{redundant, primary});
  };
  ASSERT_EQ(write({111, kMaxRedOffset, longest, false}), 4 + kMaxRedBlock + 2);
  const auto red = Red::parse(ByteView(out).first(4 + kMaxRedBlock + 2));
  ASSERT_TRUE(red);
  RedBlock block;
  auto cursor = red->blocks();
  ASSERT_TRUE(cursor.next(block));
  EXPECT_EQ(block.timestamp_offset, kMaxRedOffset);
  EXPECT_EQ(block.payload.size(), kMaxRedBlock);

  EXPECT_EQ(write({111, kMaxRedOffset, too_long, false}), 0u);
  EXPECT_EQ(write({111, kMaxRedOffset + 1, now, false}), 0u);
  EXPECT_EQ(write(primary), 0u) << "two of them";
  EXPECT_EQ(write_red(out, std::vector{RedBlock{111, 960, now, false}}), 0u) << "none";
}

TEST(Red, IsRefusedIfItsBlocksAreLongerThanIt) {
  EXPECT_FALSE(Red::parse({}));
  EXPECT_FALSE(Red::parse(ByteVector{0x80 | 111, 0, 0}));
  EXPECT_FALSE(Red::parse(ByteVector{0x80 | 111, 0, 0, 3, 111, 'a', 'b'}));
  EXPECT_FALSE(Red::parse(ByteVector{0x80 | 111, 0, 0, 0}));
  ByteVector many;
  for (int i = 0; i < 40; ++i) many.insert(many.end(), {0x80 | 111, 0, 0, 0});
  many.push_back(111);
  EXPECT_FALSE(Red::parse(many));
}

/// X; I L T K; a wide picture id, TL0PICIDX, TID 1 with Y, KEYIDX 3; then a key frame of 640x360.
ByteVector vp8_keyframe() {
  return {0x90, 0xf0, 0x92, 0x34, 0x56, 0x63, 0x10, 0x02, 0x00,
          0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01, 0x00};
}

TEST(Vp8, ReadsTheWholeDescriptor) {
  const auto vp8 = parse_vp8(vp8_keyframe());
  ASSERT_TRUE(vp8);
  EXPECT_EQ(vp8->size, 6);
  EXPECT_TRUE(vp8->wide_picture_id);
  EXPECT_EQ(vp8->picture_id, 0x1234);
  EXPECT_EQ(vp8->tl0_pic_idx, 0x56);
  EXPECT_EQ(vp8->temporal_id, 1);
  EXPECT_TRUE(vp8->layer_sync);
  EXPECT_EQ(vp8->key_idx, 3);
  EXPECT_TRUE(vp8->frame_start);
  EXPECT_TRUE(vp8->keyframe);
  EXPECT_EQ(vp8->resolution, (Resolution{640, 360}));
}

TEST(Vp8, ReadsTheShortFormsOfRfc7741) {
  // No extension; S, partition 0; an inter frame.
  const auto plain = parse_vp8(ByteVector{0x10, 0x01});
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->size, 1);
  EXPECT_TRUE(plain->frame_start);
  EXPECT_FALSE(plain->keyframe);
  EXPECT_FALSE(plain->has_picture_id);
  // N, partition 3, a narrow picture id.
  const auto narrow = parse_vp8(ByteVector{0xa3, 0x80, 0x11, 0x00});
  ASSERT_TRUE(narrow);
  EXPECT_TRUE(narrow->non_reference);
  EXPECT_FALSE(narrow->frame_start);
  EXPECT_FALSE(narrow->keyframe);
  EXPECT_FALSE(narrow->wide_picture_id);
  EXPECT_EQ(narrow->picture_id, 0x11);
  EXPECT_EQ(narrow->picture_id_mask(), 0x7f);
}

TEST(Vp8, IsRefusedWithoutDataAfterTheDescriptor) {
  const ByteVector whole = vp8_keyframe();
  for (std::size_t size = 0; size <= 6; ++size) {
    EXPECT_FALSE(parse_vp8(ByteView(whole).first(size))) << size;
  }
  EXPECT_TRUE(parse_vp8(ByteView(whole).first(7)));
}

TEST(Vp8, IsRewrittenInPlaceInItsOwnWidth) {
  ByteVector wide = vp8_keyframe();
  rewrite_vp8(wide, *parse_vp8(wide), 0x7fff, 9);
  auto vp8 = parse_vp8(wide);
  EXPECT_EQ(vp8->picture_id, 0x7fff);
  EXPECT_EQ(vp8->tl0_pic_idx, 9);
  EXPECT_EQ(vp8->key_idx, 3);
  EXPECT_EQ(vp8->resolution, (Resolution{640, 360}));

  ByteVector narrow{0xa3, 0x80, 0x11, 0x00};
  rewrite_vp8(narrow, *parse_vp8(narrow), 0x1ff, 9);
  EXPECT_EQ(narrow, (ByteVector{0xa3, 0x80, 0x7f, 0x00}));
}

TEST(Vp9, ReadsNonFlexibleModeWithStructure) {
  // I L B E V, non-flexible; TID 0, SID 0; TL0PICIDX; two spatial layers with sizes; one picture
  // with one reference.
  const ByteVector payload{0xae, 0x81, 0x02, 0x00, 0x07, 0x38, 0x01, 0x40, 0x00,
                           0xb4, 0x02, 0x80, 0x01, 0x68, 0x01, 0x04, 0x01, 0xaa};
  const auto vp9 = parse_vp9(payload);
  ASSERT_TRUE(vp9);
  EXPECT_EQ(vp9->size, payload.size() - 1);
  EXPECT_EQ(vp9->picture_id, 0x102);
  EXPECT_EQ(vp9->tl0_pic_idx, 7);
  EXPECT_TRUE(vp9->keyframe());
  EXPECT_TRUE(vp9->layer_frame_end);
  EXPECT_EQ(vp9->spatial_layers, 2);
  EXPECT_EQ(vp9->resolutions[1], (Resolution{640, 360}));
}

TEST(Vp9, ReadsFlexibleModeWithReferences) {
  // I P L F B; narrow picture id; TID 2, U, SID 1, D; two reference indices.
  const ByteVector payload{0xf8, 0x05, 0x53, 0x03, 0x04, 0xaa};
  const auto vp9 = parse_vp9(payload);
  ASSERT_TRUE(vp9);
  EXPECT_EQ(vp9->size, 5);
  EXPECT_FALSE(vp9->wide_picture_id);
  EXPECT_EQ(vp9->picture_id, 5);
  EXPECT_EQ(vp9->temporal_id, 2);
  EXPECT_TRUE(vp9->switching_up_point);
  EXPECT_EQ(vp9->spatial_id, 1);
  EXPECT_TRUE(vp9->inter_layer_dependency);
  EXPECT_FALSE(vp9->has_tl0_pic_idx);
  EXPECT_FALSE(vp9->keyframe());
}

TEST(Vp9, IsRefusedIfCutOff) {
  const ByteVector payload{0xae, 0x81, 0x02, 0x00, 0x07, 0x38, 0x01, 0x40, 0x00,
                           0xb4, 0x02, 0x80, 0x01, 0x68, 0x01, 0x04, 0x01};
  for (std::size_t size = 0; size < payload.size(); ++size) {
    EXPECT_FALSE(parse_vp9(ByteView(payload).first(size))) << size;
  }
}

TEST(H264, SeesKeyFramesInEveryPacketization) {
  EXPECT_TRUE(parse_h264(ByteVector{0x67, 1, 2})->parameter_sets);
  EXPECT_TRUE(parse_h264(ByteVector{0x65, 1, 2})->keyframe);
  EXPECT_FALSE(parse_h264(ByteVector{0x61, 1, 2})->keyframe);
  // STAP-A of SPS and PPS.
  const auto aggregate = parse_h264(ByteVector{0x78, 0, 2, 0x67, 1, 0, 1, 0x68});
  ASSERT_TRUE(aggregate);
  EXPECT_TRUE(aggregate->keyframe);
  EXPECT_TRUE(aggregate->parameter_sets);
  // FU-A of an IDR: only its first fragment begins it.
  EXPECT_TRUE(parse_h264(ByteVector{0x7c, 0x85, 1})->keyframe);
  EXPECT_FALSE(parse_h264(ByteVector{0x7c, 0x05, 1})->keyframe);
  EXPECT_FALSE(parse_h264(ByteVector{0x7c, 0x05, 1})->unit_start);
}

TEST(H264, IsRefusedIfAnAggregateIsCutOff) {
  EXPECT_FALSE(parse_h264({}));
  EXPECT_FALSE(parse_h264(ByteVector{0x78}));
  EXPECT_FALSE(parse_h264(ByteVector{0x78, 0, 5, 0x67}));
  EXPECT_FALSE(parse_h264(ByteVector{0x78, 0, 0}));
  EXPECT_FALSE(parse_h264(ByteVector{0x7c}));
}

TEST(H265, SeesRandomAccessPoints) {
  EXPECT_TRUE(parse_h265(ByteVector{19 << 1, 1, 9})->keyframe);        // IDR_W_RADL
  EXPECT_TRUE(parse_h265(ByteVector{21 << 1, 1, 9})->keyframe);        // CRA
  EXPECT_TRUE(parse_h265(ByteVector{33 << 1, 1, 9})->parameter_sets);  // SPS
  const auto inter = parse_h265(ByteVector{1 << 1, 3, 9});
  EXPECT_FALSE(inter->keyframe);
  EXPECT_EQ(inter->temporal_id, 2);
  EXPECT_TRUE(parse_h265(ByteVector{49 << 1, 1, 0x80 | 19, 9})->keyframe);
  EXPECT_FALSE(parse_h265(ByteVector{49 << 1, 1, 19, 9})->keyframe);
  EXPECT_TRUE(parse_h265(ByteVector{48 << 1, 1, 0, 2, 32 << 1, 1, 0, 2, 33 << 1, 1})->keyframe);
  EXPECT_FALSE(parse_h265(ByteVector{48 << 1, 1, 0, 9, 32 << 1}));
  EXPECT_FALSE(parse_h265(ByteVector{1 << 1, 0}));
}

TEST(Av1, SeesANewSequence) {
  const auto first = parse_av1(ByteVector{0x18, 0x0a});
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->new_sequence);
  EXPECT_EQ(first->obu_count, 1);
  const auto rest = parse_av1(ByteVector{0x90, 0x00});
  EXPECT_TRUE(rest->continues);
  EXPECT_FALSE(rest->new_sequence);
  EXPECT_FALSE(parse_av1(ByteVector{0x88}));  // Both at once is not allowed.
  EXPECT_FALSE(parse_av1({}));
}

}  // namespace
}  // namespace parley::codec
