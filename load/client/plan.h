#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "load/frames/packets.h"

namespace parley::load {

/// What a participant asks to be sent of others' cameras.
enum class View : std::uint8_t {
  all,    ///< Says nothing: all of everyone, as large as it comes.
  grid,   ///< Tiles of one size on a page of 1280x720; who does not fit is not sent.
  stage,  ///< One large, the others in a strip.
};

/// What one client is and does.
struct Plan {
  std::string identity;
  bool single_peer = true;  ///< /rtc/v1; otherwise /rtc, with a connection for each direction.
  bool subscribes = true;
  std::vector<const Material*> publishes{};  ///< Outlive the client.
  View view = View::all;
  std::size_t tiles = 25;            ///< Of a grid, at most.
  std::size_t others_on_camera = 1;  ///< As many as there will be: how large a tile is.

  bool publishes_anything() const { return !publishes.empty(); }
};

}  // namespace parley::load
