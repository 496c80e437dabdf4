#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace parley::bench {

/// A server, with whatever it starts itself, on the measured core. Ends with this object.
class Process {
 public:
  /// `command` begins with a path, or a name to look up. Works in `folder` and writes its `log`
  /// there.
  Process(const std::vector<std::string>& command, const std::string& folder);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  bool running();
  /// User and system, of all threads of all its processes so far.
  Duration cpu() const;
  /// The end of what it has said.
  std::string last_words() const;

 private:
  pid_t pid_;
  bool over_ = false;
  std::string log_;
};

/// A folder that is gone with this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string in(const std::string& name) const { return path_ + "/" + name; }
  void write(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

/// The first line that contains `word` of what a command prints; nothing if there is none.
std::optional<std::string> line_of(const std::string& command, const std::string& word);

}  // namespace parley::bench
