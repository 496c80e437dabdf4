#pragma once

#include <string>
#include <vector>

#include "apps/config/config.h"

namespace parley::apps {

struct UpOptions {
  std::string executable;              ///< Ours: children are subcommands of it.
  std::vector<std::string> arguments;  ///< Passed on to each: --config, --dev, keys.
  std::string data_dir;                ///< Empty: where such data belongs on this system.
};

/// Everything on this machine until SIGINT or SIGTERM. Returns the exit code.
int run_up(const Config& config, const UpOptions& options);

}  // namespace parley::apps
