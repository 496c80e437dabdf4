#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/address.h"
#include "emulator/profile.h"

/// What can be typed to a running emulator, one line each; README.md has the list.
namespace parley::emulator {

/// `client 2 listen=0 to=127.0.0.1:7882`: a port of the client's that stands for one of the
/// server's.
struct AddWay {
  std::string client;
  SocketAddress listen;
  SocketAddress to;
};

/// `client 2 down reset follow=train loss=2%`
struct Adjust {
  std::string client;
  bool down = true;
  bool up = true;
  bool reset = false;
  std::optional<std::string> follow{};  ///< A trace's name or path; "none" stops.
  Change change{};
};

/// `client 2 remove`
struct Remove {
  std::string client;
};

/// `stats 2`, `seconds 2 since=5`, `clear 2`; without a client, of all.
struct Ask {
  enum class What : std::uint8_t { stats, seconds, clear };
  What what = What::stats;
  std::optional<std::string> client{};
  std::int64_t since = 0;  ///< First second that is told.
};

struct Quit {};

using Command = std::variant<AddWay, Adjust, Remove, Ask, Quit>;

/// What is wrong, as a sentence. Comments and blank lines are the caller's.
std::expected<Command, std::string> parse_command(std::string_view line);

}  // namespace parley::emulator
