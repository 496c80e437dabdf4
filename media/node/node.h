#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "bus/bus.h"
#include "media/control/commands.h"
#include "media/control/events.h"
#include "media/node/agent_wires.h"
#include "media/node/event_outbox.h"
#include "media/room/room.h"
#include "plane.pb.h"
#include "resource.pb.h"

namespace parley::media {

struct NodeConfig {
  std::string node_id;  ///< Stable for a place in the cluster; a subject token.
  std::string region;
  RoomConfig room;
  Fingerprint fingerprint;  ///< Of the certificate that all shards of this node present.
  bool ice_lite = true;
  std::size_t small_room = 32;  ///< So many of a room share a shard.
  bool webhooks = false;        ///< Somebody wants to be told: events go to the bus's outbox.
};

/// The control thread of one media node: the rooms that live here, and their wires: sessions start
/// by request from an edge, clients' frames arrive as bus events, shards' events are handed in.
///
///  owner    apps/media.cpp (or a simulation)
///  thread   one: the executor of `bus`, on which everything below is called
///  source   architecture.md 3.1
class Node final : private AgentWires::Rooms {
 public:
  Node(NodeConfig config, bus::Bus& bus, std::vector<ShardHandle> shards, Random& random,
       ClockOffset clock, std::function<Time()> now);
  ~Node() override;

  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Subscribes and announces itself; sessions may come from now on.
  void start();
  /// Tells every client to come back elsewhere (leave, reason server shutdown) and closes its
  /// transports. Nothing is accepted any more.
  void stop();
  /// After stop(): the bus has all that backends are to be told.
  bool finished() const { return !outbox_ || outbox_->idle(); }

  void on_event(std::size_t shard, Event event);

  Time next_deadline() const;
  void on_deadline();

  struct Totals {
    std::size_t rooms = 0;
    std::size_t participants = 0;
    std::size_t tracks = 0;
    std::uint64_t sessions_started = 0;
    std::uint64_t sessions_resumed = 0;
    std::uint64_t sessions_refused = 0;
    std::uint64_t rejected_messages = 0;  ///< Of clients: unreadable, or out of place.
    std::size_t events_waiting = 0;       ///< For webhooks; the bus has not got them yet.
    std::uint64_t events_dropped = 0;
    AgentTotals agents;
  };
  Totals totals() const;

 private:
  class Uplink;
  class QualityWire;

  void on_start_session(const bus::Message& message);
  void on_client_frame(const bus::Message& message);
  void on_api_call(const bus::Message& message);
  void on_resource_call(const bus::Message& message);
  plane::ApiResult serve(const plane::ApiCall& call, Time now);
  plane::ApiResult create_room(const plane::ApiCall& call, Time now);
  /// livekit.AgentDispatchService.
  plane::ApiResult serve_agents(const plane::ApiCall& call, Time now);
  plane::ApiResult list_rooms(const plane::ApiCall& call) const;
  plane::ApiResult move_participant(Room& from, const plane::ApiCall& call, Time now);
  void perform_rpc(const plane::ApiCall& call, std::string reply_to, Time now);
  void announce();
  Room& open_room(const std::string& name, Time now);
  /// After each input: lets agents be called, and goes of sessions and rooms that ended in it.
  void settle(Room& room, Time now) override;
  Room* find_room(std::string_view name) override;
  std::vector<Room*> all_rooms() override;
  /// Everybody in it is sent away for this reason.
  void close_room(Room& room, livekit::DisconnectReason reason, Time now);
  Room* room_numbered(std::uint32_t number);

  NodeConfig config_;
  bus::Bus& bus_;
  Seating seating_;
  Random& random_;
  ClockOffset clock_;
  std::function<Time()> now_;
  std::string incarnation_;
  Totals totals_;
  Time next_announcement_{};
  std::unique_ptr<Uplink> uplink_;
  std::unique_ptr<QualityWire> quality_;
  std::unique_ptr<EventOutbox> outbox_;  ///< None without webhooks.
  AgentWires agents_;
  std::map<std::string, std::unique_ptr<Room>, std::less<>> rooms_;
  std::unordered_map<std::uint32_t, Room*> rooms_by_number_;
  std::unordered_map<std::string, Room*> room_of_participant_;
  std::uint32_t last_room_number_ = 0;
  bool stopped_ = false;
  std::vector<std::unique_ptr<bus::Subscription>> subscriptions_;
};

}  // namespace parley::media
