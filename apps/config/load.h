#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/config/config.h"

namespace parley::apps {

/// Where settings come from; each line counts for more than those above it.
struct ConfigSources {
  std::string file;  ///< Path; empty: none.
  /// LIVEKIT_CONFIG (a whole file's text), LIVEKIT_KEYS, NODE_IP, DATABASE_URL, and
  /// PARLEY_RTC_UDP_PORT for rtc.udp_port and so on for each key.
  std::function<const char*(const char* name)> environment;
  /// Path and text of flags: {"rtc.udp_port", "7882"}.
  std::vector<std::pair<std::string, std::string>> flags;
  bool development = false;  ///< --dev
};

struct LoadedConfig {
  Config config;
  std::vector<std::filesystem::path> files;  ///< That it was read from, where it was.
  std::vector<std::string>
      warnings;  ///< Keys without effect, and unknown ones with what was meant.
};

/// All that is wrong, each with file, line and key: "parley.yaml:12: rtc.udp_port: must be a port".
using ConfigErrors = std::vector<std::string>;

std::expected<LoadedConfig, ConfigErrors> load_config(const ConfigSources& sources);

/// The keys that can be set, in the order of the documentation; each is a flag and an environment
/// variable, too.
std::vector<std::string_view> config_keys();

/// For tests and the fuzzer: reads one text into `config`, without the checks of the whole.
void read_config_text(std::string_view text, std::string_view origin, Config& config,
                      ConfigErrors& errors, std::vector<std::string>& warnings);

}  // namespace parley::apps
