#pragma once

#include <filesystem>
#include <string>

#include "base/secret.h"

namespace parley::apps {

/// What `parley app backup` and `restore` were asked for.
struct BackupRequest {
  std::string file;
  std::filesystem::path files;  ///< Where the files of chats are, which a backup does not hold.
  bool replace = false;
  bool quiet = false;
};

/// Return the exit code: 0, kExitFailure where a later try may succeed, kExitConfig where not.
int run_backup(const Secret& database, const BackupRequest& request);
int run_restore(const Secret& database, const BackupRequest& request);

}  // namespace parley::apps
