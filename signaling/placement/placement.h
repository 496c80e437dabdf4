#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"
#include "bus/bus.h"
#include "signaling/placement/node_table.h"

namespace parley::signaling {

namespace asio = boost::asio;

struct PlacementOptions {
  std::string region;
  /// `room.auto_create`: a room that nobody made comes into being when the first one joins.
  bool auto_create = true;
  /// How long a join waits for a node, or for the bus, to appear.
  Duration patience = 4s;
};

enum class PlacementError : std::uint8_t {
  no_room,  ///< It does not exist, and may not be made here.
  no_node,  ///< No media node is there to hold it.
  no_bus,
};

/// Which media node holds a room: the room directory in the bus's key-value store, and the
/// heartbeats. Edges agree on one node because creating the entry is atomic.
///
///  owner    the edge, one per process
///  thread   the edge's loop, on which the bus calls back too
class Placement {
 public:
  using LostHandler = std::function<void(const NodeTable::Lost&)>;

  Placement(asio::io_context& loop, bus::Bus& bus, PlacementOptions options, LostHandler on_lost);
  ~Placement();
  Placement(const Placement&) = delete;
  Placement& operator=(const Placement&) = delete;

  /// The node that holds `room`; with `may_place` one is chosen if there is none (or a dead one).
  using Answer = std::expected<NodeTable::Node, PlacementError>;
  asio::awaitable<Answer> locate(std::string room, bool may_place);
  /// Lets the caller try again shortly: the node that `locate` named did not answer. False: out of
  /// time.
  asio::awaitable<bool> pause(Time deadline);

  const NodeTable& nodes() const { return table_; }
  const PlacementOptions& options() const { return options_; }

 private:
  /// One look at the directory: an answer, or what stands in its way for now.
  struct Attempt {
    std::optional<Answer> answer;
    PlacementError obstacle = PlacementError::no_node;
  };
  asio::awaitable<Attempt> look(const std::string& key, bool may_place);
  void on_status(const bus::Message& message);
  void tick();

  asio::io_context& loop_;
  bus::Bus& bus_;
  PlacementOptions options_;
  LostHandler on_lost_;
  NodeTable table_;
  Time last_tick_;
  asio::steady_timer timer_;
  std::unique_ptr<bus::Subscription> heartbeats_;
};

}  // namespace parley::signaling
