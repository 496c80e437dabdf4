#include "media/redundancy/red_policy.h"

#include <algorithm>

namespace parley::media {

void RedPolicy::on_report(std::uint32_t packets, std::uint8_t fraction_lost, std::size_t room,
                          Time now) {
  if (packets == 0) return;
  seen_.add(packets, fraction_lost);
  trial_.on_report(packets, fraction_lost, now);
  change(std::min({wanted(now), room, RedMaker::kMaxDepth}), now);
}

std::size_t RedPolicy::wanted(Time now) const {
  if (!trial_.permits(now)) return 0;
  const double loss = seen_.loss();
  if (loss >= kWorthTwo || (depth_ == 2 && loss >= kWorthOneAgain)) return 2;
  if (loss >= kWorthOne || (depth_ > 0 && loss >= kWorthNone)) return 1;
  return depth_ > 0 && now - changed_ < kAtLeast ? 1 : 0;
}

void RedPolicy::change(std::size_t depth, Time now) {
  if (depth == depth_) return;
  if (depth > depth_) {
    trial_.begin(seen_);
  } else {
    trial_.give_up();
  }
  depth_ = depth;
  changed_ = now;
}

}  // namespace parley::media
