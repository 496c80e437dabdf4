#include <cstdint>

#include "base/assert.h"
#include "protocols/codec/h26x.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto facts = parley::codec::parse_h264({data, size});
  // A key frame can only begin where a unit does.
  PARLEY_ASSERT(!facts || !facts->keyframe || facts->unit_start);
  return 0;
}
