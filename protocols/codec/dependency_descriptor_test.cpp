#include "protocols/codec/dependency_descriptor.h"

#include <gtest/gtest.h>

#include <bit>
#include <vector>

namespace parley::codec {
namespace {

using Error = DependencyReader::Error;
using enum TargetIndication;

/// Writes what the syntax tables of appendix A call f(n) and ns(n).
class Bits {
 public:
  Bits& f(std::size_t n, std::uint32_t value) {
    for (; n > 0; --n) {
      if (used_ % 8 == 0) bytes_.push_back(0);
      const std::uint32_t bit = (value >> (n - 1)) & 1;
      bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | bit << (7 - used_ % 8));
      ++used_;
    }
    return *this;
  }
  Bits& ns(std::uint32_t n, std::uint32_t value) {
    const auto width = static_cast<std::size_t>(std::bit_width(n));
    const std::uint32_t short_ones = (1u << width) - n;
    if (value < short_ones) return f(width - 1, value);
    return f(width - 1, (value + short_ones) >> 1).f(1, (value + short_ones) & 1);
  }
  const ByteVector& bytes() const { return bytes_; }

 private:
  ByteVector bytes_;
  std::size_t used_ = 0;
};

Bits mandatory(bool first, bool last, std::uint32_t template_id, std::uint32_t frame) {
  return Bits().f(1, first).f(1, last).f(6, template_id).f(16, frame);
}

/// One spatial, two temporal layers; two targets; one chain; 1280x720.
ByteVector l1t2_keyframe(std::uint32_t template_offset = 0) {
  Bits bits = mandatory(true, false, template_offset, 1);
  bits.f(5, 0b10000);                  // Structure present, nothing custom.
  bits.f(6, template_offset).f(5, 1);  // Two targets.
  bits.f(2, 0).f(2, 1).f(2, 3);        // T0 (key), T0, T1, end.
  bits.f(2, 2).f(2, 2);                // Key: switch, switch.
  bits.f(2, 3).f(2, 2);                // T0: required by target 0? and a switch for 1.
  bits.f(2, 0).f(2, 1);                // T1: not in 0, discardable in 1.
  bits.f(1, 0);                        // Key: no references.
  bits.f(1, 1).f(4, 1).f(1, 0);        // T0: two back.
  bits.f(1, 1).f(4, 0).f(1, 0);        // T1: one back.
  bits.ns(3, 1).ns(1, 0).ns(1, 0);     // One chain, protecting both.
  bits.f(4, 0).f(4, 2).f(4, 1);        // Chain differences.
  bits.f(1, 1).f(16, 1279).f(16, 719);
  return bits.bytes();
}

TEST(DependencyDescriptor, ReadsAStructure) {
  DependencyReader reader;
  const auto key = reader.parse(l1t2_keyframe());
  ASSERT_TRUE(key) << name(key.error());
  EXPECT_TRUE(key->first_packet_in_frame);
  EXPECT_FALSE(key->last_packet_in_frame);
  EXPECT_EQ(key->frame_number, 1);
  EXPECT_TRUE(key->structure_attached);
  EXPECT_EQ(key->active_targets, 0b11u);
  EXPECT_EQ(key->resolution, (Resolution{1280, 720}));
  EXPECT_EQ(key->frame.targets[0], switch_point);

  const DependencyStructure& structure = reader.structure();
  EXPECT_EQ(structure.template_count, 3);
  EXPECT_EQ(structure.target_count, 2);
  EXPECT_EQ(structure.chain_count, 1);
  EXPECT_EQ(structure.templates[2].temporal_id, 1);
  EXPECT_EQ(structure.templates[1].frame_diffs[0], 2);
  EXPECT_EQ(structure.templates[2].chain_diffs[0], 1);
  EXPECT_EQ(structure.target_temporal[0], 0);
  EXPECT_EQ(structure.target_temporal[1], 1);
}

TEST(DependencyDescriptor, AppliesTheTemplateToTheFramesThatFollow) {
  DependencyReader reader;
  ASSERT_TRUE(reader.parse(l1t2_keyframe()));
  const auto frame = reader.parse(mandatory(true, true, 2, 2).bytes());
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->frame.temporal_id, 1);
  EXPECT_EQ(frame->frame.targets[0], not_present);
  EXPECT_EQ(frame->frame.targets[1], discardable);
  EXPECT_EQ(frame->active_targets, 0b11u);
  EXPECT_FALSE(frame->active_targets_changed);
}

