#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "signaling/encoding/base64.h"
#include "signaling/token/token.h"

// Nothing that the fuzzer makes up is accepted. Its bytes are tried as a whole token, and as a
// payload below which we put the right signature, so that claims are read, too: what is accepted
// can be minted again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  using namespace parley::signaling;
  const WallTime now{std::chrono::seconds(1'800'000'000)};
  const KeyRing keys({{"key", Secret("0123456789012345678901234567890123456789")}});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  PARLEY_ASSERT(!verify_token(text, keys, now));

  const auto token = verify_token(sign_payload(text, *keys.first()), keys, now);
  if (!token) return 0;
  PARLEY_ASSERT(verify_token(mint_token(*token, *keys.first(), now), keys, now));
  return 0;
}
