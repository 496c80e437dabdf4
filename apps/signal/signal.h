#pragma once

#include <filesystem>

#include "apps/config/config.h"
#include "apps/signal/key_reload.h"
#include "observability/log.h"
#include "signaling/http/options.h"

namespace parley::apps {

signaling::Options signal_options(const Config& config, const std::filesystem::path& executable);

/// The built web app: what the configuration says, else where it lies beside the executable. Empty:
/// none.
std::filesystem::path find_web_folder(const Config& config,
                                      const std::filesystem::path& executable);

/// One signalling edge until SIGINT or SIGTERM. `load` reads the configuration once more: API keys
/// follow it while the edge runs. Returns the exit code.
int run_signal(const Config& config, const std::filesystem::path& executable,
               const KeyReload::Load& load, const observability::Log& log);

}  // namespace parley::apps
