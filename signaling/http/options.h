#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/time.h"
#include "signaling/connect/connect.h"
#include "signaling/placement/placement.h"
#include "signaling/room_config/room_config.h"
#include "signaling/token/keys.h"
#include "signaling/turn/ice_servers.h"

namespace parley::signaling {

/// What `parley signal` is told; filled from the configuration, constant afterwards but for `keys`.
struct Options {
  std::vector<std::string> addresses{"0.0.0.0", "::"};
  std::uint16_t port = 7880;         ///< 0: any; for tests.
  KeyRing keys;                      ///< The one thing that may change while the process runs.
  std::filesystem::path web_folder;  ///< Empty: no web app.
  PlacementOptions placement;
  RoomPresets room_presets;
  IceServers ice_servers;
  ConnectLimits limits;

  std::size_t max_sockets = 20000;
  std::size_t header_bytes = 512 * 1024;  ///< Tokens and join requests travel in the request line.
  std::size_t body_bytes = 10 * 1024 * 1024;
  std::size_t frame_bytes = 2 * 1024 * 1024;
  Duration header_timeout = 10s;  ///< From the first byte that may come to the last of the header.
  Duration idle_timeout = 60s;    ///< Between two requests on one connection.
  Duration body_timeout = 30s;
  /// A WebSocket on which nothing comes is pinged after half of it and closed after all of it.
  Duration websocket_timeout = 20s;
};

}  // namespace parley::signaling
