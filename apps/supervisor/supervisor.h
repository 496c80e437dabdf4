#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "runtime/fd.h"
#include "runtime/loop.h"

namespace parley::apps {

/// A process that somebody else's fault must not keep down.
struct ChildSpec {
  std::string name;
  std::vector<std::string> command;  ///< The first is the path of the executable.
  std::vector<std::pair<std::string, std::string>> environment;  ///< On top of our own.
  std::function<bool(std::string_view line)>
      shows;  ///< Which lines of its output matter; none: all.
};

/// Starts children, prints their output line by line with their name in front, starts again what
/// dies, and leaves nothing behind: children end with us even if we are killed.
///
///  owner    `parley up`
///  thread   the loop's; must be the thread that lives as long as the process (PR_SET_PDEATHSIG),
///  and
///           SIGCHLD must be blocked before construction
///  bounded  a line is cut at 8 KiB
class Supervisor {
 public:
  struct Options {
    bool colour = false;
    std::function<void(std::string_view line)> print;
    Duration first_restart = 100ms;
    Duration slowest_restart = 5s;
    Duration healthy_after = 10s;  ///< Of life: the next restart is quick again.
    Duration grace = 6s;           ///< From SIGTERM to SIGKILL.
    int attempts = 5;              ///< Until the first `on_ready`: then it was never going to work.
  };

  Supervisor(runtime::Loop& loop, Options options);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  void add(ChildSpec spec);
  void start(Time now);
  /// Everything is up: from now on nothing is given up on.
  void on_ready() { ready_ = true; }
  /// One after another, the last added first; each SIGTERM, and SIGKILL to what does not end. A
  /// second call kills all at once.
  void stop(int exit_code, Time now);

  /// Call at the end of each turn of the loop; returns the next deadline.
  Time turn(Time now);
  /// Set when all children are gone after `stop`.
  std::optional<int> finished() const;

  /// 0: not running.
  pid_t pid_of(std::string_view name) const;

 private:
  struct Child;

  void launch(Child& child, Time now);
  void reap(Time now);
  void on_exit(Child& child, int status, Time now);
  void read_output(Child& child);
  void drain(Child& child);
  void say(std::string_view line);
  std::string prefix(const Child& child) const;

  runtime::Loop& loop_;
  Options options_;
  std::vector<std::unique_ptr<Child>> children_;
  runtime::Fd child_signal_;
  bool ready_ = false;
  bool killed_ = false;
  std::optional<int> stopping_;
};

}  // namespace parley::apps
