#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "signaling/encoding/base64.h"
#include "signaling/encoding/gzip.h"
#include "signaling/encoding/query.h"

// Request targets, query strings and what they are wrapped in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  using namespace parley::signaling;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Query query(text);
  PARLEY_ASSERT(is_utf8(query.get("a")));
  query.number("a");
  query.flag_or("a", true);
  if (const auto target = parse_target(text)) {
    PARLEY_ASSERT(target->path.starts_with('/') && is_utf8(target->path));
  }
  PARLEY_ASSERT(base64url_decode_strict(base64url_encode({data, size})) ==
                ByteVector(data, data + size));
  if (const auto bytes = base64url_decode_strict(text)) {
    PARLEY_ASSERT(base64url_encode(*bytes) == text);
    PARLEY_ASSERT(base64_decode_any(text) == bytes);
  }
  constexpr std::size_t kLimit = 64 * 1024;
  if (const auto plain = gunzip({data, size}, kLimit)) PARLEY_ASSERT(plain->size() <= kLimit);
  return 0;
}