TEST(DependencyDescriptor, TemplateIdsWrapAt64) {
  DependencyReader reader;
  ASSERT_TRUE(reader.parse(l1t2_keyframe(63)));
  const auto frame = reader.parse(mandatory(true, true, 1, 2).bytes());
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->frame.temporal_id, 1);
}

TEST(DependencyDescriptor, FramesMayDifferFromTheirTemplate) {
  DependencyReader reader;
  ASSERT_TRUE(reader.parse(l1t2_keyframe()));
  Bits bits = mandatory(true, true, 1, 9);
  bits.f(5, 0b01111);                             // Active targets, own targets, diffs, chains.
  bits.f(2, 0b01);                                // Only target 0 is sent from now on.
  bits.f(2, 2).f(2, 0);                           // Targets.
  bits.f(2, 1).f(4, 2).f(2, 2).f(8, 99).f(2, 0);  // Three back, a hundred back.
  bits.f(8, 200);                                 // Chain.
  const auto frame = reader.parse(bits.bytes());
  ASSERT_TRUE(frame) << name(frame.error());
  EXPECT_EQ(frame->active_targets, 0b01u);
  EXPECT_TRUE(frame->active_targets_changed);
  EXPECT_EQ(frame->frame.targets[0], switch_point);
  EXPECT_EQ(frame->frame.frame_diff_count, 2);
  EXPECT_EQ(frame->frame.frame_diffs[0], 3);
  EXPECT_EQ(frame->frame.frame_diffs[1], 100);
  EXPECT_EQ(frame->frame.chain_diffs[0], 200);
  // It holds until told otherwise.
  EXPECT_EQ(reader.parse(mandatory(true, true, 1, 10).bytes())->active_targets, 0b01u);
}

TEST(DependencyDescriptor, SpatialLayersGiveTargetsTheirLayers) {
  Bits bits = mandatory(true, true, 0, 0);
  bits.f(5, 0b10000).f(6, 0).f(5, 1);
  bits.f(2, 2).f(2, 3);  // S0, S1.
  bits.f(2, 2).f(2, 2);  // S0 is in both targets.
  bits.f(2, 0).f(2, 2);  // S1 only in the second.
  bits.f(1, 0).f(1, 1).f(4, 0).f(1, 0);
  bits.ns(3, 0);  // No chains.
  bits.f(1, 1).f(16, 639).f(16, 359).f(16, 1279).f(16, 719);
  DependencyReader reader;
  ASSERT_TRUE(reader.parse(bits.bytes()));
  EXPECT_EQ(reader.structure().target_spatial[0], 0);
  EXPECT_EQ(reader.structure().target_spatial[1], 1);
  const auto upper = reader.parse(mandatory(true, true, 1, 1).bytes());
  EXPECT_EQ(upper->frame.spatial_id, 1);
  EXPECT_EQ(upper->resolution, (Resolution{1280, 720}));
}

TEST(DependencyDescriptor, NamesWhatIsMissing) {
  DependencyReader reader;
  EXPECT_EQ(reader.parse(mandatory(true, true, 0, 1).bytes()).error(), Error::no_structure);
  EXPECT_EQ(reader.parse(ByteVector{0x80}).error(), Error::too_short);
  ASSERT_TRUE(reader.parse(l1t2_keyframe()));
  EXPECT_EQ(reader.parse(mandatory(true, true, 3, 1).bytes()).error(), Error::unknown_template);
}

TEST(DependencyDescriptor, ACutOffOneChangesNothing) {
  DependencyReader reader;
  ASSERT_TRUE(reader.parse(l1t2_keyframe()));
  const ByteVector other = l1t2_keyframe(17);
  for (std::size_t size = 0; size < other.size(); ++size) {
    if (size == 3) continue;  // The short form, whose template id is unknown.
    EXPECT_EQ(reader.parse(ByteView(other).first(size)).error(), Error::too_short) << size;
  }
  EXPECT_EQ(reader.structure().template_id_offset, 0);
}

