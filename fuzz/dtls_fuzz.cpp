// Datagrams of anyone's making to a server, or to a client that has begun: no crash, no growth, and
// never `connected`, for which the peer would have to prove a key.

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/bytes.h"
#include "protocols/dtls/endpoint.h"

using namespace parley;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const dtls::Certificate certificate =
      dtls::Certificate::generate(WallTime(1'800'000'000s));
  if (size == 0) return 0;
  dtls::Endpoint endpoint(certificate,
                          (data[0] & 1) != 0 ? dtls::Role::client : dtls::Role::server);
  Time now{1000s};
  endpoint.start(now);

  // Each datagram is preceded by its length, and by how long it is in coming.
  ByteReader input(ByteView(data, size).subspan(1));
  while (input.remaining() > 3) {
    now += std::chrono::milliseconds(10 * input.u8());
    const std::size_t length = input.u16() % (input.remaining() + 1);
    static_cast<void>(endpoint.receive(input.bytes(length), now));
    if (endpoint.next_deadline() <= now) endpoint.on_deadline(now);
    while (const auto datagram = endpoint.poll_datagram())
      PARLEY_ASSERT(datagram->size() <= dtls::Endpoint::kMtu);
    PARLEY_ASSERT(endpoint.state() != dtls::State::connected);
    PARLEY_ASSERT(!endpoint.poll_data().has_value());
  }
  return 0;
}
