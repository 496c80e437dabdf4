#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace parley::bus {

/// A thread for what must not happen on a loop: calls that block, and waiting.
///
///  thread    any may post
///  bounded   `capacity` tasks; more are refused
class Worker {
 public:
  using Task = std::move_only_function<void()>;
  using Instant = std::chrono::steady_clock::time_point;

  explicit Worker(std::size_t capacity) : capacity_(capacity), thread_([this] { run(); }) {}
  /// Waits for the task that is running; drops the others.
  ~Worker() { stop(); }

  void stop();
  bool post(Task task);
  bool post_at(Instant when, Task task);

 private:
  void run();

  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> now_;
  std::multimap<Instant, Task> later_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace parley::bus
