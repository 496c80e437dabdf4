#include <algorithm>
#include <cstdint>

#include "base/assert.h"
#include "protocols/codec/dependency_descriptor.h"

// One stream's descriptors, each with a byte of length in front.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  codec::DependencyReader reader;
  ByteReader in(ByteView(data, size));
  while (in.remaining() > 1) {
    const std::size_t length = std::min<std::size_t>(in.u8(), in.remaining());
    const ByteView value = in.bytes(length);
    const auto descriptor = reader.parse(value);
    if (!descriptor) continue;
    const codec::DependencyStructure& structure = reader.structure();
    PARLEY_ASSERT(reader.has_structure());
    PARLEY_ASSERT(structure.target_count <= codec::DependencyTemplate::kMaxTargets);
    PARLEY_ASSERT(descriptor->frame.frame_diff_count <= codec::DependencyTemplate::kMaxFrameDiffs);
    PARLEY_ASSERT(descriptor->frame.spatial_id < codec::DependencyStructure::kMaxSpatialLayers);

    // With other numbers in it, it says the same but for them.
    const std::uint32_t all =
        descriptor->target_count == 32 ? 0xffff'ffff : (1u << descriptor->target_count) - 1;
    const std::uint32_t mask = (static_cast<std::uint32_t>(length) * 0x9e37'79b9u & all) | 1u;
    const codec::DescriptorRewrite rewrite{.frame_number = 0x1234,
                                           .active_targets_at = descriptor->active_targets_at,
                                           .has_active_targets = descriptor->has_active_targets,
                                           .target_count = descriptor->target_count,
                                           .active_targets = mask};
    ByteVector out(codec::rewritten_size(value, rewrite));
    codec::rewrite_descriptor(out.data(), value, rewrite);
    const auto again = reader.parse(out);
    PARLEY_ASSERT(again && again->frame_number == 0x1234 && again->active_targets == mask);
    PARLEY_ASSERT(again->frame.targets == descriptor->frame.targets);
    PARLEY_ASSERT(again->frame.frame_diffs == descriptor->frame.frame_diffs);
    PARLEY_ASSERT(again->frame.chain_diffs == descriptor->frame.chain_diffs);
  }
  return 0;
}
