#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "media/shard/shard.h"
#include "sim/client.h"
#include "sim/link.h"
#include "sim/session.h"
#include "sim/video.h"

namespace parley::sim {

struct PeerConfig {
  LinkConfig up;
  LinkConfig down;
};

/// One shard and any number of clients, each behind its own two links: a call in virtual time.
/// Plays control's part with the commands that a session would give.
class Call final : public media::EventSink, public media::TrainSender {
 public:
  struct Peer {
    Peer(World& world, const PeerConfig& config, std::uint64_t number, Random& random);

    media::TransportId transport;
    media::IceCredentials server_credentials;
    Client client;
    Link<Datagram> up;
    Link<Datagram> down;
    media::Path path;
    std::unique_ptr<VideoSource> source;
    std::vector<std::unique_ptr<VideoSink>> sinks;
    std::vector<ByteVector> received;  ///< RTP of all kinds, if it has no sinks,
    std::vector<ByteVector> reports;   ///< and RTCP.
    std::optional<Time> connected;     ///< When the server said so.
  };

  /// `send_side`: subscribers' paths are estimated by protocols/bwe.
  Call(World& world, std::uint64_t seed, bool send_side = true);

  /// A client that begins to join at once.
  Peer& join(const PeerConfig& config);
  /// It publishes a camera with so many simulcast layers.
  media::StreamId publish(Peer& peer, std::size_t layers);
  /// It is to see a stream.
  VideoSink& watch(Peer& peer, media::StreamId stream, media::SubscriptionId id,
                   bool repairs = false);
  void leave(Peer& peer);
  /// New credentials on both sides, and another address.
  void move(Peer& peer, const SocketAddress& to);

  void command(const media::Command& command) { shard.execute(command, now); }
  void run(Duration how_long);

  template <typename E>
  std::vector<E> told() const {
    std::vector<E> out;
    for (const media::Event& event : events) {
      if (const E* one = std::get_if<E>(&event)) out.push_back(*one);
    }
    return out;
  }

  void on_event(media::Event event) override;
  void send(std::span<const media::Train> trains) override;

  World& world;
  SeededRandom random;
  media::Shard shard;
  std::vector<std::unique_ptr<Peer>> peers;
  std::vector<media::Event> events;
  Time now{1000s};

 private:
  void step();
  Time next_event() const;
  void collect(Peer& peer);

  std::uint64_t next_number_ = 1;
};

}  // namespace parley::sim
