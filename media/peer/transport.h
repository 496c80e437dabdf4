#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/random.h"
#include "base/time.h"
#include "media/control/commands.h"
#include "media/control/events.h"
#include "media/peer/path.h"

namespace parley::dtls {
class Certificate;
}
namespace parley::srtp {
class Engine;
class Sender;
}  // namespace parley::srtp

namespace parley::media {

/// What a transport asks of the shard that owns it. Called from within the transport's own methods.
class TransportHost {
 public:
  virtual ~TransportHost() = default;
  /// One datagram that is not RTP: STUN, DTLS, SCTP in DTLS, SRTCP. Valid during the call. On TCP
  /// the host frames it (RFC 4571).
  virtual void send(const Path& path, ByteView datagram) = 0;
  /// Datagrams from `path` go to `transport` from now on: it has proved to know the password.
  virtual void bind(TransportId transport, const Path& path) = 0;
  virtual void unbind(TransportId transport, const Path& path) = 0;
};

struct TransportConfig {
  bool lite = true;  ///< See ice::Config.
  Duration consent = 30s;
  Duration silence = 15s;
  const dtls::Certificate* certificate = nullptr;  ///< Outlives the transport, as does
  srtp::Engine* srtp = nullptr;                    ///< the shard's.
};

/// Why a datagram led to nothing; a metric's label.
enum class TransportDrop : std::uint8_t {
  none,
  not_webrtc,  ///< RFC 7983 knows no protocol for its first byte, or it is empty.
  stun_malformed,
  stun_unknown_user,
  stun_bad_integrity,
  stun_role_conflict,
  stun_unknown_attribute,
  stun_unexpected,
  unchecked_path,  ///< DTLS or media from where no authentic check has come.
  dtls_malformed,
  dtls_inbox_full,     ///< SCTP before we know whom to expect, and too much of it.
  dtls_failed,         ///< After the handshake failed or the wrong fingerprint was shown.
  before_keys,         ///< Media before the DTLS handshake is done.
  before_fingerprint,  ///< Media before we know whom to expect (no SetRemote yet).
  srtp_malformed,
  srtp_not_authentic,
  srtp_replayed,
  closed,
};
inline constexpr std::size_t kTransportDrops = static_cast<std::size_t>(TransportDrop::closed) + 1;
std::string_view to_string(TransportDrop drop);

/// What has been seen that no event tells of.
struct TransportCounters {
  std::array<std::uint64_t, kTransportDrops> drops{};
  std::uint64_t unknown_channels = 0;      ///< Data channels with labels that are not LiveKit's.
  std::uint64_t unknown_channel_data = 0;  ///< Messages on them, ignored.
  std::uint64_t data_not_sent = 0;  ///< send_data without an open channel, or its buffer full.
};

/// One remote endpoint: ICE, DTLS, SRTP and SCTP put together. Sans-IO: datagrams go in by
/// `receive`, come out through the host; events come out through the sink; time comes in.
///
///  owner    the shard that its client's candidates point to
///  thread   the shard's
///  bounded  by its parts: ice::Agent::kMaxPaths paths, one DTLS flight, SCTP's send buffer
///  RFC      8445 8489 7675 (ICE), 5763 5764 6347 (DTLS-SRTP), 3711 7714 (SRTP), 8831 8832
///  (channels)
class Transport {
 public:
  struct Received {
    enum class Kind : std::uint8_t {
      consumed,  ///< ICE, DTLS or SCTP: dealt with.
      rtp,       ///< `plain` is the decrypted packet, inside the datagram that came.
      rtcp,      ///< `plain` is the decrypted compound packet.
      dropped,   ///< `drop` says why; counted already.
    };
    Kind kind = Kind::dropped;
    TransportDrop drop = TransportDrop::none;
    MutableBytes plain;
  };

  Transport(const CreateTransport& create, const TransportConfig& config, Random& random);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  TransportId id() const;

  void set_remote(const SetRemote& remote, Time now, TransportHost& host, EventSink& events);
  /// The peer waits to be called, on these paths (ice::Agent::call). After `set_remote`.
  void call(std::span<const Path> peer, Time now, TransportHost& host);
  void restart_ice(const IceCredentials& local);

  /// One datagram from `path`; decrypted in place. Of TCP: one frame without its length.
  Received receive(const Path& path, MutableBytes datagram, Time now, TransportHost& host,
                   EventSink& events);
  /// The connection under a TCP path closed.
  void path_closed(const Path& path, Time now, TransportHost& host, EventSink& events);

  void on_deadline(Time now, TransportHost& host, EventSink& events);
  Time next_deadline() const;

  /// A path is nominated and heard, DTLS is done, the peer is who SetRemote said.
  bool connected() const;
  /// Where RTP is to be sent. Not null while connected.
  const Path* selected() const;
  /// Encrypts what goes to this peer. Null until the peer was verified, the same one from then on.
  /// (Null for good with a peer that wants data channels alone and negotiated no SRTP.)
  srtp::Sender* sender();

  /// One plain compound packet of at most 1400 bytes, encrypted and sent on the selected path.
  /// No-op unless connected.
  void send_rtcp(ByteView plain, TransportHost& host);
  /// No-op (counted) unless that channel is open.
  void send_data(Channel channel, ByteView payload, Time now, TransportHost& host,
                 EventSink& events);

  /// close_notify, and every path unbound. Nothing but destruction makes sense afterwards. Quiet.
  void close(Time now, TransportHost& host);

  /// May checks name this fragment? (Credentials of older generations go with the next nomination.)
  bool answers_to(std::string_view local_ufrag) const;
  const TransportCounters& counters() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace parley::media
