#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "signaling/connect/connect.h"
#include "signaling/encoding/base64.h"

// A whole query string for /rtc and for /rtc/v1, and bytes inside a join_request: what comes out
// can be sent.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  using namespace parley::signaling;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Token token = join_token("room", "ann", "Ann", WallTime(std::chrono::seconds(1'800'000'000)));
  token.grants.set_can_update_own_metadata(size % 2 == 0);
  const ConnectLimits limits;
  const auto check = [&](const ConnectRequest& request, const Query& query) {
    const auto start = start_session(request, query, token, limits);
    if (!start) {
      PARLEY_ASSERT(start.error().status >= 400 && !start.error().text.empty());
      return;
    }
    plane::StartSession again;
    PARLEY_ASSERT(again.ParseFromString(start->SerializeAsString()));
  };
  for (const bool v1 : {false, true}) {
    check({.v1 = v1, .validate = v1, .user_agent = text, .client_address = {}}, Query(text));
  }
  const std::string inside = "join_request=" + base64url_encode({data, size});
  check({.v1 = true, .user_agent = {}, .client_address = {}}, Query(inside));
  return 0;
}
