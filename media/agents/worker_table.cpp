#include "media/agents/worker_table.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace parley::media {
namespace {

/// A worker at full load that still calls itself available is asked when nobody else is there.
constexpr double kLeastWeight = 0.01;

bool matches(const plane::agents::Worker& worker, const WorkerTable::Wanted& wanted) {
  return worker.type() == wanted.type && worker.agent_name() == wanted.agent_name &&
         worker.deployment() == wanted.deployment;
}

double weight(const plane::agents::Worker& worker) {
  const double load = worker.load();
  return std::isfinite(load) ? std::clamp(1.0 - load, kLeastWeight, 1.0) : kLeastWeight;
}

}  // namespace

bool WorkerTable::on_announcement(const plane::agents::Workers& said, Time now) {
  if (said.edge_id().empty()) return false;
  if (!edges_.contains(said.edge_id()) && edges_.size() >= kMaxEdges) return false;
  Edge& edge = edges_[said.edge_id()];
  edge.last_heard = now;
  std::map<std::string, plane::agents::Worker, std::less<>> workers;
  for (const plane::agents::Worker& worker : said.workers()) {
    if (workers.size() < kMaxWorkers && !worker.id().empty()) workers[worker.id()] = worker;
  }
  // Loads change all the time and make nobody appear.
  const bool same = std::ranges::equal(workers, edge.workers, [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.available() == b.second.available();
  });
  edge.workers = std::move(workers);
  return !same;
}

bool WorkerTable::expire(Time now) {
  bool lost = false;
  std::erase_if(edges_, [&](const auto& entry) {
    if (now - entry.second.last_heard < kEdgeLostAfter) return false;
    lost |= !entry.second.workers.empty();
    return true;
  });
  return lost;
}

void WorkerTable::on_interruption(Time now) {
  for (auto& [id, edge] : edges_) edge.last_heard = now;
}

Time WorkerTable::next_deadline() const {
  Time next = kNever;
  for (const auto& [id, edge] : edges_) next = std::min(next, edge.last_heard + kEdgeLostAfter);
  return next;
}

bool WorkerTable::serves(const Wanted& wanted) const {
  return std::ranges::any_of(edges_, [&](const auto& edge) {
    return std::ranges::any_of(edge.second.workers,
                               [&](const auto& entry) { return matches(entry.second, wanted); });
  });
}

WorkerTable::Found WorkerTable::choose(const Wanted& wanted, const std::set<std::string>& except,
                                       Random& random) const {
  std::vector<std::pair<double, Found>> able;
  double total = 0;
  for (const auto& [edge_id, edge] : edges_) {
    for (const auto& [id, worker] : edge.workers) {
      if (!worker.available() || !matches(worker, wanted) || except.contains(id)) continue;
      total += weight(worker);
      able.emplace_back(total, Found{id, edge_id});
    }
  }
  if (able.empty()) return {};
  const double at = total * static_cast<double>(random.u32()) / 4294967296.0;
  const auto chosen =
      std::ranges::upper_bound(able, at, {}, [](const auto& entry) { return entry.first; });
  return chosen == able.end() ? able.back().second : chosen->second;
}

bool WorkerTable::knows(std::string_view worker_id) const {
  return std::ranges::any_of(
      edges_, [&](const auto& edge) { return edge.second.workers.contains(worker_id); });
}

bool WorkerTable::is_gone(std::string_view worker_id, std::string_view edge_id) const {
  const auto edge = edges_.find(edge_id);
  return edge != edges_.end() && !edge->second.workers.contains(worker_id);
}

std::size_t WorkerTable::size() const {
  std::size_t count = 0;
  for (const auto& [id, edge] : edges_) count += edge.workers.size();
  return count;
}

}  // namespace parley::media
