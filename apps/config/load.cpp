#include "apps/config/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <set>

#include "apps/config/settings.h"
#include "base/address.h"

namespace parley::apps {
namespace {

constexpr std::size_t kShortestSecret = 32;
constexpr std::size_t kMostWarnings = 200;

const Setting* find_setting(std::string_view path) {
  const auto all = settings();
  const auto at = std::ranges::find(all, path, &Setting::path);
  return at == all.end() ? nullptr : &*at;
}

/// Some known key lies below this one.
bool is_section(std::string_view path) {
  const std::string prefix = fmt::format("{}.", path);
  const auto below = [&](const auto& known) { return known.path.starts_with(prefix); };
  return std::ranges::any_of(settings(), below) || std::ranges::any_of(inactive_settings(), below);
}

const Inactive* find_inactive(std::string_view path) {
  const std::string section = fmt::format("{}.", path);
  for (const Inactive& known : inactive_settings()) {
    if (known.path == path || known.path == section) return &known;
  }
  return nullptr;
}

/// Walks one YAML text and applies what it finds.
class Reader {
 public:
  Reader(std::string_view origin, Config& config, ConfigErrors& errors,
         std::vector<std::string>& warnings)
      : origin_(origin), config_(config), errors_(errors), warnings_(warnings) {}

  void read(std::string_view text) {
    try {
      const YAML::Node root = YAML::Load(std::string(text));
      if (root.IsNull()) return;
      if (!root.IsMap()) return complain(root, "", "must be a map of keys to values");
      walk(root, "");
    } catch (const YAML::Exception& error) {
      errors_.push_back(fmt::format("{}:{}: {}", origin_, error.mark.line + 1, error.msg));
    }
  }

 private:
  void walk(const YAML::Node& map, const std::string& prefix) {
    std::set<std::string> seen;
    for (const auto& entry : map) {
      if (!entry.first.IsScalar()) {
        complain(entry.first, prefix, "a key must be a text");
        continue;
      }
      const std::string path = prefix.empty() ? entry.first.Scalar()
                                              : fmt::format("{}.{}", prefix, entry.first.Scalar());
      if (!seen.insert(entry.first.Scalar()).second) {
        complain(entry.first, path, "is there twice");
        continue;
      }
      take(path, entry.first, entry.second);
    }
  }

  void take(const std::string& path, const YAML::Node& key, const YAML::Node& value) {
    if (const Setting* setting = find_setting(path)) {
      if (const Wrong wrong = setting->apply(value, config_)) complain(value, path, *wrong);
    } else if (const Inactive* inactive = find_inactive(path)) {
      warn(key, path,
           inactive->why.empty() ? "has no effect yet"
                                 : fmt::format("has no effect: {}", inactive->why));
    } else if (is_section(path)) {
      if (value.IsMap()) {
        walk(value, path);
      } else if (!value.IsNull()) {
        complain(value, path, "must be a map of keys to values");
      }
    } else {
      // No reason to keep a service down: what nobody here knows had no effect before either.
      const std::string meant = closest_setting(path);
      warn(key, path,
           meant.empty() ? "unknown key" : fmt::format("unknown key; did you mean {}?", meant));
    }
  }

  void warn(const YAML::Node& where, std::string_view path, std::string_view what) {
    if (warnings_.size() >= kMostWarnings) return;
    warnings_.push_back(fmt::format("{}:{}: {}: {}", origin_, where.Mark().line + 1, path, what));
  }

  void complain(const YAML::Node& where, std::string_view path, std::string_view what) {
    errors_.push_back(fmt::format("{}:{}:{}{} {}", origin_, where.Mark().line + 1,
                                  path.empty() ? "" : " ",
                                  path.empty() ? "" : fmt::format("{}:", path), what));
  }

