#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "runtime/fd.h"
#include "runtime/mailbox.h"

namespace parley::runtime {

/// One thread's event loop: ready descriptors, tasks from elsewhere, one deadline.
///
/// A turn: wait; read the clock once; call the handlers of ready descriptors; run posted tasks;
/// call the turn handler, which does what is due and says when it wants to be called again.
///
///  thread    run() is the loop's thread; post() and stop() from any; everything else from the
///  loop's
///            thread, or before run()
///  bounded   65536 posted tasks: a loop that far behind is broken
class Loop {
 public:
  using Task = std::move_only_function<void()>;
  struct Ready {
    bool readable = false;  ///< Also when the other end hung up: reading tells.
    bool writable = false;
  };
  using ReadyHandler = std::function<void(Ready)>;
  /// Returns its next deadline; kNever if it only waits for events.
  using TurnHandler = std::function<Time(Time now)>;

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Level-triggered. The descriptor stays the caller's: `unwatch` before closing it.
  void watch(int fd, ReadyHandler handler, bool readable = true, bool writable = false);
  void rewatch(int fd, bool readable, bool writable);
  void unwatch(int fd);

  /// Runs at the end of each turn.
  void on_turn(TurnHandler handler) { turn_ = std::move(handler); }

  /// Soon, in order, on the loop's thread, once run() goes on.
  void post(Task task);
  /// The same as a value, for those who know no loop (bus::Executor).
  std::function<void(std::function<void()>)> executor();

  /// Of this turn.
  Time now() const { return now_; }

  /// Until stop(). May be run again afterwards.
  void run();
  /// One turn that waits at most `limit`, for tests and for those with a loop of their own.
  void run_once(Duration limit);
  void stop();

 private:
  void wait(Duration limit);

  Fd epoll_;
  Mailbox<Task> tasks_;
  std::unordered_map<int, std::shared_ptr<ReadyHandler>> handlers_;
  TurnHandler turn_;
  Time now_;
  Time deadline_;
  std::atomic<bool> stopping_{false};
};

}  // namespace parley::runtime
