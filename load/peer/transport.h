#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "load/peer/outbox.h"
#include "protocols/dtls/endpoint.h"
#include "protocols/ice/agent.h"
#include "protocols/sctp/association.h"
#include "protocols/srtp/srtp.h"

namespace parley::load {

/// What all peer connections of a worker share. Outlives them.
struct Shared {
  const dtls::Certificate* certificate = nullptr;
  srtp::Engine* srtp = nullptr;
  Outbox* outbox = nullptr;
  Random* random = nullptr;
  ClockOffset clock;
  std::uint32_t run = 0;  ///< Goes into stamps.
  /// Instead of what is agreed on (AES-GCM, where the server has it).
  std::optional<srtp::Suite> suite{};
};

/// The client's end of ICE, DTLS, SRTP and SCTP, over one socket of its own. Sans-IO: what leaves
/// is in the outbox.
///
///  owner    one per PeerConnection
///  thread   its worker's
class Transport final : private ice::Host {
 public:
  Transport(const Shared& shared, SocketId socket);

  struct Remote {
    ice::Credentials ice;
    std::string fingerprint_algorithm;
    ByteVector fingerprint;
    bool dtls_active = false;  ///< It begins the handshake.
  };
  /// What a description says. `controlling`: we offered, or the server is lite (RFC 8445
  /// section 6.1.1). Otherwise it is for the server to call; if it does not, we do after a second.
  void set_remote(const Remote& remote, bool controlling, Time now);
  void add_candidate(const SocketAddress& address, Time now);
  /// LiveKit's three channels, as whoever offers opens them.
  void open_channels() { opens_channels_ = true; }

  struct Received {
    enum class Kind : std::uint8_t { nothing, rtp, rtcp } kind = Kind::nothing;
    MutableBytes plain;
  };
  Received receive(const SocketAddress& from, MutableBytes datagram, Time now);
  void on_deadline(Time now);
  Time next_deadline() const;
  /// Says goodbye, so that the server need not find out by itself.
  void close(Time now);

  bool connected() const { return sender_.has_value(); }
  /// The handshake, the fingerprint or the path has failed, or the server has closed.
  bool failed() const;
  const ice::Credentials& local() const { return local_; }
  const dtls::Certificate& certificate() const { return *shared_.certificate; }
  std::uint64_t undecryptable() const { return undecryptable_; }

  /// Room for a packet of at most `size` bytes, tag not counted; `finish_rtp` protects it in place.
  /// Only when connected.
  MutableBytes begin_rtp(std::size_t size) { return outbox().begin(size + srtp::kMaxRtpOverhead); }
  void finish_rtp(MutableBytes packet, std::size_t header_size, std::size_t size);
  void send_rtcp(ByteView compound);
  /// Of the count over all streams (transport-wide feedback).
  std::uint16_t next_transport_sequence() { return ++transport_sequence_; }

 private:
  void send(const ice::Path& path, ByteView datagram) override;
  void bind(const ice::Path&) override {}
  void unbind(const ice::Path&) override {}
  void send_to_peer(ByteView datagram);
  void call(Time now);
  void settle(Time now);
  void exchange_data(Time now);
  Outbox& outbox() { return *shared_.outbox; }

  const Shared& shared_;
  SocketId socket_;
  ice::Credentials local_;
  ice::Agent ice_;
  std::optional<Remote> remote_;
  bool controlling_ = false;
  bool opens_channels_ = false;
  std::vector<ice::Path> candidates_;
  Time call_at_ = kNever;  ///< The server has until then.
  std::optional<dtls::Endpoint> dtls_;
  bool dtls_started_ = false;
  bool wrong_certificate_ = false;
  std::optional<srtp::Sender> sender_;
  std::optional<srtp::Receiver> receiver_;
  std::optional<sctp::Association> sctp_;
  std::uint16_t transport_sequence_ = 0;
  std::uint64_t undecryptable_ = 0;
};

}  // namespace parley::load
