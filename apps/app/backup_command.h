#pragma once

#include <string>

#include "base/secret.h"

namespace parley::apps {

/// What `parley app backup` and `restore` were asked for.
struct BackupRequest {
  std::string file;
  bool replace = false;
  bool quiet = false;
};

/// Return the exit code: 0, kExitFailure where a later try may succeed, kExitConfig where not.
int run_backup(const Secret& database, const BackupRequest& request);
int run_restore(const Secret& database, const BackupRequest& request);

}  // namespace parley::apps
