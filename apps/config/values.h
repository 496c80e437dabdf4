#pragma once

#include <yaml-cpp/yaml.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "apps/config/config.h"
#include "base/secret.h"
#include "observability/log.h"
#include "signaling/room_config/room_config.h"
#include "signaling/token/keys.h"

/// One YAML value into one member. Each returns what is wrong with it, or nullopt.
namespace parley::apps {

using Wrong = std::optional<std::string>;

Wrong read_number(const YAML::Node& node, std::uint64_t most, std::uint64_t& out);

template <typename T>
  requires std::is_unsigned_v<T>
Wrong read_value(const YAML::Node& node, T& out) {
  std::uint64_t number = 0;
  Wrong wrong = read_number(node, std::numeric_limits<T>::max(), number);
  if (!wrong) out = static_cast<T>(number);
  return wrong;
}
Wrong read_value(const YAML::Node& node, bool& out);
Wrong read_value(const YAML::Node& node, std::string& out);
Wrong read_value(const YAML::Node& node, Secret& out);
/// A list, or one text with commas, as environment variables have it.
Wrong read_value(const YAML::Node& node, std::vector<std::string>& out);
/// Whole seconds, or with a unit: 300, 300s, 5m, 1h.
Wrong read_value(const YAML::Node& node, std::chrono::seconds& out);
Wrong read_value(const YAML::Node& node, observability::Level& out);
/// A map of key id to secret.
Wrong read_value(const YAML::Node& node, std::vector<signaling::ApiKey>& out);
/// A list of maps as LiveKit's `rtc.turn_servers` has them.
Wrong read_value(const YAML::Node& node, std::vector<Config::Rtc::TurnServer>& out);
/// A map of preset's name to the fields of a livekit.RoomConfiguration.
Wrong read_value(const YAML::Node& node, signaling::RoomPresets& out);

/// A port, or the first of a range ("7882-7889").
Wrong read_port_range(const YAML::Node& node, std::uint16_t& out);
/// A file of "id: secret" lines that only its owner (and group) may read; `path` is where it is.
Wrong read_key_file(const YAML::Node& node, std::vector<signaling::ApiKey>& out, std::string& path);

}  // namespace parley::apps
