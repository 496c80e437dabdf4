#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "observability/log.h"
#include "signaling/room_config/room_config.h"
#include "signaling/token/keys.h"

namespace parley::apps {

/// Everything that an operator can set, with its default. Key names and meanings are LiveKit's
/// where LiveKit has them (deploy/parley.yaml explains each). Filled once by `load_config`,
/// constant afterwards.
struct Config {
  std::uint16_t port = 7880;
  std::vector<std::string> bind_addresses;  ///< Empty: all.
  std::vector<signaling::ApiKey> keys;
  std::string key_file;  ///< Where they were read from, if not from the configuration itself.
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
    bool pin_shards = false;   ///< Each stays on a core of its own.
    std::uint16_t small_room =
        32;  ///< So many of a room share a shard; others go where there is room.
    bool use_send_side_bwe = true;
    bool allow_pause = false;

    /// A relay that somebody else runs.
    struct TurnServer {
      std::string host;
      std::uint16_t port = 3478;
      enum class Protocol : std::uint8_t { udp, tcp, tls } protocol = Protocol::udp;
      std::string username;  ///< The same for everybody, with `credential`; or
      Secret credential;
      Secret secret;  ///< shared with it, by which credentials are made for each session.
      std::chrono::seconds ttl{14400};
    };
    std::vector<TurnServer> turn_servers;
  } rtc;

  /// The relay that `parley up` runs.
  struct Turn {
    bool enabled = false;
    std::string domain;  ///< What the certificate is for; empty: no TLS.
    std::string cert_file;
    std::string key_file;
    std::uint16_t tls_port = 0;  ///< 0: none.
    std::uint16_t udp_port = 3478;
    std::uint16_t relay_range_start = 30000;
    std::uint16_t relay_range_end = 40000;
    bool external_tls = false;  ///< A load balancer on 443 takes the TLS off.
    std::chrono::seconds ttl{14400};
    std::uint16_t allocations_per_session = 32;
    Secret secret;  ///< Empty: made by `parley up` at each start.
  } turn;

  struct Room {
    bool auto_create = true;
    std::chrono::seconds empty_timeout{300};
    std::chrono::seconds departure_timeout{20};
    std::uint32_t max_participants = 0;       ///< 0: no limit.
    std::uint32_t max_listed_watchers = 500;  ///< Of others who only watch clients know the number.
    bool enable_remote_unmute = false;
    signaling::RoomPresets configurations;  ///< By the name that tokens and CreateRoom say.
  } room;
  bool enable_participant_data_blob = false;

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

  struct Database {
    Secret url;  ///< postgres://…, or SQLite's file; empty: parley.db in the data folder.
  } database;

  struct Application {
    std::string address = "127.0.0.1";     ///< Where `parley signal` reaches `parley app`.
    std::uint16_t port = 0;                ///< 0: any free one.
    std::string secret_file;               ///< Empty: parley.secret in the data folder.
    std::chrono::seconds token_life{600};  ///< Of what opens the media plane.
    struct Files {
      std::string path;  ///< Empty: `files` in the data folder.
      std::uint32_t max_mb = 25;
      std::uint32_t max_mb_per_person = 250;  ///< In one meeting.
      std::uint32_t max_mb_per_meeting = 2000;
    } files;
  } application;

  struct Web {
    std::string dir;  ///< Empty: found next to the executable.
    bool open_meetings = false;
  } web;

  struct Webhook {
    std::string api_key;  ///< Of `keys`: what is sent is signed with it; empty: the first.
    std::vector<std::string> urls;
    std::vector<std::string> include_events;  ///< Empty: all.
    std::vector<std::string> exclude_events;
  } webhook;

  std::uint16_t prometheus_port = 0;  ///< 0: none.
};

}  // namespace parley::apps
