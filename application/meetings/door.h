#pragma once

#include <cstdint>
#include <string_view>

#include "application/meetings/meetings.h"

/// May this person come in now? A pure function: everything that it looks at comes in.
namespace parley::application::meetings {

struct Visitor {
  access::Capabilities capabilities;  ///< Of the role that they would have.
  bool same_tenant = false;           ///< Has an account of the meeting's tenant.
  bool banned = false;
  bool knows_passcode = false;  ///< Has just shown it, or in this run before.
  bool was_admitted = false;    ///< In this run: whoever reloads does not wait again.
};

struct Inside {
  std::int64_t people = 0;
  bool host_present = false;  ///< Somebody who may let others in.
};

enum class Door : std::uint8_t {
  enter,
  wait_in_lobby,  ///< Until somebody lets them in.
  wait_for_host,  ///< And then enter, unasked.
  give_passcode,
  banned,
  locked,
  full,
  over,
};
/// For the person, in words.
std::string_view describe(Door door);

Door ask_door(const Meeting& meeting, const Inside& inside, const Visitor& visitor, WallTime now);

/// The part of it that may change while somebody waits: for whom has the lobby a say?
bool is_held_by_lobby(LobbyRule rule, const Visitor& visitor);

}  // namespace parley::application::meetings
