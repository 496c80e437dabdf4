#include "bus/worker.h"

#include <utility>

namespace parley::bus {

bool Worker::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || now_.size() + later_.size() >= capacity_) return false;
    now_.push_back(std::move(task));
  }
  changed_.notify_one();
  return true;
}

bool Worker::post_at(Instant when, Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || now_.size() + later_.size() >= capacity_) return false;
    later_.emplace(when, std::move(task));
  }
  changed_.notify_one();
  return true;
}

void Worker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  now_.clear();
  later_.clear();
}

void Worker::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    while (!later_.empty() && later_.begin()->first <= std::chrono::steady_clock::now()) {
      now_.push_back(std::move(later_.extract(later_.begin()).mapped()));
    }
    if (now_.empty()) {
      if (later_.empty()) {
        changed_.wait(lock);
      } else {
        // A copy: the entry may be gone by the time wait_until looks again.
        const Instant next = later_.begin()->first;
        changed_.wait_until(lock, next);
      }
      continue;
    }
    Task task = std::move(now_.front());
    now_.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
}

}  // namespace parley::bus
