#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "plane.pb.h"

namespace parley::signaling {

/// Three heartbeats missed.
inline constexpr Duration kNodeLostAfter = 1500ms;

/// Which media nodes are alive, by their heartbeats. Sans-IO.
///
///  owner    the edge, one per process
///  thread   the edge's loop
///  bounded  by the nodes that speak on the bus
class NodeTable {
 public:
  struct Node {
    std::string id;
    std::string incarnation;
    std::uint32_t participants = 0;
    std::uint32_t rooms = 0;
    bool draining = false;
    std::string region;
    Time last_heard;
  };
  /// All sessions of this node's life are gone.
  struct Lost {
    std::string id;
    std::string incarnation;
  };

  /// A table that has listened for less than `kNodeLostAfter` cannot tell a dead node from one that
  /// it has not heard yet.
  explicit NodeTable(Time started) : listening_since_(started) {}

  /// A node with a new incarnation was restarted: its former life is returned.
  std::optional<Lost> on_status(const plane::NodeStatus& status, Time now);
  /// Those that fell silent.
  std::vector<Lost> expire(Time now);
  /// We could not have heard anything until now (the bus was away, or this process was stopped):
  /// silence counts from here on.
  void on_interruption(Time now);
  /// Counted until the next heartbeat, so that a burst of new rooms does not land on one node.
  void on_placed(std::string_view id);

  const Node* find(std::string_view id) const;
  /// The node for a new room: fewest participants, then fewest rooms; our own region first.
  /// nullptr: none is alive, or all are draining.
  const Node* least_loaded(std::string_view region) const;
  bool can_know(Time now) const { return now - listening_since_ >= kNodeLostAfter; }
  const std::unordered_map<std::string, Node>& all() const { return nodes_; }
  bool empty() const { return nodes_.empty(); }
  std::size_t size() const { return nodes_.size(); }

 private:
  Time listening_since_;
  std::unordered_map<std::string, Node> nodes_;
};

}  // namespace parley::signaling
