#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace parley::runtime {

/// Have these files changed? Looks at what the file system says of them each time it is asked,
/// which works where notifications do not: for files that are replaced by a link, or on a network.
///
///  owner    whoever reads the files; asks every second or so
///  thread   the owner's
class FileWatch {
 public:
  /// As they are now is as they are known.
  explicit FileWatch(std::vector<std::filesystem::path> files);

  /// True once for each change, at the first question at which nothing has moved since the question
  /// before: a file that is being written is left alone until it is whole.
  bool changed();

 private:
  struct State {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = -1;  ///< There is no such file.
    std::int64_t modified_ns = 0;

    bool operator==(const State&) const = default;
  };
  std::vector<State> look() const;

  std::vector<std::filesystem::path> files_;
  std::vector<State> known_;
  std::vector<State> seen_;
};

}  // namespace parley::runtime
