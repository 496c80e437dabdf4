#include "application/meetings/door.h"

namespace parley::application::meetings {

std::string_view describe(Door door) {
  switch (door) {
    case Door::enter:
      return "Come in.";
    case Door::wait_in_lobby:
      return "Somebody will let you in soon.";
    case Door::wait_for_host:
      return "The meeting begins when the host is here.";
    case Door::give_passcode:
      return "This meeting has a passcode.";
    case Door::banned:
      return "You cannot join this meeting.";
    case Door::locked:
      return "The meeting is locked. Ask somebody inside to unlock it.";
    case Door::full:
      return "The meeting is full.";
    case Door::over:
      return "The meeting is over.";
  }
  return "unknown";
}

bool is_held_by_lobby(LobbyRule rule, const Visitor& visitor) {
  if (visitor.was_admitted || visitor.capabilities.has(access::Capability::admit)) return false;
  switch (rule) {
    case LobbyRule::nobody:
      return false;
    case LobbyRule::outsiders:
      return !visitor.same_tenant;
    case LobbyRule::everybody:
      return true;
  }
  return true;
}

Door ask_door(const Meeting& meeting, const Inside& inside, const Visitor& visitor, WallTime now) {
  // Whoever is kept out learns nothing else about the meeting.
  if (visitor.banned) return Door::banned;
  const auto end = meeting.time_is_up_at();
  if (meeting.is_over() || (end && now >= *end)) return Door::over;
  // Hosts open their own doors, and are never locked out of a full room.
  if (visitor.capabilities.has(access::Capability::admit)) return Door::enter;
  if (meeting.has_passcode && !visitor.knows_passcode && !visitor.was_admitted) {
    return Door::give_passcode;
  }
  // A lock is for newcomers: whoever lost the connection comes back.
  if (meeting.is_locked && !visitor.was_admitted) return Door::locked;
  if (inside.people >= meeting.most_people()) return Door::full;
  if (is_held_by_lobby(meeting.settings.lobby, visitor)) return Door::wait_in_lobby;
  if (!inside.host_present && !meeting.settings.join_before_host && !visitor.was_admitted) {
    return Door::wait_for_host;
  }
  return Door::enter;
}

}  // namespace parley::application::meetings
