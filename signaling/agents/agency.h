#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "bus/bus.h"
#include "signaling/agents/worker.h"
#include "signaling/metrics.h"
#include "signaling/session/speaker.h"
#include "signaling/token/keys.h"
#include "signaling/token/token.h"

namespace parley::signaling {

/// The agent workers whose WebSockets this edge holds: told to the media nodes, which choose one
/// for each job, and reached through here.
///
///  owner    the server, one per process; outlives its workers' sockets
///  thread   the edge's loop
///  bounded  kMaxWorkers
class Agency {
 public:
  static constexpr std::size_t kMaxWorkers = 2048;

  Agency(boost::asio::io_context& loop, bus::Bus& bus, const KeyRing& keys, Random& random,
         Metrics& metrics);
  ~Agency();
  Agency(const Agency&) = delete;
  Agency& operator=(const Agency&) = delete;

  /// Who speaks through a new worker's WebSocket, whose token was good; nullptr: there are too
  /// many.
  std::unique_ptr<Speaker> admit(const Token& token);

  /// Workers are told to come back. Nodes are not told that they are gone: their agents stay.
  void shutdown();

 private:
  struct Link;
  class WorkerSpeaker;

  std::string mint(const std::string& api_key, const Token& token, WallTime wall) const;
  void on_message(const bus::Message& message);
  void on_offer(const plane::agents::Offer& offer, std::string_view reply_to);
  void on_recall(const bus::Message& message);
  void close(const std::shared_ptr<Link>& link);
  /// Does what the worker's conversation wants done.
  void work(Link& link);
  void reply(std::string_view to, const plane::agents::Answer& answer);
  void announce();
  void tick();

  bus::Bus& bus_;
  const KeyRing& keys_;
  Random& random_;
  Metrics& metrics_;
  std::string id_;
  std::map<std::string, std::shared_ptr<Link>, std::less<>> links_;  ///< By worker id.
  bool silent_ = false;                                              ///< We are stopping.
  boost::asio::steady_timer timer_;
  std::vector<std::unique_ptr<bus::Subscription>> subscriptions_;
};

}  // namespace parley::signaling
