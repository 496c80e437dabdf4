#include <cstdint>

#include "protocols/codec/vp9.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)parley::codec::parse_vp9({data, size});
  return 0;
}
