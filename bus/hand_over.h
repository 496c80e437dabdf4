#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "bus/bus.h"

namespace parley::bus {

/// One ordered way from wherever things happen to the owner's loop. Keeping everything of a bus in
/// one queue is what makes "handlers run in the order in which messages arrived" true.
///
///  thread    post() from any; tasks run on the executor, one at a time; close() on the executor's
///  thread bounded   by those who post: a subscription counts what it has waiting here
class HandOver : public std::enable_shared_from_this<HandOver> {
 public:
  using Task = std::move_only_function<void()>;

  /// `executor` must not run what it is given inside the call.
  explicit HandOver(Executor executor) : executor_(std::move(executor)) {}

  void post(Task task);
  /// Afterwards no task runs and the executor is not called again.
  void close();

 private:
  void schedule();  // with mutex_ held
  void run();

  std::mutex mutex_;
  Executor executor_;
  std::deque<Task> waiting_;
  bool scheduled_ = false;
  bool closed_ = false;
};

}  // namespace parley::bus