  std::string_view origin_;
  Config& config_;
  ConfigErrors& errors_;
  std::vector<std::string>& warnings_;
};

/// One value that stands alone: an environment variable or a flag.
void apply_text(std::string_view path, const std::string& text, std::string_view origin,
                Config& config, ConfigErrors& errors) {
  const Setting* setting = find_setting(path);
  if (setting == nullptr) {
    errors.push_back(fmt::format("{}: unknown key", origin));
    return;
  }
  YAML::Node value(text);
  try {
    if (path == "keys") value = YAML::Load(text);
  } catch (const YAML::Exception&) {
    value = YAML::Node();
  }
  if (const Wrong wrong = setting->apply(value, config)) {
    errors.push_back(fmt::format("{}: {}", origin, *wrong));
  }
}

std::string variable_of(std::string_view path) {
  std::string name = "PARLEY_";
  for (const char c : path) {
    name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

void read_environment(const ConfigSources& sources, Config& config, ConfigErrors& errors,
                      std::vector<std::string>& warnings) {
  if (!sources.environment) return;
  const auto get = [&](const char* name) -> std::string {
    const char* value = sources.environment(name);
    return value == nullptr ? "" : value;
  };
  if (const std::string body = get("LIVEKIT_CONFIG"); !body.empty()) {
    read_config_text(body, "LIVEKIT_CONFIG", config, errors, warnings);
  }
  if (const std::string keys = get("LIVEKIT_KEYS"); !keys.empty()) {
    apply_text("keys", keys, "LIVEKIT_KEYS", config, errors);
  }
  if (const std::string ip = get("NODE_IP"); !ip.empty()) {
    apply_text("rtc.node_ip", ip, "NODE_IP", config, errors);
  }
  if (const std::string url = get("DATABASE_URL"); !url.empty()) {
    apply_text("database.url", url, "DATABASE_URL", config, errors);
  }
  for (const Setting& setting : settings()) {
    const std::string name = variable_of(setting.path);
    if (const std::string value = get(name.c_str()); !value.empty()) {
      apply_text(setting.path, value, name, config, errors);
    }
  }
}

void apply_development(Config& config) {
  if (config.keys.empty()) config.keys.push_back({"devkey", Secret("secret")});
  if (config.bind_addresses.empty()) config.bind_addresses = {"127.0.0.1", "::1"};
  config.rtc.enable_loopback_candidate = true;
  config.web.open_meetings = true;
}

void check_turn(const Config::Turn& turn, ConfigErrors& errors) {
  if (turn.udp_port == 0 && turn.tls_port == 0) {
    errors.emplace_back("turn: neither udp_port nor tls_port is set");
  }
  if (turn.relay_range_start < 1024 || turn.relay_range_start > turn.relay_range_end) {
    errors.emplace_back("turn.relay_range_start: must be from 1024 to relay_range_end");
  }
  if (turn.tls_port != 0 && turn.domain.empty()) {
    errors.emplace_back("turn.domain: must be set with tls_port; clients check it");
  }
  if (turn.tls_port != 0 && !turn.external_tls &&
      (turn.cert_file.empty() || turn.key_file.empty())) {
    errors.emplace_back("turn.cert_file and key_file: must be set with tls_port, or external_tls");
  }
  for (const std::string* file : {&turn.cert_file, &turn.key_file}) {
    if (!file->empty() && !std::ifstream(*file)) {
      errors.push_back(fmt::format("turn: {} cannot be read", *file));
    }
  }
}

void check_whole(const Config& config, ConfigErrors& errors) {
  if (config.keys.empty()) {
    errors.emplace_back(
        "keys: there are none; set keys, key_file or LIVEKIT_KEYS, or start with --dev to try "
        "things out");
  }
  for (const signaling::ApiKey& key : config.keys) {
    if (config.development || key.secret.reveal().size() >= kShortestSecret) continue;
    errors.push_back(
        fmt::format("keys: the secret of {} is shorter than {} characters; make one with: "
                    "openssl rand -base64 32",
                    key.id, kShortestSecret));
  }
  const std::string& signer = config.webhook.api_key;
  if (!signer.empty() &&
      std::ranges::find(config.keys, signer, &signaling::ApiKey::id) == config.keys.end()) {
    errors.push_back(fmt::format("webhook.api_key: {} is none of the keys", signer));
  }
  for (const std::string& address : config.bind_addresses) {
    if (!IpAddress::parse(address)) {
      errors.push_back(fmt::format("bind_addresses: {} is not an IP address", address));
    }
  }
  if (!config.rtc.node_ip.empty() && !IpAddress::parse(config.rtc.node_ip)) {
    errors.push_back(fmt::format("rtc.node_ip: {} is not an IP address", config.rtc.node_ip));
  }
  if (config.port == 0) errors.emplace_back("port: must not be 0");
  if (config.rtc.udp_port == 0) errors.emplace_back("rtc.udp_port: must not be 0");
  if (config.prometheus_port > 65533) {
    errors.emplace_back(
        "prometheus.port: must leave room for the next two, which media and app use");
  }
  if (config.port == config.rtc.tcp_port) errors.emplace_back("rtc.tcp_port: is the same as port");
  if (config.turn.enabled) check_turn(config.turn, errors);
  // A subject of the bus has the node's id as one token of it.
  const auto bad = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_';
  };
  if (std::ranges::any_of(config.node_id, bad)) {
    errors.emplace_back("node_id: may hold letters, digits, - and _ only");
  }
}

}  // namespace

std::vector<std::string_view> config_keys() {
  std::vector<std::string_view> keys;
  for (const Setting& setting : settings()) keys.push_back(setting.path);
  return keys;
}

void read_config_text(std::string_view text, std::string_view origin, Config& config,
                      ConfigErrors& errors, std::vector<std::string>& warnings) {
  Reader(origin, config, errors, warnings).read(text);
}

std::expected<LoadedConfig, ConfigErrors> load_config(const ConfigSources& sources) {
  LoadedConfig loaded;
  ConfigErrors errors;
  if (!sources.file.empty()) {
    std::ifstream in(sources.file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || in.bad()) {
      return std::unexpected(ConfigErrors{fmt::format("{}: cannot be read", sources.file)});
    }
    read_config_text(text, sources.file, loaded.config, errors, loaded.warnings);
  }
  read_environment(sources, loaded.config, errors, loaded.warnings);
  for (const auto& [path, value] : sources.flags) {
    apply_text(path, value, fmt::format("--{}", path), loaded.config, errors);
  }
  std::erase(loaded.config.bind_addresses, "");  // How LiveKit's files say "all".
  if (sources.development) loaded.config.development = true;
  if (loaded.config.development) apply_development(loaded.config);
  check_whole(loaded.config, errors);
  if (!errors.empty()) return std::unexpected(std::move(errors));
  for (const std::string& file : {sources.file, loaded.config.key_file}) {
    if (!file.empty()) loaded.files.emplace_back(file);
  }
  return loaded;
}

}  // namespace parley::apps
