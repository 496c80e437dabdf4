#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "base/random.h"
#include "bus/bus.h"
#include "signaling/http/options.h"
#include "signaling/metrics.h"

namespace parley::signaling {

/// The public port: HTTP and WebSockets, and the edge behind them.
///
///  owner    `parley signal` (or a test)
///  thread   the loop, also for construction and destruction
///  bounded  `max_sockets` connections; per connection one header, one frame, one queue
class Server {
 public:
  /// `options`, `random` and `metrics` outlive it, and it outlives the loop's last run.
  Server(asio::io_context& loop, bus::Bus& bus, const Options& options, Random& random,
         Metrics& metrics);
  ~Server();

  /// Opens the port at every address; the error names the one that failed.
  std::expected<void, std::string> listen();
  std::uint16_t port() const;

  /// No new connections; clients are told to resume elsewhere. Sockets close within seconds.
  void shutdown();

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace parley::signaling
