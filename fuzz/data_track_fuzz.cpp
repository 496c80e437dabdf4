#include <cstdint>

#include "base/assert.h"
#include "protocols/data_track/packet.h"

// What has a handle can be given another, and reads the same otherwise.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  ByteVector packet(data, data + size);
  if (!data_track::handle_of(packet)) return 0;
  data_track::set_handle(packet, 0x7e57);
  PARLEY_ASSERT(data_track::handle_of(packet) == 0x7e57);
  return 0;
}
