#include "application/access/capability.h"

#include <array>

namespace parley::application::access {
namespace {

constexpr std::array<std::string_view, kCapabilities> kNames{"publish_camera",
                                                             "publish_microphone",
                                                             "share_screen",
                                                             "chat",
                                                             "private_chat",
                                                             "share_files",
                                                             "react",
                                                             "raise_hand",
                                                             "unmute_self",
                                                             "vote",
                                                             "ask_question",
                                                             "answer_question",
                                                             "create_poll",
                                                             "edit_notes",
                                                             "see_people",
                                                             "be_seen",
                                                             "rename_self",
                                                             "mute_others",
                                                             "hard_mute",
                                                             "stop_video",
                                                             "stop_share",
                                                             "allow_to_speak",
                                                             "remove",
                                                             "ban",
                                                             "see_lobby",
                                                             "admit",
                                                             "spotlight",
                                                             "layout_for_all",
                                                             "lock",
                                                             "suspend_all",
                                                             "manage_breakouts",
                                                             "broadcast",
                                                             "record",
                                                             "moderate_chat",
                                                             "run_timer",
                                                             "promote",
                                                             "hand_over",
                                                             "change_settings",
                                                             "end_for_all"};
static_assert(!kNames.back().empty());

}  // namespace

std::string_view to_string(Capability capability) {
  return kNames[static_cast<std::size_t>(capability)];
}

std::optional<Capability> parse_capability(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Capability>(i);
  }
  return std::nullopt;
}

}  // namespace parley::application::access
