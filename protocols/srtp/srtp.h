#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "protocols/srtp/keys.h"

/// SRTP and SRTCP (RFC 3711 with AES-CM and HMAC-SHA1-80, RFC 7714 with AES-128-GCM): framing,
/// rollover counters and replay windows of our own over the ciphers of a back end chosen at run
/// time.
namespace parley::srtp {

/// Why a packet that came in is of no use. Becomes a metric label.
enum class Drop : std::uint8_t {
  too_short,      ///< No room for header, tag and (RTCP) index.
  malformed,      ///< Version is not 2, or CSRCs or the extension run past the end.
  replayed,       ///< RFC 3711 section 3.3.2: this index has been seen.
  too_old,        ///< Behind the replay window: cannot be told from a replay.
  not_encrypted,  ///< SRTCP with E = 0; we negotiate encryption always (RFC 3711 section 3.4).
  bad_tag,        ///< Not from the holder of the key, or altered.
};

enum class Backend : std::uint8_t {
  automatic,  ///< ipsec-mb where it was built in and the CPU can, else OpenSSL.
  openssl,
  ipsec_mb,
};

/// The ciphers, and the lanes in which ipsec-mb works on several packets at a time.
///
///  owner     one per shard; outlives its senders and receivers
///  thread    the shard's; not synchronised
class Engine {
 public:
  /// Asking for `ipsec_mb` where `has_ipsec_mb()` is false gives OpenSSL.
  explicit Engine(Backend backend = Backend::automatic);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  static bool has_ipsec_mb();
  /// Never `automatic`.
  Backend backend() const;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Protects what we send to one peer: all its SSRCs, one master key.
///
///  owner     one per transport, from the moment DTLS hands out keys
///  thread    the engine's
///  bounded   no state per SSRC unless `protect_rtp` is asked to count rollovers itself, then
///            `kMaxCounted` SSRCs (the one that was silent longest is forgotten)
class Sender {
 public:
  static constexpr std::size_t kMaxCounted = 256;

  Sender(Engine& engine, Suite suite, const MasterKey& master);
  ~Sender();
  Sender(Sender&&) noexcept;
  Sender& operator=(Sender&&) noexcept;

  Suite suite() const { return suite_; }
  std::size_t rtp_overhead() const { return srtp::rtp_overhead(suite_); }

  /// Writes header and encrypted payload and tag to `out`; returns the size, header + payload +
  /// `rtp_overhead()`, for which `out` must have room. `header` is the whole RTP header with CSRCs
  /// and extension. Neither may overlap `out`, except that `header` may be the beginning of `out`
  /// itself (then it is not copied) and `payload` what follows it there (then it is encrypted in
  /// place).
  ///
  /// `index` is the 48-bit packet index, ROC and sequence number (RFC 3711 section 3.3.1), whose
  /// low 16 bits are the header's sequence number. A pair of SSRC and index must never be used for
  /// two different packets: with GCM that would give the key stream away.
  std::size_t protect_rtp(ByteView header, ByteView payload, MutableBytes out, std::uint64_t index);
  /// The same, counting rollovers by SSRC here.
  std::size_t protect_rtp(ByteView header, ByteView payload, MutableBytes out);

  /// In place: the compound packet is the first `size` bytes of `buffer`, which has room for
  /// `rtcp_overhead(suite())` more. Returns the new size.
  std::size_t protect_rtcp(MutableBytes buffer, std::size_t size);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  Suite suite_;  ///< Here, where no pointer is to be followed to it.
  std::unique_ptr<Impl> impl_;
};

/// One packet of a batch; see Sender::protect_rtp for the fields.
struct Job {
  Sender* sender = nullptr;
  ByteView header;
  ByteView payload;
  MutableBytes out;
  std::uint64_t index = 0;
  std::size_t size = 0;  ///< Set by `protect_rtp_batch`.
};

/// Protects many packets of many senders of one engine. What runs in counter mode with HMAC-SHA1
/// goes through ipsec-mb's lanes together, which is three times as fast as one by one; GCM gains
/// nothing from lanes and simply loops. The order of `jobs` does not matter.
void protect_rtp_batch(Engine& engine, std::span<Job> jobs);

struct ReceiverOptions {
  /// Packets by which one may be late and still be told from a replay, per SSRC; rounded up to a
  /// power of two between 64 and 1024. Wide because of retransmissions and because probing
  /// browsers resend old packets.
  std::size_t replay_window = 1024;
  /// SSRCs whose state is kept; only an authenticated packet makes one. Beyond it the one that was
  /// silent longest is forgotten.
  std::size_t max_ssrcs = 256;
};

/// Checks and decrypts what one peer sends.
///
///  owner     one per transport
///  thread    the engine's
///  bounded   ReceiverOptions
class Receiver {
 public:
  Receiver(Engine& engine, Suite suite, const MasterKey& master, ReceiverOptions options = {});
  ~Receiver();
  Receiver(Receiver&&) noexcept;
  Receiver& operator=(Receiver&&) noexcept;

  /// In place. The result is the plain packet, header included, at the front of `packet`. Replay is
  /// checked before decryption, and state changes only once the tag is right. After a drop the
  /// payload's bytes mean nothing.
  std::expected<MutableBytes, Drop> unprotect_rtp(MutableBytes packet);
  /// Likewise for a compound RTCP packet.
  std::expected<MutableBytes, Drop> unprotect_rtcp(MutableBytes packet);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::srtp
