#include <cstdint>

#include "base/assert.h"
#include "protocols/codec/packet_trailer.h"

// What is cut off lies within the payload, and its four letters are gone with it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const std::size_t trailer = codec::packet_trailer_size({data, size});
  PARLEY_ASSERT(trailer <= size && (trailer == 0 || trailer > 5));
  return 0;
}
