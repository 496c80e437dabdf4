#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/time.h"

/// The one place where subjects and buckets get their names.
namespace parley::bus {

inline constexpr std::string_view kRoomsBucket = "parley-rooms";  ///< room key -> node id
/// digest of room and identity -> Unix seconds; tokens that were issued earlier are refused
inline constexpr std::string_view kRevocationsBucket = "parley-revocations";

/// one entry: the participants that are shown in a second room (forward.proto)
inline constexpr std::string_view kForwardsBucket = "parley-forwards";

/// How long an entry of a bucket lives after it was written; nullopt: until it is erased. Decided
/// when a bucket is made.
inline std::optional<Duration> bucket_life(std::string_view bucket) {
  // Longer than tokens live: SDKs make them for six hours.
  if (bucket == kRevocationsBucket) return std::chrono::hours(7 * 24);
  return std::nullopt;
}

inline constexpr std::string_view kOutbox = "parley-outbox";  ///< log of what webhooks tell
inline constexpr std::string_view kOutboxPlaces = "parley-outbox-places";  ///< how far who has read

/// Where entries of a log pass by when they are appended.
inline std::string log_subject(std::string_view log) { return fmt::format("parley.log.{}", log); }

/// Heartbeats of all media nodes (plane.proto NodeStatus).
inline constexpr std::string_view kNodeStatus = "parley.nodes.status";

/// Requests to start or resume a session on a node (StartSession -> SessionStarted).
inline std::string node_start(std::string_view node) {
  return fmt::format("parley.node.{}.start", node);
}
/// Frames from a client to its session (FromClient).
inline std::string node_client(std::string_view node, std::string_view participant_sid) {
  return fmt::format("parley.node.{}.client.{}", node, participant_sid);
}
/// Calls of the server APIs for rooms of a node (ApiCall -> ApiResult).
inline std::string node_api(std::string_view node) {
  return fmt::format("parley.node.{}.api", node);
}
/// What HTTP asks of sessions without a WebSocket (ResourceCall -> ResourceResult).
inline std::string node_resource(std::string_view node) {
  return fmt::format("parley.node.{}.resource", node);
}
inline std::string node_all_clients(std::string_view node) {
  return fmt::format("parley.node.{}.client.*", node);
}
/// Frames from a session to the WebSocket that serves it (ToClient).
inline std::string edge_connection(std::string_view edge, std::string_view connection) {
  return fmt::format("parley.edge.{}.{}", edge, connection);
}
/// The same frame to many of them (ToClients).
inline std::string edge_many(std::string_view edge) {
  return fmt::format("parley.edge-many.{}", edge);
}
inline std::string edge_all_connections(std::string_view edge) {
  return fmt::format("parley.edge.{}.*", edge);
}

/// What connections were like (quality.proto).
inline constexpr std::string_view kQuality = "parley.quality";

// The application plane (application.proto).
inline constexpr std::string_view kApplicationStatus = "parley.application.status";
inline constexpr std::string_view kMeetingNews = "parley.application.news";

// Agents (agents.proto).
inline constexpr std::string_view kAgentWorkers = "parley.agents.workers";
inline constexpr std::string_view kAgentRecall = "parley.agents.recall";
/// Offers of jobs (ToEdge -> Answer), and terminations.
inline std::string agent_edge(std::string_view edge) {
  return fmt::format("parley.agents.edge.{}", edge);
}
/// What becomes of a room's jobs (ToNode).
inline std::string agent_node(std::string_view node) {
  return fmt::format("parley.agents.node.{}", node);
}

}  // namespace parley::bus
