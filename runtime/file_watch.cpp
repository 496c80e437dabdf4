#include "runtime/file_watch.h"

#include <sys/stat.h>

#include <utility>

namespace parley::runtime {

FileWatch::FileWatch(std::vector<std::filesystem::path> files)
    : files_(std::move(files)), known_(look()), seen_(known_) {}

bool FileWatch::changed() {
  std::vector<State> now = look();
  const bool settled = now == seen_;
  seen_ = std::move(now);
  if (!settled || seen_ == known_) return false;
  known_ = seen_;
  return true;
}

std::vector<FileWatch::State> FileWatch::look() const {
  std::vector<State> states;
  for (const std::filesystem::path& file : files_) {
    State& state = states.emplace_back();
    struct stat info{};
    if (::stat(file.c_str(), &info) != 0) continue;
    state = {.device = info.st_dev,
             .inode = info.st_ino,
             .size = info.st_size,
             .modified_ns = info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec};
  }
  return states;
}

}  // namespace parley::runtime
