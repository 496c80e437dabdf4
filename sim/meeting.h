#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bus/local_bus.h"
#include "media/node/node.h"
#include "media/pipe/mesh.h"
#include "media/shard/shard.h"
#include "sim/participant.h"

namespace parley::sim {

/// A whole media node in virtual time: `media::Node` on a bus, real shards behind it, and LiveKit
/// clients in front, each on its own network.
///
///   Meeting meeting(world, seed);
///   Participant& ann = meeting.add({.identity = "ann"});
///   ann.join(meeting.now);
///   meeting.run(5s);
///
/// The meeting is the edge (signaling frames between WebSockets and bus), the loops (commands in,
/// events out, datagrams both ways) and the clock.
class Meeting {
 public:
  /// `small_room`: so many of a room are on one shard. `send_side`: paths are estimated by
  /// protocols/bwe.
  explicit Meeting(World& world, std::uint64_t seed, std::size_t shards = 2,
                   std::size_t small_room = 32, bool send_side = true);
  ~Meeting();

  Participant& add(ParticipantConfig config);
  /// One of another kind; its number is how many there are already.
  Participant& add(std::unique_ptr<Participant> participant);
  /// Adds it and lets it join.
  Participant& join(ParticipantConfig config);
  void run(Duration how_long);
  /// A backend's call of livekit.RoomService, as the edge passes it on; time goes on until its
  /// answer.
  plane::ApiResult call(std::string_view method, std::string_view room,
                        const google::protobuf::Message& request);

  /// Now, over all shards.
  media::ShardCounters counters() const;
  /// Of all participants.
  std::vector<std::string> problems() const;

  World& world;
  Time now{1000s};
  std::vector<std::unique_ptr<Participant>> participants;
  bus::LocalHub hub;
  std::unique_ptr<media::Node> node;

 private:
  class Loop;

  bus::Executor executor();
  bool work();
  Time next_event() const;
  void on_node_says(const bus::Message& message);
  void on_node_says_to_many(const bus::Message& message);
  void carry(Participant& participant, ToEdge frame);
  Participant* behind(const std::string& connection);
  Participant* at(const SocketAddress& address);

  std::uint64_t seed_;
  SeededRandom random_;
  std::deque<std::function<void()>> tasks_;
  std::unique_ptr<bus::LocalBus> node_bus_;
  std::unique_ptr<bus::LocalBus> edge_bus_;
  media::Mesh mesh_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::unique_ptr<bus::Subscription> from_node_;
  std::unique_ptr<bus::Subscription> from_node_to_many_;
  /// A WebSocket as the edge knows it. Nobody is heard on it before the node has answered.
  struct Socket {
    bool answered = false;
    std::string participant_sid;  ///< Empty: refused.
    std::vector<plane::FromClient> early;
  };
  std::map<std::string, Socket> sockets_;  ///< By connection.
};

}  // namespace parley::sim
