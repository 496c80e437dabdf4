#include "emulator/command.h"

#include <fmt/format.h>

#include <charconv>
#include <span>
#include <utility>

#include "emulator/text.h"

namespace parley::emulator {
namespace {

using Words = std::span<const std::string_view>;
using Parsed = std::expected<Command, std::string>;

template <typename... Arguments>
auto refused(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return std::unexpected(fmt::format(format, std::forward<Arguments>(arguments)...));
}

std::pair<std::string_view, std::string_view> split(std::string_view word) {
  const auto equals = word.find('=');
  if (equals == std::string_view::npos) return {word, {}};
  return {word.substr(0, equals), word.substr(equals + 1)};
}

/// "40001" is a port of 127.0.0.1.
std::optional<SocketAddress> parse_address(std::string_view text) {
  if (text.find(':') == std::string_view::npos) {
    return SocketAddress::parse(fmt::format("127.0.0.1:{}", text));
  }
  return SocketAddress::parse(text);
}

Parsed parse_way(std::string client, Words words) {
  AddWay way{std::move(client), {IpAddress::v4(127, 0, 0, 1), 0}, {}};
  for (const std::string_view word : words) {
    const auto [name, value] = split(word);
    if (name != "listen" && name != "to") {
      return refused("'{}' does not belong to listen=[ADDRESS:]PORT to=ADDRESS:PORT", word);
    }
    const auto address = parse_address(value);
    if (!address) return refused("{}: '{}' is not ADDRESS:PORT or PORT", name, value);
    (name == "listen" ? way.listen : way.to) = *address;
  }
  if (way.to.port == 0) return refused("to=ADDRESS:PORT is missing: where the server listens");
  return way;
}

Parsed parse_adjust(std::string client, Words words) {
  Adjust adjust{.client = std::move(client), .change = {}};
  if (words.front() == "down" || words.front() == "up" || words.front() == "both") {
    adjust.down = words.front() != "up";
    adjust.up = words.front() != "down";
    words = words.subspan(1);
    if (words.empty()) return refused("nothing to set");
  }
  for (const std::string_view word : words) {
    const auto [name, value] = split(word);
    if (word == "reset") {
      adjust.reset = true;
    } else if (name == "follow" && !value.empty()) {
      adjust.follow = value;
    } else if (name == word) {
      return refused("'{}' is not NAME=VALUE; there are reset, follow, {}", word, setting_names());
    } else if (const auto set = adjust.change.set(name, value); !set) {
      return std::unexpected(set.error());
    }
  }
  return adjust;
}

Parsed parse_client(Words words) {
  if (words.size() < 2) return refused("client ID, and then listen=… to=…, settings or remove");
  std::string client(words[0]);
  words = words.subspan(1);
  if (words.size() == 1 && words[0] == "remove") return Remove{std::move(client)};
  for (const std::string_view word : words) {
    if (word.starts_with("listen=") || word.starts_with("to=")) {
      return parse_way(std::move(client), words);
    }
  }
  return parse_adjust(std::move(client), words);
}

Parsed parse_ask(Ask::What what, Words words) {
  Ask ask{.what = what};
  for (const std::string_view word : words) {
    const auto [name, value] = split(word);
    if (what == Ask::What::seconds && name == "since" && name != word) {
      const auto [rest, error] =
          std::from_chars(value.data(), value.data() + value.size(), ask.since);
      if (error != std::errc{} || rest != value.data() + value.size() || ask.since < 0) {
        return refused("since: '{}' is not a number of seconds", value);
      }
    } else if (!ask.client && name == word) {
      ask.client = word;
    } else {
      return refused("'{}' is too much", word);
    }
  }
  return ask;
}

}  // namespace

Parsed parse_command(std::string_view line) {
  const auto words = words_of(line);
  const Words rest = Words(words).subspan(words.empty() ? 0 : 1);
  const std::string_view verb = words.empty() ? "" : words.front();
  if (verb == "client") return parse_client(rest);
  if (verb == "stats") return parse_ask(Ask::What::stats, rest);
  if (verb == "seconds") return parse_ask(Ask::What::seconds, rest);
  if (verb == "clear") return parse_ask(Ask::What::clear, rest);
  if (verb == "quit" && rest.empty()) return Quit{};
  return refused("'{}' is none of client, stats, seconds, clear, quit", verb);
}

}  // namespace parley::emulator
