#pragma once

#include "apps/config/config.h"
#include "observability/log.h"

namespace parley::apps {

/// The application plane until SIGINT or SIGTERM: people, and webhooks. Returns the exit code.
int run_app(const Config& config, const observability::Log& log);

}  // namespace parley::apps
