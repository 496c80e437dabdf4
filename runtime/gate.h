#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

namespace parley::runtime {

/// Refuses new work and waits for the old: the way everything stops.
///
///  thread   any
class Gate {
 public:
  /// Work that has begun; it has ended when this goes.
  class Pass {
   public:
    explicit Pass(Gate& gate) : gate_(&gate) {}
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_ != nullptr) gate_->leave();
    }

   private:
    Gate* gate_;
  };

  /// Nothing once the gate is closed.
  [[nodiscard]] std::optional<Pass> enter() {
    const std::lock_guard lock(mutex_);
    if (closed_) return std::nullopt;
    ++inside_;
    return Pass(*this);
  }

  /// Returns when nobody is inside any more. May be called again.
  void close() {
    std::unique_lock lock(mutex_);
    closed_ = true;
    empty_.wait(lock, [this] { return inside_ == 0; });
  }

 private:
  void leave() {
    const std::lock_guard lock(mutex_);
    // Under the lock: whoever waits in close() may destroy the gate as soon as it sees zero.
    if (--inside_ == 0) empty_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable empty_;
  std::size_t inside_ = 0;
  bool closed_ = false;
};

}  // namespace parley::runtime
