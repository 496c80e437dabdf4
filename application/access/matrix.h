#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "application/access/capability.h"

/// Who may do what: one table of roles and capabilities, of which the kinds of meetings take away.
/// docs/roles.md shows it to people; a test compares both cell by cell.
namespace parley::application::access {

/// From the most powerful to the least.
enum class Role : std::uint8_t { host, cohost, speaker, attendee, viewer };
inline constexpr std::size_t kRoles = 5;

enum class MeetingType : std::uint8_t {
  meeting,     ///< Everybody talks.
  webinar,     ///< Speakers talk, attendees ask and vote, and do not see each other.
  audio_room,  ///< A meeting without any picture.
  consult,     ///< Two people, one of them the host; nothing for crowds.
  classroom,   ///< Attendees raise their hands before they speak, and talk to the teachers only.
};
inline constexpr std::size_t kMeetingTypes = 5;

std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view name);
std::string_view to_string(MeetingType type);
std::optional<MeetingType> parse_meeting_type(std::string_view name);

/// The one matrix, by its cell.
Capabilities capabilities_of(Role role, MeetingType type);

/// The role of somebody who comes by the link and is nothing else.
constexpr Role role_of_guests(MeetingType) { return Role::attendee; }

/// May somebody who has `own` do this to somebody who has `other`? Nobody acts on those who can do
/// what they cannot: a co-host does not remove the host.
constexpr bool outranks(Capabilities own, Capabilities other) { return other.within(own); }

/// May somebody who has `own` give a role with `given`?
constexpr bool may_give(Capabilities own, Capabilities given) {
  return own.has(Capability::promote) && given.within(own);
}

}  // namespace parley::application::access
