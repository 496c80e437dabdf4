#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "observability/log.h"
#include "signaling/token/keys.h"

namespace parley::apps {

/// Everything that an operator can set, with its default. Key names and meanings are LiveKit's
/// where LiveKit has them (deploy/parley.yaml explains each). Filled once by `load_config`,
/// constant afterwards.
struct Config {
  std::uint16_t port = 7880;
  std::vector<std::string> bind_addresses;  ///< Empty: all.
  std::vector<signaling::ApiKey> keys;
  std::string region;
  std::string node_id;  ///< Empty: made from the host's name.
  bool development = false;

  struct Logging {
    observability::Level level = observability::Level::info;
    bool json = false;
  } logging;

  struct Rtc {
    std::uint16_t udp_port = 7882;        ///< Of the first shard; each further one takes the next.
    std::uint16_t tcp_port = 7881;        ///< 0: no ICE over TCP.
    std::string node_ip;                  ///< Empty: the interfaces' own addresses.
    std::vector<std::string> interfaces;  ///< `interfaces.includes`; empty: all.
    bool use_ice_lite = true;
    bool enable_loopback_candidate = false;
    std::uint16_t shards = 0;  ///< 0: one per core.
  } rtc;

  struct Room {
    bool auto_create = true;
    std::chrono::seconds empty_timeout{300};
    std::chrono::seconds departure_timeout{20};
    std::uint32_t max_participants = 0;  ///< 0: no limit.
    bool enable_remote_unmute = false;
  } room;

  struct Limit {
    std::uint32_t max_connections = 20000;
    std::uint32_t max_metadata_size = 512 * 1024;
    std::uint32_t max_attributes_size = 64 * 1024;
    std::uint32_t max_room_name_length = 256;  ///< Of identities and names, too.
    std::uint32_t signal_message_size_limit = 2 * 1024 * 1024;
  } limit;

  struct Nats {
    std::vector<std::string> servers;  ///< Empty: the one that `parley up` starts.
    std::string user;
    Secret password;
    Secret token;
    std::uint16_t port = 0;  ///< Of the one that `parley up` starts; 0: any free one.
    std::string store_dir;   ///< Where that one keeps its data; empty: in --data-dir.
  } nats;

  struct Web {
    std::string dir;  ///< Empty: found next to the executable.
    bool open_meetings = false;
  } web;

  std::uint16_t prometheus_port = 0;  ///< 0: none.
};

}  // namespace parley::apps
