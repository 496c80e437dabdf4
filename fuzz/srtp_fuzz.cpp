// What arrives at a receiver from anyone: no bytes may crash it, and none may pass unless a sender
// made them.

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/bytes.h"
#include "protocols/srtp/srtp.h"

using namespace parley;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static srtp::Engine engines[] = {srtp::Engine(srtp::Backend::openssl),
                                   srtp::Engine(srtp::Backend::automatic)};
  if (size < 2) return 0;
  srtp::Engine& engine = engines[data[0] & 1];
  const auto suite =
      (data[0] & 2) != 0 ? srtp::Suite::aead_aes_128_gcm : srtp::Suite::aes_128_cm_sha1_80;
  const srtp::MasterKey master{};
  srtp::Receiver receiver(engine, suite, master, {.replay_window = data[1], .max_ssrcs = 2});

  const ByteVector input(data + 2, data + size);
  ByteVector rtp = input;
  PARLEY_ASSERT(!receiver.unprotect_rtp(rtp).has_value());
  ByteVector rtcp = input;
  PARLEY_ASSERT(!receiver.unprotect_rtcp(rtcp).has_value());

  // The same bytes as a RTCP packet of our own come back; one altered byte does not.
  if (input.size() >= 8 && input[0] >> 6 == 2) {
    srtp::Sender sender(engine, suite, master);
    ByteVector sealed = input;
    sealed.resize(input.size() + srtp::kMaxRtcpOverhead);
    sealed.resize(sender.protect_rtcp(sealed, input.size()));
    ByteVector altered = sealed;
    altered[data[1] % altered.size()] ^= 0x10;
    PARLEY_ASSERT(!receiver.unprotect_rtcp(altered).has_value());
    PARLEY_ASSERT(receiver.unprotect_rtcp(sealed).has_value());
  }
  return 0;
}
