#include "protocols/bwe/arrival_groups.h"

#include <algorithm>
#include <cmath>

#include "protocols/bwe/seconds.h"

namespace parley::bwe {

bool ArrivalGroups::belongs(Time sent, Duration arrived) const {
  if (ms_between(current_.first_sent, sent) <= kBurstMs) return true;
  const double arrival_delta = ms_between(current_.last_arrived, arrived);
  const double queue_delta = arrival_delta - ms_between(current_.last_sent, sent);
  return queue_delta < 0 && arrival_delta <= kBurstMs &&
         ms_between(current_.first_arrived, arrived) < kMaxBurstMs;
}

std::optional<GroupDelta> ArrivalGroups::add(Time sent, Duration arrived) {
  if (groups_ > 0) {
    const double sent_step = ms_between(current_.last_sent, sent);
    const double arrival_step = ms_between(current_.last_arrived, arrived);
    // A packet that was overtaken says nothing about the queue.
    if (sent_step < 0 && sent_step > -kMaxJumpMs) return std::nullopt;
    if (std::abs(sent_step) >= kMaxJumpMs || std::abs(arrival_step) >= kMaxJumpMs) reset();
  }
  if (groups_ > 0 && belongs(sent, arrived)) {
    current_.last_sent = std::max(current_.last_sent, sent);
    current_.last_arrived = std::max(current_.last_arrived, arrived);
    return std::nullopt;
  }
  std::optional<GroupDelta> delta;
  if (groups_ == 2) {
    delta = GroupDelta{ms_between(previous_.last_sent, current_.last_sent),
                       ms_between(previous_.last_arrived, current_.last_arrived)};
    if (delta->arrived < 0) delta.reset();  // Reordered as a whole.
  }
  previous_ = current_;
  current_ = {sent, sent, arrived, arrived};
  groups_ = std::min(groups_ + 1, 2);
  return delta;
}

}  // namespace parley::bwe
