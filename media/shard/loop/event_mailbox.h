#pragma once

#include <cstddef>
#include <utility>

#include "media/control/events.h"
#include "runtime/mailbox.h"

namespace parley::media {

/// Events of one shard on their way to the control thread, which watches `fd()` and drains.
///
///  thread    on_event: the shard's; drain: the control thread's
///  bounded   `capacity`; what is beyond is lost and counted (the control thread is stuck then)
class EventMailbox final : public EventSink {
 public:
  static constexpr std::size_t kCapacity = 65536;

  explicit EventMailbox(std::size_t capacity = kCapacity) : mailbox_(capacity) {}

  void on_event(Event event) override {
    // Refused ones are counted by the mailbox.
    static_cast<void>(mailbox_.try_post(std::move(event)));
  }

  int fd() const { return mailbox_.fd(); }
  /// Calls `take(Event&&)` for each.
  template <typename Take>
  std::size_t drain(Take&& take) {
    return mailbox_.drain(std::forward<Take>(take));
  }
  std::uint64_t lost() const { return mailbox_.refused(); }

 private:
  runtime::Mailbox<Event> mailbox_;
};

}  // namespace parley::media
