#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "signaling/session/conversation.h"

// Frames of a client and messages of its node, in any order: the input is cut at 0xff, the first
// byte of each piece says what it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  using namespace parley::signaling;
  const WallTime now{std::chrono::seconds(1'800'000'000)};
  const ApiKey key{"key", Secret("0123456789012345678901234567890123456789")};
  Metrics metrics;
  TokenOrigin origin;
  Conversation conversation("connection", 17, metrics);
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\xff');
    const std::string_view piece = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (piece.empty()) continue;
    const std::string_view body = piece.substr(1);
    switch (piece.front() % 4) {
      case 0:
        conversation.on_frame(false, body, now);
        break;
      case 1:
        conversation.on_frame(true, body, now);
        break;
      case 2: {
        plane::ToClient message;
        if (message.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
          conversation.on_node(std::move(message), origin, key, now);
        }
        break;
      }
      default:
        conversation.on_socket_lost();
        break;
    }
    while (const auto frame = conversation.next_frame())
      PARLEY_ASSERT(!frame->text || frame->bytes.starts_with('{'));
    while (const auto message = conversation.next_for_node())
      PARLEY_ASSERT(message->connection_id() == "connection");
  }
  return 0;
}
