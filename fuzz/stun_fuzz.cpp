#include <cstdint>
#include <span>

#include "base/assert.h"
#include "protocols/stun/message.h"

// What parses can be asked everything, and says the same again when it is written anew.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const ByteView input(data, size);
  (void)stun::local_fragment(input);
  const auto message = stun::parse(input);
  if (!message) return 0;
  (void)stun::integrity_ok(*message, "password");
  (void)stun::fingerprint_ok(*message);

  stun::Writer writer(message->klass, message->transaction);
  if (message->username) writer.username(*message->username);
  if (message->priority) writer.priority(*message->priority);
  if (message->xor_mapped_address) writer.xor_mapped_address(*message->xor_mapped_address);
  if (message->use_candidate) writer.use_candidate();
  if (message->error) writer.error(message->error->code, message->error->reason.substr(0, 100));
  const auto again = stun::parse(writer.finish("password"));
  PARLEY_ASSERT(again && again->username == message->username);
  PARLEY_ASSERT(again->priority == message->priority);
  PARLEY_ASSERT(again->xor_mapped_address == message->xor_mapped_address);
  PARLEY_ASSERT(stun::integrity_ok(*again, "password") && stun::fingerprint_ok(*again));
  return 0;
}
