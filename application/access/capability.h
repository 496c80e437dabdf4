#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace parley::application::access {

/// Everything that a role may or may not do in a meeting. The names (`to_string`) are what the API
/// and custom roles use: a capability is never renamed, and its number never leaves the process.
enum class Capability : std::uint8_t {
  publish_camera,
  publish_microphone,  ///< Once unmuted: see unmute_self.
  share_screen,        ///< With its sound.
  chat,
  private_chat,
  share_files,
  react,
  raise_hand,
  unmute_self,  ///< Without asking first, by a raised hand.
  vote,
  ask_question,  ///< In Q&A.
  answer_question,
  create_poll,
  edit_notes,  ///< And draw on the whiteboard.
  see_people,  ///< The roster.
  be_seen,     ///< In everybody else's roster.
  rename_self,
  mute_others,  ///< Once; they may unmute themselves.
  hard_mute,    ///< They may not.
  stop_video,
  stop_share,
  allow_to_speak,  ///< Answers a raised hand.
  remove,
  ban,
  see_lobby,
  admit,
  spotlight,
  layout_for_all,
  lock,
  suspend_all,  ///< Everything at once: sound, video, shares, chat.
  manage_breakouts,
  broadcast,  ///< A message into all breakout rooms.
  record,
  moderate_chat,  ///< Deletes what others wrote.
  run_timer,
  promote,    ///< Gives roles up to one's own.
  hand_over,  ///< Makes somebody else the host.
  change_settings,
  end_for_all,
};
inline constexpr std::size_t kCapabilities = static_cast<std::size_t>(Capability::end_for_all) + 1;

std::string_view to_string(Capability capability);
std::optional<Capability> parse_capability(std::string_view name);

/// Some of them.
class Capabilities {
 public:
  constexpr Capabilities() = default;
  constexpr Capabilities(std::initializer_list<Capability> some) {
    for (const Capability one : some) bits_ |= bit(one);
  }
  static constexpr Capabilities all() {
    Capabilities out;
    out.bits_ = (std::uint64_t{1} << kCapabilities) - 1;
    return out;
  }

  constexpr bool has(Capability one) const { return (bits_ & bit(one)) != 0; }
  constexpr Capabilities with(Capabilities more) const { return Capabilities(bits_ | more.bits_); }
  constexpr Capabilities without(Capabilities fewer) const {
    return Capabilities(bits_ & ~fewer.bits_);
  }
  constexpr Capabilities only(Capabilities these) const {
    return Capabilities(bits_ & these.bits_);
  }
  /// None of these is missing in `others`.
  constexpr bool within(Capabilities others) const { return (bits_ & ~others.bits_) == 0; }

  friend constexpr bool operator==(const Capabilities&, const Capabilities&) = default;

 private:
  static_assert(kCapabilities < 64);
  constexpr explicit Capabilities(std::uint64_t bits) : bits_(bits) {}
  static constexpr std::uint64_t bit(Capability one) {
    return std::uint64_t{1} << static_cast<unsigned>(one);
  }

  std::uint64_t bits_ = 0;
};

}  // namespace parley::application::access
