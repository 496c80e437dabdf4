#include "application/access/matrix.h"

#include <array>
#include <utility>

namespace parley::application::access {
namespace {

using enum Capability;

// Each role has what the one before it has, and what is new stands in its line.
constexpr Capabilities kViewer{react, see_people};
constexpr Capabilities kAttendee =
    kViewer.with({publish_camera, publish_microphone, share_screen, chat, private_chat, share_files,
                  raise_hand, unmute_self, vote, ask_question, edit_notes, be_seen, rename_self});
constexpr Capabilities kSpeaker = kAttendee.with({answer_question, create_poll});
constexpr Capabilities kCohost =
    kSpeaker.with({mute_others, hard_mute, stop_video, stop_share, allow_to_speak, remove, ban,
                   see_lobby, admit, spotlight, layout_for_all, lock, suspend_all, manage_breakouts,
                   broadcast, record, moderate_chat, run_timer, promote});
constexpr Capabilities kHost = kCohost.with({hand_over, change_settings, end_for_all});
static_assert(kHost == Capabilities::all());

constexpr std::array kByRole{kHost, kCohost, kSpeaker, kAttendee, kViewer};
static_assert(kByRole.size() == kRoles);

// What a kind of meeting takes away: from everybody, and from those who listen.
constexpr Capabilities kPictures{publish_camera, share_screen, stop_video, stop_share};
constexpr Capabilities kForCrowds{raise_hand,   allow_to_speak,  create_poll,      vote,
                                  ask_question, answer_question, manage_breakouts, broadcast,
                                  spotlight};
constexpr Capabilities kOnStage{publish_camera, share_screen, unmute_self};

struct Preset {
  Capabilities nobody;       ///< Has these.
  Capabilities no_attendee;  ///< Has these, nor has a viewer.
};

constexpr Preset preset_of(MeetingType type) {
  switch (type) {
    case MeetingType::meeting:
      return {};
    case MeetingType::webinar:
      return {.nobody = {},
              .no_attendee =
                  kOnStage.with({private_chat, share_files, edit_notes, see_people, be_seen})};
    case MeetingType::audio_room:
      return {.nobody = kPictures.with({layout_for_all}), .no_attendee = {}};
    case MeetingType::consult:
      return {.nobody = kForCrowds, .no_attendee = {}};
    case MeetingType::classroom:
      return {.nobody = {}, .no_attendee = {share_screen, unmute_self, private_chat, rename_self}};
  }
  std::unreachable();
}

constexpr std::array<std::string_view, kRoles> kRoleNames{"host", "cohost", "speaker", "attendee",
                                                          "viewer"};
constexpr std::array<std::string_view, kMeetingTypes> kTypeNames{"meeting", "webinar", "audio_room",
                                                                 "consult", "classroom"};

template <typename Enum, std::size_t size>
std::optional<Enum> parse(const std::array<std::string_view, size>& names, std::string_view name) {
  for (std::size_t i = 0; i < size; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Role role) { return kRoleNames[static_cast<std::size_t>(role)]; }
std::optional<Role> parse_role(std::string_view name) { return parse<Role>(kRoleNames, name); }
std::string_view to_string(MeetingType type) { return kTypeNames[static_cast<std::size_t>(type)]; }
std::optional<MeetingType> parse_meeting_type(std::string_view name) {
  return parse<MeetingType>(kTypeNames, name);
}

Capabilities capabilities_of(Role role, MeetingType type) {
  const Preset preset = preset_of(type);
  const Capabilities own = kByRole[static_cast<std::size_t>(role)].without(preset.nobody);
  return role < Role::attendee ? own : own.without(preset.no_attendee);
}

}  // namespace parley::application::access
