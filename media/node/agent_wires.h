#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "bus/bus.h"
#include "media/agents/worker_table.h"
#include "media/room/room.h"

namespace parley::media {

/// What a node counts of agents.
struct AgentTotals {
  std::uint64_t workers = 0;  ///< Known now.
  std::uint64_t jobs = 0;     ///< Taken and not ended, now.
  std::uint64_t offered = 0;
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;  ///< By a worker, or because it was not there or did not answer.
  std::uint64_t started = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
};

/// The dispatchers of a node's rooms and the edges' agent workers, wired together over the bus.
///
///  owner    Node
///  thread   the node's control thread
///  bounded  by the rooms' dispatchers and WorkerTable
class AgentWires {
 public:
  /// The node's rooms, as the wires need them.
  class Rooms {
   public:
    virtual ~Rooms() = default;
    /// nullptr: there is no such room.
    virtual Room* find_room(std::string_view name) = 0;
    virtual std::vector<Room*> all_rooms() = 0;
    /// As after any input to a room; lets `work` do what is to be done. The room may be gone after
    /// it.
    virtual void settle(Room& room, Time now) = 0;
  };

  AgentWires(std::string node_id, bus::Bus& bus, Rooms& rooms, std::function<Time()> now);

  void start();
  void stop();

  /// Edges say which jobs of an earlier life of the room still run.
  void on_room_opened(const Room& room);
  /// After each input to a room: does what its dispatcher wants done.
  void work(Room& room, Time now);
  void on_room_closing(Room& room, Time now);

  Time next_deadline() const { return table_.next_deadline(); }
  void on_deadline(Time now);

  /// `jobs` is the caller's to count.
  AgentTotals totals() const;

 private:
  void on_workers(const bus::Message& message);
  void on_edge_says(const bus::Message& message);
  void on_answer(const std::string& room, const Dispatcher::Offer& offer,
                 const plane::agents::Answer& answer);
  void tell_rooms(Time now);
  void act(Room& room, Dispatcher::Action& action, Time now);
  void make_offer(Room& room, Dispatcher::Offer offer);
  void terminate(const Dispatcher::Terminate& terminate);

  std::string node_id_;
  bus::Bus& bus_;
  Rooms& rooms_;
  std::function<Time()> now_;
  WorkerTable table_;
  AgentTotals totals_;
  std::vector<std::unique_ptr<bus::Subscription>> subscriptions_;
};

}  // namespace parley::media
