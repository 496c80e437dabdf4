#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "media/peer/transport.h"
#include "sim/client.h"
#include "sim/link.h"

namespace parley::sim {

/// What all sessions of a simulation share.
struct World {
  dtls::Certificate server = dtls::Certificate::generate(WallTime(std::chrono::days(20'000)));
  dtls::Certificate client = dtls::Certificate::generate(WallTime(std::chrono::days(20'000)));
  srtp::Engine srtp;
};

struct SessionConfig {
  LinkConfig up;  ///< From the client to the server.
  LinkConfig down;
  bool lite = true;
  bool server_opens_channels = false;
  bool client_dtls_active = true;
  /// How much later than the client's first check the server learns what the client's SDP says.
  Duration answer_delay = 30ms;
};

/// A server's transport and a client, joined by two links: a whole session in virtual time.
///
///   Session session(world, {.up = {.delay = 25ms}, .down = {.delay = 25ms}}, seed);
///   session.join(start);
///   run({&session}, start, start + 5s);
class Session final : public media::TransportHost, public media::EventSink {
 public:
  Session(World& world, const SessionConfig& config, std::uint64_t seed);

  /// Both sides begin: the server's SDP is at the client, the client's arrives `answer_delay`
  /// later.
  void join(Time now);
  /// New credentials on both sides, as an offer with iceRestart and its answer would give.
  void restart_ice(Time now);
  /// The client's address changes (a NAT, another network): the old one is dead.
  void move(const SocketAddress& to, Time now);

  /// Everything that happens up to and including `now`, in order.
  void advance(Time now);
  Time next_event() const;

  // What the transport asks for and tells.
  void send(const media::Path& path, ByteView datagram) override;
  void bind(media::TransportId transport, const media::Path& path) override;
  void unbind(media::TransportId transport, const media::Path& path) override;
  void on_event(media::Event event) override { events.push_back(std::move(event)); }

  template <typename E>
  std::size_t count() const {
    std::size_t n = 0;
    for (const media::Event& event : events) n += std::holds_alternative<E>(event) ? 1u : 0u;
    return n;
  }

  World& world;
  SessionConfig config;
  SeededRandom random;
  Link<Datagram> up;
  Link<Datagram> down;
  media::Transport transport;
  Client client;

  std::vector<media::Event> events;
  std::vector<media::Path> bound;
  std::vector<ByteVector> rtp;  ///< What the server received, decrypted.
  std::vector<ByteVector> rtcp;
  bool tampering = false;  ///< Flips a bit in every datagram to the server.

 private:
  void deliver(Time now);
  void collect(Time now);

  media::Path path_;
  Time now_{};
  Time answer_at_ = kNever;
  int generation_ = 1;
};

/// Steps all of them through time, whatever comes first.
void run(const std::vector<Session*>& sessions, Time from, Time until);

}  // namespace parley::sim
