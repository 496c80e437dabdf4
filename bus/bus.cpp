#include "bus/bus.h"

#include <utility>

namespace parley::bus {

std::string_view to_string(Error error) {
  switch (error) {
    case Error::no_responder:
      return "no responder";
    case Error::timeout:
      return "timeout";
    case Error::disconnected:
      return "disconnected";
    case Error::conflict:
      return "conflict";
    case Error::not_found:
      return "not found";
    case Error::too_large:
      return "too large";
    case Error::refused:
      return "refused";
  }
  std::unreachable();
}

std::string key_of(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  // No text is a valid key too; a lone '=' can come from nothing else.
  if (text.empty()) return "=";
  std::string key;
  key.reserve((text.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    bits = (bits << 8) | static_cast<std::uint8_t>(c);
    held += 8;
    while (held >= 6) {
      held -= 6;
      key.push_back(kAlphabet[(bits >> held) & 63]);
    }
  }
  if (held > 0) key.push_back(kAlphabet[(bits << (6 - held)) & 63]);
  return key;
}

}  // namespace parley::bus
