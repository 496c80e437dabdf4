#pragma once

#include <expected>
#include <functional>

#include "apps/config/load.h"
#include "observability/log.h"
#include "runtime/file_watch.h"
#include "signaling/metrics.h"
#include "signaling/token/keys.h"

namespace parley::apps {

/// API keys follow the files that they were read from, without a restart: all at once, or, where
/// the new files hold a fault, not at all. A key that is gone lets nobody in any more; calls go on.
/// Nothing else of the configuration changes.
///
///  owner    `run_signal`; calls `check` every second or so
///  thread   the edge's loop
class KeyReload {
 public:
  using Load = std::function<std::expected<LoadedConfig, ConfigErrors>()>;

  KeyReload(Load load, std::vector<std::filesystem::path> files, signaling::KeyRing& keys,
            signaling::Metrics& metrics, const observability::Log& log);

  void check();

 private:
  Load load_;
  runtime::FileWatch watch_;
  std::vector<std::filesystem::path> files_;
  signaling::KeyRing& keys_;
  signaling::Metrics& metrics_;
  const observability::Log& log_;
};

}  // namespace parley::apps
