#pragma once

#include <array>
#include <cstdint>

#include "load/client/client.h"
#include "sim/participant.h"

namespace parley::sim {

/// A client of the load generator in a simulated meeting: what its worker and its WebSocket do, in
/// virtual time.
class LoadClient final : public Participant {
 public:
  LoadClient(World& world, std::uint16_t number, load::Plan plan, const LinkConfig& network,
             std::uint64_t seed);

  void join(Time now) override;
  void advance(Time now) override;
  Time next_event() const override;

  load::Counts counts;
  bool disable_ice_lite = false;  ///< Of the server, if said before joining.

 private:
  void send(Time now);

  SeededRandom random_;
  load::Outbox outbox_;
  load::Shared shared_;
  /// Where each connection sends to: the only server that it knows.
  std::array<SocketAddress, load::Client::kConnections> server_{};

 public:
  load::Client client;
};

}  // namespace parley::sim
