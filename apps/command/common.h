#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apps/config/load.h"

namespace parley::apps {

/// The options that every subcommand with a configuration has: --config, --dev, and a flag per key.
class CommonOptions {
 public:
  void add_to(CLI::App& app);

  /// Reads the configuration.
  std::expected<LoadedConfig, ConfigErrors> read() const;
  /// That, and prints what is wrong with it. nullopt: do not go on.
  std::optional<Config> load() const;
  /// The same once more, for a child process.
  std::vector<std::string> arguments() const;

 private:
  std::string file_;
  bool development_ = false;
  bool warned_ = false;  ///< By the process that started this one.
  std::vector<std::pair<std::string, std::string>> flags_;
};

}  // namespace parley::apps
