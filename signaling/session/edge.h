#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/random.h"
#include "bus/bus.h"
#include "plane.pb.h"
#include "signaling/connect/connect.h"
#include "signaling/metrics.h"
#include "signaling/placement/placement.h"
#include "signaling/revocation/revocations.h"
#include "signaling/session/conversation.h"
#include "signaling/token/keys.h"
#include "signaling/turn/ice_servers.h"

namespace parley::signaling {

/// One client's way to its session: the conversation, and the node that the session lives on.
struct Link {
  Link(std::string connection, int client_protocol, Metrics& metrics)
      : connection_id(std::move(connection)),
        conversation(connection_id, client_protocol, metrics) {}

  std::string connection_id;
  std::string node_id;
  std::string incarnation;
  std::string participant_sid;
  std::string resumes_sid;  ///< Whose session a client that resumes says to have.
  TokenOrigin origin;       ///< Of the token that opened it.
  Conversation conversation;
  /// Set by the WebSocket: there is something to send, or the conversation has ended.
  std::function<void()> wake;
};

/// The signaling edge: opens sessions on media nodes and carries messages between them and
/// WebSockets. Holds nothing whose loss ends a call.
///
///  owner    `parley signal`, one per process; outlives its links' sockets
///  thread   the loop
class Edge {
 public:
  Edge(asio::io_context& loop, bus::Bus& bus, const KeyRing& keys, const IceServers& ice_servers,
       PlacementOptions placement, Random& random, Metrics& metrics);

  /// Is the token that `start` was made from still good, or was its holder removed since?
  asio::awaitable<std::expected<void, Refusal>> check_revoked(const plane::StartSession& start);
  /// Asks the room's node for a session. Messages of the session that come before the WebSocket is
  /// up wait in the link. A client whose session is gone gets a link too: it says so and ends.
  asio::awaitable<std::expected<std::shared_ptr<Link>, Refusal>> open(plane::StartSession start);

  struct Started {
    NodeTable::Node node;
    plane::SessionStarted session;
  };
  struct Failure {
    Refusal refusal;
    bool gone = false;  ///< There is nothing to resume.
  };
  /// The same without a WebSocket: finds the room's node, or a node for the room, and hears its
  /// word. The refusal is for whoever asked by HTTP.
  asio::awaitable<std::expected<Started, Failure>> start(plane::StartSession start);
  /// Sends on what the client said.
  void flush(Link& link);
  /// The WebSocket is gone.
  void close(const std::shared_ptr<Link>& link);

  /// Sends every client elsewhere.
  void shutdown();

  Placement& placement() { return placement_; }
  Revocations& revocations() { return revocations_; }
  std::size_t links() const { return links_.size(); }

 private:
  void on_message(const bus::Message& message);
  void on_message_for_many(const bus::Message& message);
  void deliver(const std::string& connection, plane::ToClient to_client);
  void on_node_lost(const NodeTable::Lost& lost);

  bus::Bus& bus_;
  const KeyRing& keys_;
  const IceServers& ice_servers_;
  Random& random_;
  Metrics& metrics_;
  std::string id_;
  std::unordered_map<std::string, std::shared_ptr<Link>> links_;
  Placement placement_;
  Revocations revocations_;
  std::unique_ptr<bus::Subscription> messages_;
  std::unique_ptr<bus::Subscription> messages_for_many_;
};

}  // namespace parley::signaling
