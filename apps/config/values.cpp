#include "apps/config/values.h"

#include "apps/config/parse.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>

namespace parley::apps {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// YAML does not say what type a plain text has; protobuf's JSON takes numbers as texts, too.
nlohmann::json to_json(const YAML::Node& node) {
  using Json = nlohmann::json;
  if (node.IsMap()) {
    Json out = Json::object();
    for (const auto& entry : node) {
      if (entry.first.IsScalar()) out[entry.first.Scalar()] = to_json(entry.second);
    }
    return out;
  }
  if (node.IsSequence()) {
    Json out = Json::array();
    for (const auto& item : node) out.push_back(to_json(item));
    return out;
  }
  if (!node.IsScalar()) return {};
  const bool quoted = node.Tag() == "!";
  if (!quoted && (node.Scalar() == "true" || node.Scalar() == "false")) {
    return node.Scalar() == "true";
  }
  return node.Scalar();
}

/// Bytes that are no UTF-8 must not take the process down: they are replaced.
std::string dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Wrong read_protocol(const YAML::Node& node, Config::Rtc::TurnServer::Protocol& out) {
  using Protocol = Config::Rtc::TurnServer::Protocol;
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  if (text == "udp") {
    out = Protocol::udp;
  } else if (text == "tcp") {
    out = Protocol::tcp;
  } else if (text == "tls") {
    out = Protocol::tls;
  } else {
    return "must be udp, tcp or tls";
  }
  return std::nullopt;
}

/// The first line of a file that holds nothing else.
Wrong read_secret_file(const YAML::Node& node, Secret& out) {
  std::string path;
  if (Wrong wrong = read_value(node, path)) return wrong;
  std::ifstream in(path);
  std::string line;
  if (!std::getline(in, line) || line.empty()) return fmt::format("{} cannot be read", path);
  out = Secret(std::move(line));
  return std::nullopt;
}

Wrong read_turn_server(const YAML::Node& node, Config::Rtc::TurnServer& out) {
  if (!node.IsMap()) return "must be a map with host and port";
  for (const auto& entry : node) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    const YAML::Node& value = entry.second;
    Wrong wrong = "unknown key";
    if (key == "host") wrong = read_value(value, out.host);
    if (key == "port") wrong = read_value(value, out.port);
    if (key == "protocol") wrong = read_protocol(value, out.protocol);
    if (key == "username") wrong = read_value(value, out.username);
    if (key == "credential") wrong = read_value(value, out.credential);
    if (key == "secret") wrong = read_value(value, out.secret);
    if (key == "secret_file") wrong = read_secret_file(value, out.secret);
    if (key == "ttl") wrong = read_value(value, out.ttl);
    if (wrong) return fmt::format("{}: {}", key, *wrong);
  }
  if (out.host.empty()) return "host is missing";
  if (out.port == 0) return "port must not be 0";
  if (out.secret.empty() && (out.username.empty() || out.credential.empty())) {
    return "needs username and credential, or secret";
  }
  return std::nullopt;
}

}  // namespace

Wrong read_number(const YAML::Node& node, std::uint64_t most, std::uint64_t& out) {
  const auto number = node.IsScalar() ? parse_number(node.Scalar()) : std::nullopt;
  if (!number || *number > most) return fmt::format("must be a whole number from 0 to {}", most);
  out = *number;
  return std::nullopt;
}

Wrong read_value(const YAML::Node& node, bool& out) {
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  // 1 and 0 are what environment variables tend to hold.
  if (text == "true" || text == "yes" || text == "on" || text == "1") {
    out = true;
  } else if (text == "false" || text == "no" || text == "off" || text == "0") {
    out = false;
  } else {
    return "must be true or false";
  }
  return std::nullopt;
}

Wrong read_value(const YAML::Node& node, std::string& out) {
  if (node.IsNull()) {
    out.clear();
    return std::nullopt;
  }
  if (!node.IsScalar()) return "must be a text";
  out = node.Scalar();
  return std::nullopt;
}

Wrong read_value(const YAML::Node& node, Secret& out) {
  std::string text;
  Wrong wrong = read_value(node, text);
  if (!wrong) out = Secret(std::move(text));
  return wrong;
}

Wrong read_value(const YAML::Node& node, std::vector<std::string>& out) {
  out.clear();
  if (node.IsNull()) return std::nullopt;
  if (node.IsScalar()) {
    std::string_view rest = node.Scalar();
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      if (const auto item = trimmed(rest.substr(0, comma)); !item.empty()) out.emplace_back(item);
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    return std::nullopt;
  }
  if (!node.IsSequence()) return "must be a list of texts";
  for (const auto& item : node) {
    if (!item.IsScalar()) return "must be a list of texts";
    out.push_back(item.Scalar());
  }
  return std::nullopt;
}

