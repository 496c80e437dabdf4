#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/secret.h"
#include "base/time.h"
#include "bus/bus.h"

namespace parley::signaling {

/// The processes of the application plane that have been heard of lately.
///
///  owner    the edge
///  thread   the edge's loop
///  bounded  kMost of them
class Backends {
 public:
  static constexpr std::size_t kMost = 256;
  static constexpr Duration kLife = 2500ms;  ///< They say where they are every half second.

  struct Backend {
    std::string address;
    std::uint16_t port = 0;
    Secret secret;  ///< Shown with every request.
  };

  Backends(bus::Bus& bus, std::function<Time()> now);

  /// One that is there, another one each time; nullopt: none.
  std::optional<Backend> choose();
  /// It did not answer: not chosen again before it is heard.
  void forget(const Backend& backend);

 private:
  struct Heard {
    Backend backend;
    Time at{};
  };
  void on_status(const bus::Message& message);

  std::function<Time()> now_;
  std::map<std::string, Heard> heard_;  ///< By instance.
  std::string last_;
  std::unique_ptr<bus::Subscription> statuses_;
};

}  // namespace parley::signaling
