#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "application/meetings/participants.h"

namespace parley::application::meetings {

/// The room of the media plane for a breakout group; empty: for the meeting itself.
std::string room_of(const Meeting& meeting, std::string_view breakout);
/// The one in which somebody is to be.
std::string room_of(const Meeting& meeting, const Participant& participant);

/// What somebody is in the media plane: what their token says, and what is made true there when it
/// changes.
struct Pass {
  std::string room;
  std::string identity;
  std::string name;
  plane::Grants grants;
};
/// nullopt: they are not inside.
std::optional<Pass> pass_of(const Meeting& meeting, const Participant& participant);

}  // namespace parley::application::meetings
