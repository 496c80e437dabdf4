#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <expected>
#include <map>
#include <memory>
#include <string>

#include "base/random.h"
#include "bus/bus.h"
#include "livekit_models.pb.h"
#include "signaling/api/twirp.h"
#include "signaling/forward/register.h"
#include "signaling/session/edge.h"

namespace parley::signaling {

/// The participants that this edge shows in other rooms: opens the sessions at both ends, carries
/// what they say from one to the other, begins anew what broke, and takes over from edges that are
/// gone. Media goes on while nobody sees to a forwarding: only changes wait.
///
///  owner    the server, one per process; the loop's last run is over before it goes
///  thread   the edge's loop
///  bounded  kMaxForwards, over all edges together
class Forwards {
 public:
  Forwards(asio::io_context& loop, bus::Bus& bus, Edge& edge, Random& random, Metrics& metrics);
  ~Forwards();
  Forwards(const Forwards&) = delete;
  Forwards& operator=(const Forwards&) = delete;

  /// Shows a participant in the destination as well, until it leaves or is removed there.
  asio::awaitable<std::expected<void, twirp::Error>> begin(ForwardName name);

  /// Lets go of all of them, for others to take.
  void shutdown();

 private:
  struct Pair;

  asio::awaitable<std::expected<void, twirp::Error>> open(std::shared_ptr<Pair> pair);
  asio::awaitable<std::expected<livekit::ParticipantInfo, twirp::Error>> look_up(
      std::string room, std::string identity);
  asio::awaitable<bool> write_down(ForwardName name);
  asio::awaitable<void> upkeep();
  /// Until it is there, or over.
  asio::awaitable<void> bring_back(std::shared_ptr<Pair> pair);
  void wake(const std::shared_ptr<Pair>& pair);
  void pump(const std::shared_ptr<Pair>& pair);
  void close(Pair& pair);
  void schedule();
  void count();

  asio::io_context& loop_;
  bus::Bus& bus_;
  Edge& edge_;
  Random& random_;
  Metrics& metrics_;
  std::string id_;
  std::map<ForwardName, std::shared_ptr<Pair>> pairs_;
  asio::steady_timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< False once we stop.
};

}  // namespace parley::signaling
