#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/address.h"
#include "media/control/commands.h"
#include "media/control/events.h"
#include "media/control/types.h"
#include "media/pipe/mesh.h"
#include "media/shard/counters.h"
#include "media/shard/loop/offloads.h"
#include "media/shard/loop/tcp_counters.h"
#include "media/shard/shard.h"
#include "observability/log.h"
#include "observability/metrics.h"
#include "runtime/fd.h"
#include "runtime/udp.h"

namespace parley::media {

struct ShardLoopConfig {
  std::size_t index = 0;  ///< Of this shard in its node; added to both ports unless they are 0.
  /// A socket for each, so at most one of each family. IPv6 ones are left out where there is no
  /// IPv6.
  std::vector<IpAddress> bind{IpAddress{}, IpAddress{{}, true}};
  std::uint16_t udp_port = 7882;                 ///< 0: any.
  std::optional<std::uint16_t> tcp_port = 7881;  ///< None: no ICE over TCP.
  int udp_buffer = 4 * 1024 * 1024;              ///< Bytes asked for, each way.
  std::size_t max_tcp_connections = 4096;
  std::optional<unsigned> core{};  ///< Keep the thread there.
  Offloads offloads{};             ///< `shard.srtp` is taken from here.
  Mesh* mesh = nullptr;            ///< To the node's other shards, and outlives the loop.
  ShardConfig shard;
};

/// One shard with its thread, sockets and mailbox.
///
///  owner     apps/media.cpp
///  thread    its own; what is public here may be called from any, but start/stop from the owner's
///  bounded   65536 waiting commands; see UdpSocket and TcpPort for the network
class ShardLoop final : public ShardPort {
 public:
  /// Opens the sockets, so that a taken port is known before anything starts. `events` is called on
  /// the shard's thread (see EventMailbox) and outlives the loop.
  static std::expected<std::unique_ptr<ShardLoop>, runtime::IoError> open(
      const ShardLoopConfig& config, EventSink& events, const observability::Log& log = {});
  ~ShardLoop() override;

  void start();
  /// Carries out the commands that were posted before, sends what follows from them, and ends.
  void stop();

  void post(Command command) override;

  std::uint16_t udp_port() const;
  std::optional<std::uint16_t> tcp_port() const;
  /// At which of these addresses of ours clients reach this shard, UDP before TCP.
  std::vector<LocalCandidate> candidates(std::span<const IpAddress> addresses) const;

  /// The numbers of a second ago at most.
  struct Snapshot {
    ShardCounters shard;
    runtime::UdpCounters udp;  ///< Of both families together.
    TcpCounters tcp;
    std::uint64_t turns = 0;
    std::uint64_t commands_refused = 0;
    std::uint64_t pipes_lost = 0;  ///< Packets of other shards that found no room here.
    Duration cpu{};                ///< Used by the thread.
  };
  Snapshot snapshot() const;
  /// Of the thread, at this moment. Between start and stop.
  Duration cpu_time() const;
  void collect(observability::Exposition& out) const;

 private:
  struct Impl;
  explicit ShardLoop(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::media