TEST(DependencyDescriptor, IsBoundedHoweverManyTemplatesItClaims) {
  Bits bits = mandatory(true, true, 0, 0);
  bits.f(5, 0b10000).f(6, 0).f(5, 31);
  for (int i = 0; i < 200; ++i) bits.f(2, 0);
  DependencyReader reader;
  EXPECT_EQ(reader.parse(bits.bytes()).error(), Error::out_of_bounds);
}

ByteVector rewritten(ByteView value, const DependencyDescriptor& read, std::uint16_t frame,
                     std::uint32_t active_targets) {
  const DescriptorRewrite rewrite{.frame_number = frame,
                                  .active_targets_at = read.active_targets_at,
                                  .has_active_targets = read.has_active_targets,
                                  .target_count = read.target_count,
                                  .active_targets = active_targets};
  ByteVector out(rewritten_size(value, rewrite), 0xff);
  rewrite_descriptor(out.data(), value, rewrite);
  return out;
}

TEST(DependencyDescriptor, GetsAnotherFrameNumberInPlace) {
  DependencyReader reader;
  const ByteVector key = l1t2_keyframe();
  const auto read = reader.parse(key);
  ASSERT_TRUE(read);
  ByteVector expected = key;
  expected[1] = 0xab;
  expected[2] = 0xcd;
  EXPECT_EQ(rewritten(key, *read, 0xabcd, 0), expected);
  EXPECT_EQ(frame_number(expected), 0xabcd);
  EXPECT_EQ(frame_number(ByteView(expected).first(2)), std::nullopt);
}

// In each of the four shapes that a descriptor can have; all else is as it was.
TEST(DependencyDescriptor, GetsAMaskOfActiveTargets) {
  const ByteVector key = l1t2_keyframe();
  Bits own = mandatory(true, true, 1, 9);
  own.f(5, 0b00111).f(2, 2).f(2, 0).f(2, 1).f(4, 2).f(2, 2).f(8, 99).f(2, 0).f(8, 200);
  Bits masked = mandatory(true, true, 1, 9);
  masked.f(5, 0b01111).f(2, 0b11).f(2, 2).f(2, 0).f(2, 1).f(4, 2).f(2, 2).f(8, 99).f(2, 0);
  masked.f(8, 200);
  const ByteVector shapes[] = {key, mandatory(false, true, 2, 9).bytes(), own.bytes(),
                               masked.bytes()};
  for (const ByteVector& shape : shapes) {
    SCOPED_TRACE(testing::PrintToString(shape));
    DependencyReader reader;
    ASSERT_TRUE(reader.parse(key));
    const auto before = reader.parse(shape);
    ASSERT_TRUE(before) << name(before.error());
    DependencyReader receiver;
    ASSERT_TRUE(receiver.parse(key));
    const auto after = receiver.parse(rewritten(shape, *before, 77, 0b10));
    ASSERT_TRUE(after) << name(after.error());
    EXPECT_EQ(after->active_targets, 0b10u);
    EXPECT_EQ(after->frame_number, 77);
    EXPECT_EQ(after->first_packet_in_frame, before->first_packet_in_frame);
    EXPECT_EQ(after->last_packet_in_frame, before->last_packet_in_frame);
    EXPECT_EQ(after->template_id, before->template_id);
    EXPECT_EQ(after->structure_attached, before->structure_attached);
    EXPECT_EQ(after->frame.targets, before->frame.targets);
    EXPECT_EQ(after->frame.frame_diff_count, before->frame.frame_diff_count);
    EXPECT_EQ(after->frame.frame_diffs, before->frame.frame_diffs);
    EXPECT_EQ(after->frame.chain_diffs, before->frame.chain_diffs);
    EXPECT_EQ(after->resolution, before->resolution);
  }
}

}  // namespace
}  // namespace parley::codec
