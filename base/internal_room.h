#pragma once

#include <string_view>

namespace parley {

/// Rooms that Parley makes for itself, in which somebody finds out alone whether media gets
/// through. They are nobody's: backends are not told of them, lists do not show them, agents are
/// not sent there. The prefix is reserved (docs/livekit-compatibility.md).
inline constexpr std::string_view kProbeRoomPrefix = "parley-probe-";

constexpr bool is_internal_room(std::string_view name) {
  return name.starts_with(kProbeRoomPrefix);
}

}  // namespace parley
