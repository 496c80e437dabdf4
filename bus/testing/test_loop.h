#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

#include "bus/bus.h"

namespace parley::bus::testing {

/// The owner's loop of a test: tasks from any thread, run by whoever waits.
class TestLoop {
 public:
  Executor executor() {
    return [this](std::function<void()> task) {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
      changed_.notify_one();
    };
  }

  /// Runs tasks until `done` holds; false if it did not within `limit`. `idle` is called in
  /// between.
  bool run_until(const std::function<bool()>& done, const std::function<void()>& idle = {},
                 std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (true) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::milliseconds(2), [this] { return !tasks_.empty(); });
        if (!tasks_.empty()) {
          task = std::move(tasks_.front());
          tasks_.pop_front();
        }
      }
      if (task) task();
      if (idle) idle();
      if (done()) return true;
      if (std::chrono::steady_clock::now() > end) return false;
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
};

}  // namespace parley::bus::testing
