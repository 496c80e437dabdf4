#include "runtime/loop.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "base/assert.h"
#include "runtime/clock.h"

namespace parley::runtime {
namespace {

constexpr std::size_t kMaxTasks = 65536;
constexpr int kEventsPerTurn = 256;

std::uint32_t interest(bool readable, bool writable) {
  return (readable ? EPOLLIN | EPOLLRDHUP : 0U) | (writable ? EPOLLOUT : 0U);
}

/// epoll_wait with nanoseconds; a kernel or sandbox without epoll_pwait2 gets whole milliseconds,
/// rounded up so that a deadline is never met early and then spun for.
int wait_events(int epoll, epoll_event* events, Duration limit) {
  static std::atomic<bool> precise{true};
  const bool forever = limit == Duration::max();
  if (precise.load(std::memory_order_relaxed)) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
    const timespec timeout{static_cast<time_t>(seconds.count()),
                           static_cast<long>((limit - seconds).count())};
    const int n =
        epoll_pwait2(epoll, events, kEventsPerTurn, forever ? nullptr : &timeout, nullptr);
    if (n >= 0 || (errno != ENOSYS && errno != EPERM)) return n;
    precise.store(false, std::memory_order_relaxed);
  }
  constexpr std::int64_t kLongest = 3'600'000;
  const std::int64_t ms =
      forever ? -1
              : std::min(kLongest, std::chrono::ceil<std::chrono::milliseconds>(limit).count());
  return epoll_wait(epoll, events, kEventsPerTurn, static_cast<int>(ms));
}

}  // namespace

Loop::Loop()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      tasks_(kMaxTasks),
      now_(monotonic_now()),
      deadline_(now_) {
  PARLEY_ASSERT(epoll_);
  // Nothing to do on the event itself: every turn looks at the tasks.
  watch(tasks_.fd(), [](Ready) {});
}

Loop::~Loop() = default;

void Loop::watch(int fd, ReadyHandler handler, bool readable, bool writable) {
  epoll_event event{};
  event.events = interest(readable, writable);
  event.data.fd = fd;
  PARLEY_ASSERT(epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0);
  handlers_[fd] = std::make_shared<ReadyHandler>(std::move(handler));
}

void Loop::rewatch(int fd, bool readable, bool writable) {
  epoll_event event{};
  event.events = interest(readable, writable);
  event.data.fd = fd;
  PARLEY_ASSERT(epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0);
}

void Loop::unwatch(int fd) {
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  handlers_.erase(fd);
}

void Loop::post(Task task) { PARLEY_ASSERT(tasks_.try_post(std::move(task))); }

std::function<void(std::function<void()>)> Loop::executor() {
  return [this](std::function<void()> task) { post(std::move(task)); };
}

void Loop::wait(Duration limit) {
  std::array<epoll_event, kEventsPerTurn> events;
  const int count = wait_events(epoll_.get(), events.data(), std::max(limit, Duration::zero()));
  PARLEY_ASSERT(count >= 0 || errno == EINTR);
  now_ = std::max(now_, monotonic_now());
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const auto at = handlers_.find(event.data.fd);
    if (at == handlers_.end()) continue;  // Unwatched by a handler of this very turn.
    const auto handler = at->second;      // May unwatch itself.
    (*handler)({.readable = (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0,
                .writable = (event.events & EPOLLOUT) != 0});
  }
}

void Loop::run_once(Duration limit) {
  if (deadline_ != kNever) limit = std::min(limit, deadline_ - monotonic_now());
  wait(limit);
  tasks_.drain([](Task&& task) { task(); });
  deadline_ = turn_ ? turn_(now_) : kNever;
}

void Loop::run() {
  while (!stopping_.load(std::memory_order_acquire)) run_once(Duration::max());
  stopping_.store(false, std::memory_order_relaxed);
}

void Loop::stop() {
  stopping_.store(true, std::memory_order_release);
  post([] {});
}

}  // namespace parley::runtime
