#include <cstdint>

#include "base/assert.h"
#include "protocols/codec/vp8.h"

// A rewritten descriptor says the new numbers, and the rest as before.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const auto vp8 = codec::parse_vp8(ByteView(data, size));
  if (!vp8) return 0;
  PARLEY_ASSERT(vp8->size < size && vp8->size <= codec::kMaxVp8DescriptorSize);
  ByteVector copy(data, data + size);
  codec::rewrite_vp8(copy, *vp8, 0x1234 & vp8->picture_id_mask(), 0x56);
  const auto again = codec::parse_vp8(copy);
  PARLEY_ASSERT(again && again->size == vp8->size && again->keyframe == vp8->keyframe);
  PARLEY_ASSERT(again->temporal_id == vp8->temporal_id && again->key_idx == vp8->key_idx);
  if (vp8->has_picture_id) PARLEY_ASSERT(again->picture_id == (0x1234 & vp8->picture_id_mask()));
  if (vp8->has_tl0_pic_idx) PARLEY_ASSERT(again->tl0_pic_idx == 0x56);
  return 0;
}
