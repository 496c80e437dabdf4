#include "application/meetings/pass.h"

#include <fmt/format.h>

namespace parley::application::meetings {

std::string room_of(const Meeting& meeting, std::string_view breakout) {
  return breakout.empty() ? meeting.room() : fmt::format("{}-{}", meeting.room(), breakout);
}

std::string room_of(const Meeting& meeting, const Participant& participant) {
  return room_of(meeting, participant.breakout);
}

std::optional<Pass> pass_of(const Meeting& meeting, const Participant& participant) {
  if (participant.presence != Presence::inside || !meeting.is_on()) return std::nullopt;
  return Pass{.room = room_of(meeting, participant),
              .identity = participant.id,
              .name = participant.name,
              .grants = access::grants_of(participant.standing.may(meeting))};
}

}  // namespace parley::application::meetings
