#pragma once

#include <sys/eventfd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "runtime/fd.h"

namespace parley::runtime {

/// Wakes a loop from another thread: an eventfd that the loop watches.
class Wakeup {
 public:
  Wakeup() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { PARLEY_ASSERT(fd_); }

  int fd() const { return fd_.get(); }
  void signal() {
    const std::uint64_t one = 1;
    // Fails only when the counter is full, and then the loop is awake anyway.
    [[maybe_unused]] const auto n = ::write(fd_.get(), &one, sizeof one);
  }
  void clear() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto n = ::read(fd_.get(), &count, sizeof count);
  }

 private:
  Fd fd_;
};

/// The bounded way from any number of threads to one loop. In order per sender.
///
/// A mutex held for a push or a swap, not a lock-free ring: what crosses are commands and events,
/// thousands a second, and an empty mailbox costs its reader one load.
///
///  thread    post: any; drain: the reader's
///  bounded   `capacity` messages; what is beyond is refused and counted, nobody waits
template <typename T>
class Mailbox {
 public:
  explicit Mailbox(std::size_t capacity) : capacity_(capacity) {}

  [[nodiscard]] bool try_post(T message) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= capacity_) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    waiting_.push_back(std::move(message));
    // Only the first after a drain pays for the system call. Under the lock, as is clearing it: the
    // descriptor is readable exactly as long as something is pending, or a reader would spin.
    if (!pending_.exchange(true, std::memory_order_release)) wakeup_.signal();
    return true;
  }

  /// Calls `take(T&&)` for everything that has been posted so far. What is posted meanwhile waits
  /// for the next time, so a chatty sender cannot hold the loop.
  template <typename Take>
  std::size_t drain(Take&& take) {
    if (!pending_.load(std::memory_order_acquire)) return 0;
    {
      const std::lock_guard lock(mutex_);
      wakeup_.clear();
      pending_.store(false, std::memory_order_relaxed);
      drained_.swap(waiting_);
    }
    const std::size_t count = drained_.size();
    for (T& message : drained_) take(std::move(message));
    drained_.clear();
    return count;
  }

  /// Becomes readable when there is something to drain.
  int fd() const { return wakeup_.fd(); }
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  const std::size_t capacity_;
  Wakeup wakeup_;
  std::mutex mutex_;
  std::vector<T> waiting_;
  std::vector<T> drained_;  // the reader's; its memory is used again
  std::atomic<bool> pending_{false};
  std::atomic<std::uint64_t> refused_{0};
};

}  // namespace parley::runtime
