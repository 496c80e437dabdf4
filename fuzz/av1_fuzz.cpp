#include <cstdint>

#include "protocols/codec/av1.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)parley::codec::parse_av1({data, size});
  return 0;
}
