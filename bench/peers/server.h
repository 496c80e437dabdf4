#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bench/load.h"
#include "bench/peers/guests.h"
#include "bench/peers/process.h"

namespace parley::bench {

/// A server that can be measured: runs from when it was made until it is destroyed.
class Server {
 public:
  virtual ~Server() = default;
  virtual Process& process() = 0;
  /// Lets in whoever publishes and all who watch. An error is a sentence.
  virtual std::expected<void, std::string> join(Guests& guests, const Load& load) = 0;
};

/// How it is found, named and started.
struct Peer {
  std::string name;
  std::string version;
  std::function<std::unique_ptr<Server>()> start;
};

/// Nothing if it is not installed, or not built.
std::optional<Peer> find_parley();
/// Janus with its streaming plugin. `event_loops`: how many threads serve all viewers; 0 is its
/// default, a thread for each.
std::optional<Peer> find_janus(unsigned event_loops);
/// mediasoup with one worker, as mediasoup/build makes it.
std::optional<Peer> find_mediasoup();

}  // namespace parley::bench
