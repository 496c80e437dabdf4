#include "bus/hand_over.h"

#include <cstddef>
#include <utility>

namespace parley::bus {
namespace {

/// After so many the loop gets to do something else before we go on: to say that it is alive, for
/// one. A join takes milliseconds, and a node that is not heard for a second and a half is taken
/// for dead.
constexpr std::size_t kTasksPerTurn = 32;

}  // namespace

void HandOver::post(Task task) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  waiting_.push_back(std::move(task));
  if (!scheduled_) schedule();
}

void HandOver::schedule() {
  scheduled_ = true;
  // Under the lock, so that once close() has returned nobody is inside the executor any more.
  executor_([self = shared_from_this()] { self->run(); });
}

void HandOver::run() {
  for (std::size_t done = 0;; ++done) {
    Task task;
    {
      const std::lock_guard lock(mutex_);
      scheduled_ = false;
      if (closed_ || waiting_.empty()) return;
      if (done == kTasksPerTurn) return schedule();
      scheduled_ = true;
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    task();
  }
}

void HandOver::close() {
  std::deque<Task> dropped;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(waiting_);
}

}  // namespace parley::bus
