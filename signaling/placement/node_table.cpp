#include "signaling/placement/node_table.h"

#include <tuple>

namespace parley::signaling {

std::optional<NodeTable::Lost> NodeTable::on_status(const plane::NodeStatus& status, Time now) {
  if (status.node_id().empty()) return std::nullopt;
  Node& node = nodes_[status.node_id()];
  std::optional<Lost> lost;
  if (!node.incarnation.empty() && node.incarnation != status.incarnation()) {
    lost = Lost{node.id, node.incarnation};
  }
  node = {.id = status.node_id(),
          .incarnation = status.incarnation(),
          .participants = status.participants(),
          .rooms = status.rooms(),
          .draining = status.draining(),
          .region = status.region(),
          .last_heard = now};
  return lost;
}

std::vector<NodeTable::Lost> NodeTable::expire(Time now) {
  std::vector<Lost> lost;
  std::erase_if(nodes_, [&](const auto& entry) {
    if (now - entry.second.last_heard < kNodeLostAfter) return false;
    lost.push_back({entry.second.id, entry.second.incarnation});
    return true;
  });
  return lost;
}

void NodeTable::on_interruption(Time now) {
  listening_since_ = now;
  for (auto& [id, node] : nodes_) node.last_heard = now;
}

void NodeTable::on_placed(std::string_view id) {
  const auto at = nodes_.find(std::string(id));
  if (at != nodes_.end()) ++at->second.participants;
}

const NodeTable::Node* NodeTable::find(std::string_view id) const {
  const auto at = nodes_.find(std::string(id));
  return at == nodes_.end() ? nullptr : &at->second;
}

const NodeTable::Node* NodeTable::least_loaded(std::string_view region) const {
  const auto cost = [region](const Node& node) {
    return std::tuple(node.region != region, node.participants, node.rooms,
                      std::string_view(node.id));
  };
  const Node* best = nullptr;
  for (const auto& [id, node] : nodes_) {
    if (node.draining) continue;
    if (best == nullptr || cost(node) < cost(*best)) best = &node;
  }
  return best;
}

}  // namespace parley::signaling
