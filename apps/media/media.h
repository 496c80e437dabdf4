#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "bus/nats_bus.h"
#include "media/room/room.h"
#include "media/shard/loop/offloads.h"
#include "observability/log.h"

namespace parley::apps {

/// What `parley media` is told, in plain values; the configuration file and the flags are read
/// elsewhere.
struct MediaOptions {
  std::string node_id;
  std::string region;
  bus::NatsConfig bus;
  media::RoomConfig room;
  std::uint16_t udp_port = 7882;
  std::optional<std::uint16_t> tcp_port = 7881;
  std::vector<IpAddress> bind;          ///< Empty: all interfaces.
  std::optional<IpAddress> node_ip;     ///< Told to clients in place of the interfaces' own.
  std::vector<std::string> interfaces;  ///< Candidates from these only; empty: from all.
  bool loopback_candidates = false;
  bool ice_lite = true;
  std::size_t shards = 0;       ///< 0: one per core.
  bool pin_shards = false;      ///< Each stays on a core of its own, in turn where they are more.
  std::size_t small_room = 32;  ///< So many of a room share a shard.
  bool send_side_bwe = true;
  media::Offloads offloads;
  bool webhooks = false;                 ///< Tell the outbox what happens.
  std::optional<SocketAddress> metrics;  ///< Where Prometheus asks; none: nowhere.
};

/// The addresses at which clients may reach this machine: what becomes ICE host candidates.
std::vector<IpAddress> candidate_addresses(const MediaOptions& options);

/// One media node until SIGINT or SIGTERM: its shards, its control thread, its end of the bus.
/// Returns the exit code.
int run_media(const MediaOptions& options, const observability::Log& log);

}  // namespace parley::apps
