#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "protocols/sdp/sdp.h"

// Whatever can be read can be printed, and reads back to the same text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const auto session = sdp::parse({reinterpret_cast<const char*>(data), size});
  if (!session) return 0;
  const std::string text = sdp::print(*session);
  const auto again = sdp::parse(text);
  if (again) PARLEY_ASSERT(sdp::print(*again) == text);
  return 0;
}
