#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The paths of WHIP and WHEP.
namespace parley::signaling::whip {

struct Address {
  bool whep = false;
  std::string session;  ///< Participant SID; empty: the endpoint, where sessions begin.
  bool layer = false;   ///< The session's choice of layers.

  std::string path() const;
};

/// "/whip/v1", "/whep/v1/PA_x", "/whep/v1/PA_x/layer"; nullopt for everything else.
std::optional<Address> address_of(std::string_view path);

/// Whether a path is one of ours to refuse.
inline bool concerns(std::string_view path) {
  return path.starts_with("/whip/") || path.starts_with("/whep/");
}

}  // namespace parley::signaling::whip
