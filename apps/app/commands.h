#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "apps/config/config.h"

namespace parley::apps {

/// Adds to `parley app` what is done by hand: backup, restore, user, openapi. `load` gives the
/// configuration, or nullopt after it said what is wrong with it.
void add_app_commands(CLI::App& app, std::function<std::optional<Config>()> load, int& exit_code);

}  // namespace parley::apps