Wrong read_value(const YAML::Node& node, std::chrono::seconds& out) {
  constexpr auto kWrong = "must be a time: 300, 300s, 5m or 1h";
  if (!node.IsScalar()) return kWrong;
  std::string_view text = node.Scalar();
  std::uint64_t unit = 1;
  if (text.ends_with('s')) {
    text.remove_suffix(1);
  } else if (text.ends_with('m')) {
    unit = 60;
    text.remove_suffix(1);
  } else if (text.ends_with('h')) {
    unit = 3600;
    text.remove_suffix(1);
  }
  const auto number = parse_number(text);
  if (!number || *number > std::numeric_limits<std::uint32_t>::max() / unit) return kWrong;
  out = std::chrono::seconds(*number * unit);
  return std::nullopt;
}

Wrong read_value(const YAML::Node& node, observability::Level& out) {
  const auto level = node.IsScalar() ? observability::parse_level(node.Scalar()) : std::nullopt;
  if (!level) return "must be debug, info, warn, error or off";
  out = *level;
  return std::nullopt;
}

Wrong read_value(const YAML::Node& node, std::vector<signaling::ApiKey>& out) {
  if (!node.IsMap()) return "must be a map of API key to secret";
  std::vector<signaling::ApiKey> keys;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar() || !entry.second.IsScalar() || entry.first.Scalar().empty()) {
      return "must be a map of API key to secret";
    }
    keys.push_back({entry.first.Scalar(), Secret(entry.second.Scalar())});
  }
  out = std::move(keys);
  return std::nullopt;
}

Wrong read_port_range(const YAML::Node& node, std::uint16_t& out) {
  constexpr auto kWrong = "must be a port, or the first and last of several: 7882-7889";
  if (!node.IsScalar()) return kWrong;
  const std::string_view text = node.Scalar();
  const std::size_t dash = text.find('-');
  const auto first = parse_number(trimmed(text.substr(0, dash)));
  const auto last =
      dash == std::string_view::npos ? first : parse_number(trimmed(text.substr(dash + 1)));
  if (!first || !last || *first > *last || *last > 65535) return kWrong;
  out = static_cast<std::uint16_t>(*first);
  return std::nullopt;
}

Wrong read_key_file(const YAML::Node& node, std::vector<signaling::ApiKey>& out,
                    std::string& path) {
  if (Wrong wrong = read_value(node, path); wrong || path.empty()) return wrong;
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return fmt::format("{} cannot be read", path);
  if ((info.st_mode & S_IRWXO) != 0) {
    return fmt::format("{} holds secrets and may be read by everybody; run: chmod o-rwx {}", path,
                       path);
  }
  try {
    if (Wrong wrong = read_value(YAML::LoadFile(path), out))
      return fmt::format("{} {}", path, *wrong);
  } catch (const YAML::Exception& error) {
    return fmt::format("{}:{}: {}", path, error.mark.line + 1, error.msg);
  }
  return std::nullopt;
}

Wrong read_value(const YAML::Node& node, std::vector<Config::Rtc::TurnServer>& out) {
  if (!node.IsSequence()) return "must be a list of servers, each with host and port";
  std::vector<Config::Rtc::TurnServer> servers;
  for (const auto& item : node) {
    Config::Rtc::TurnServer& server = servers.emplace_back();
    if (Wrong wrong = read_turn_server(item, server)) {
      return fmt::format("server {}: {}", servers.size(), *wrong);
    }
  }
  out = std::move(servers);
  return std::nullopt;
}

Wrong read_value(const YAML::Node& node, signaling::RoomPresets& out) {
  if (!node.IsMap()) return "must be a map of names to room configurations";
  signaling::RoomPresets presets;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar() || !(entry.second.IsMap() || entry.second.IsNull())) {
      return "must be a map of names to room configurations";
    }
    const std::string& name = entry.first.Scalar();
    const std::string json = entry.second.IsNull() ? "{}" : dump(to_json(entry.second));
    auto preset = signaling::read_room_config(json, signaling::UnknownFields::refused);
    if (!preset) return fmt::format("{}: {}", name, preset.error());
    presets.insert_or_assign(name, std::move(*preset));
  }
  out = std::move(presets);
  return std::nullopt;
}

std::optional<std::chrono::seconds> parse_seconds(const std::string& text) {
  std::chrono::seconds seconds{};
  if (read_value(YAML::Node(text), seconds)) return std::nullopt;
  return seconds;
}

}  // namespace parley::apps
