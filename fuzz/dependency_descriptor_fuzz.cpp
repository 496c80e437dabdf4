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
    const auto descriptor = reader.parse(in.bytes(length));
    if (!descriptor) continue;
    const codec::DependencyStructure& structure = reader.structure();
    PARLEY_ASSERT(reader.has_structure());
    PARLEY_ASSERT(structure.target_count <= codec::DependencyTemplate::kMaxTargets);
    PARLEY_ASSERT(descriptor->frame.frame_diff_count <= codec::DependencyTemplate::kMaxFrameDiffs);
    PARLEY_ASSERT(descriptor->frame.spatial_id < codec::DependencyStructure::kMaxSpatialLayers);
  }
  return 0;
}
