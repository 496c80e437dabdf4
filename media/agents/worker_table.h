#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "agents.pb.h"
#include "base/random.h"
#include "base/time.h"

namespace parley::media {

/// Which agent workers could be given jobs, by what the edges that hold their WebSockets say.
/// Sans-IO.
///
///  owner    AgentWires, one per node
///  thread   the node's control thread
///  bounded  kMaxEdges, and kMaxWorkers per edge; more are not believed
class WorkerTable {
 public:
  /// Three announcements missed.
  static constexpr Duration kEdgeLostAfter = 3s;
  static constexpr std::size_t kMaxEdges = 256;
  static constexpr std::size_t kMaxWorkers = 4096;

  /// True: somebody came, went, or became able to take jobs, or unable.
  bool on_announcement(const plane::agents::Workers& said, Time now);
  /// Forgets edges that fell silent; true if workers went with them.
  bool expire(Time now);
  /// We could not have heard anything until now: silence counts from here on.
  void on_interruption(Time now);
  Time next_deadline() const;

  /// What a worker must have been registered for.
  struct Wanted {
    livekit::JobType type = livekit::JT_ROOM;
    std::string_view agent_name;
    std::string_view deployment;
  };
  struct Found {
    std::string id;
    std::string edge_id;
  };
  /// Is any such worker here, able or not?
  bool serves(const Wanted& wanted) const;
  /// One of those who can take a job, the less loaded the likelier (LiveKit: by 1 - load), none of
  /// `except`. An empty id: nobody.
  Found choose(const Wanted& wanted, const std::set<std::string>& except, Random& random) const;

  bool knows(std::string_view worker_id) const;
  /// Its edge is alive and does not count it among its workers any more.
  bool is_gone(std::string_view worker_id, std::string_view edge_id) const;
  std::size_t size() const;

 private:
  struct Edge {
    std::map<std::string, plane::agents::Worker, std::less<>> workers;  ///< By id.
    Time last_heard;
  };
  std::map<std::string, Edge, std::less<>> edges_;  ///< By id.
};

}  // namespace parley::media
