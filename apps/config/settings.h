#pragma once

#include <yaml-cpp/yaml.h>

#include <span>
#include <string>
#include <string_view>

#include "apps/config/config.h"
#include "apps/config/values.h"

namespace parley::apps {

/// One key of the configuration and what it does to the Config.
struct Setting {
  std::string_view path;
  Wrong (*apply)(const YAML::Node& value, Config& config);
};

/// The one list: file, environment and flags are read by it.
std::span<const Setting> settings();

/// Keys of LiveKit's configuration that have no effect here yet, or never will; whole sections end
/// in a dot.
struct Inactive {
  std::string_view path;
  std::string_view why;  ///< They never will, or what to set instead; empty: not yet.
};
std::span<const Inactive> inactive_settings();

/// The known key that somebody who wrote `path` most likely meant; empty: none comes close.
std::string closest_setting(std::string_view path);

}  // namespace parley::apps
