#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <expected>
#include <memory>
#include <string>

#include "application/api/desk.h"
#include "application/api/streams.h"
#include "application/api/transfers.h"
#include "bus/bus.h"
#include "observability/metrics.h"

namespace parley::application::api {

struct ServerOptions {
  std::string address = "127.0.0.1";  ///< Where the edges reach it.
  std::uint16_t port = 0;             ///< 0: any; edges hear of it by the bus.
};

/// The HTTP port of the application plane. It is for edges, not for clients: each request must show
/// the secret that this process says on the bus along with its address.
///
///  owner    `parley app`
///  thread   the loop's
///  bounded  kMostConnections; a body of kMostBody but for files, a header of kMostHeader
class Server {
 public:
  static constexpr std::size_t kMostConnections = 60'000;
  static constexpr std::size_t kMostBody = 1536 * 1024;
  static constexpr std::uint32_t kMostHeader = 32 * 1024;
  struct Surroundings {
    Desk& desk;
    Streams& streams;
    Transfers& transfers;
    bus::Bus& bus;
    Random& random;
    std::string openapi;  ///< What is at /api/openapi.json.
  };

  Server(asio::io_context& loop, ServerOptions options, Surroundings surroundings);
  ~Server();

  /// Opens the port and begins to say so. The error is a sentence.
  std::expected<void, std::string> listen();
  void shutdown();
  void expose(observability::Exposition& out) const;

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace parley::application::api
