#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "protocols/sdp/fragment.h"

// Whatever can be read can be printed, and reads back to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const auto fragment = sdp::parse_fragment({reinterpret_cast<const char*>(data), size});
  if (!fragment) return 0;
  PARLEY_ASSERT(fragment->candidates.size() <= sdp::kMaxFragmentCandidates);
  PARLEY_ASSERT(fragment->ice.ufrag.empty() == fragment->ice.password.empty());
  const std::string text = sdp::print(*fragment);
  const auto again = sdp::parse_fragment(text);
  PARLEY_ASSERT(again.has_value() && sdp::print(*again) == text);
  return 0;
}
