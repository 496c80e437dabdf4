#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"
#include "protocols/dtls/certificate.h"
#include "protocols/srtp/keys.h"

/// DTLS 1.2 (RFC 6347) as WebRTC uses it: both ends show self-signed certificates that the caller
/// compares with the fingerprints in the SDP (RFC 8827), `use_srtp` (RFC 5764) gives the media
/// keys, and the application data is SCTP (RFC 8261).
namespace parley::dtls {

enum class Role : std::uint8_t {
  server,  ///< a=setup:passive: waits for the peer's ClientHello.
  client,  ///< a=setup:active
};

enum class State : std::uint8_t {
  connecting,
  connected,
  closed,  ///< The peer said close_notify, or we did.
  failed,  ///< A fatal alert either way, or no end of the handshake in time.
};

/// Why a datagram was of no use. Becomes a metric label.
enum class Drop : std::uint8_t {
  not_dtls,   ///< The first byte is outside 20..63 (RFC 7983), or it is shorter than a record's
              ///< header.
  too_large,  ///< Beyond what a UDP datagram of a WebRTC peer can be.
  finished,   ///< The endpoint is closed or failed.
  handshake_error,  ///< It ended the handshake or the session: `state()` is now failed.
  inbox_full,       ///< The caller does not fetch application data.
};

enum class SendError : std::uint8_t {
  not_connected,
  too_large,  ///< More than `max_payload()`: it would not fit a datagram.
};

/// One end of one DTLS association.
///
/// Sans-IO: feed it datagrams, send what `poll_datagram` returns, wake it at `next_deadline`. Time
/// is the caller's; docs/decisions/dtls-time.md tells how OpenSSL's own clock is kept out of it.
/// Randomness is OpenSSL's.
///
///  owner     one per transport; a new one when the peer comes with another fingerprint or role
///  thread    the shard's; not synchronised
///  bounded   handshake messages of 16 KiB, 64 datagrams waiting to be fetched in each direction
class Endpoint {
 public:
  /// What we put into one datagram at most, below the smallest path MTU one meets (RFC 8831 section
  /// 5).
  static constexpr std::size_t kMtu = 1200;

  /// `only`: offers or accepts this suite instead of all that we have (for measuring).
  Endpoint(const Certificate& certificate, Role role,
           std::optional<srtp::Suite> only = std::nullopt);
  ~Endpoint();
  Endpoint(Endpoint&&) noexcept;
  Endpoint& operator=(Endpoint&&) noexcept;

  /// A client sends its ClientHello; a server has nothing to do yet. Once the path is known to
  /// work.
  void start(Time now);

  std::expected<void, Drop> receive(ByteView datagram, Time now);
  /// The next datagram to send; the view holds until the next call of any member. Ask until there
  /// is none after each `start`, `receive`, `on_deadline`, `send` and `close`.
  std::optional<ByteView> poll_datagram();

  /// When to call `on_deadline`; `kNever` if nothing is outstanding.
  Time next_deadline() const;
  void on_deadline(Time now);

  Role role() const;
  State state() const;

  /// The digest of the certificate that the peer showed and proved to own; of "sha-1", "sha-256",
  /// "sha-384" or "sha-512". Nothing before `connected`, or for another algorithm. Any certificate
  /// is accepted by the handshake: the caller compares before it uses keys or data.
  std::optional<ByteVector> peer_fingerprint(std::string_view algorithm) const;

  /// Nothing before `connected`, or if no suite was agreed on (a peer that wants data channels
  /// only).
  const std::optional<srtp::SessionKeys>& srtp_keys() const;

  /// One datagram of application data (a SCTP packet).
  std::expected<void, SendError> send(ByteView data, Time now);
  std::size_t max_payload() const;
  /// The next piece of application data; the view holds until the next call of any member.
  std::optional<ByteView> poll_data();

  /// Says close_notify.
  void close(Time now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::dtls
