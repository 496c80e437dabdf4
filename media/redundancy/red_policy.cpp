#include "media/redundancy/red_policy.h"

#include <algorithm>

namespace parley::media {
namespace {

/// A receiver that was away reports of everything at once.
constexpr std::uint32_t kMostExpected = 500;

/// More than this of what was lost before, and this much beside it, is more than chance.
constexpr double kMuchMore = 2;
constexpr double kMuchMoreThanNothing = 0.05;

}  // namespace

void RedPolicy::on_report(std::uint32_t expected, std::uint8_t fraction_lost, std::size_t room,
                          Time now) {
  if (expected == 0) return;
  const double packets = std::min(expected, kMostExpected);
  const double lost = packets * fraction_lost / 256;
  seen_.add(packets, lost);
  if (seen_.expected > 2 * kMemory) {
    const double share = kMemory / seen_.expected;
    seen_ = {seen_.expected * share, seen_.lost * share};
  }
  if (on_trial_) {
    trial_.add(packets, lost);
    judge(now);
  }
  change(std::min({wanted(now), room, RedMaker::kMaxDepth}), now);
}

std::size_t RedPolicy::wanted(Time now) const {
  const double loss = seen_.loss();
  if (now < not_before_) return 0;
  if (loss >= kWorthTwo || (depth_ == 2 && loss >= kWorthOneAgain)) return 2;
  if (loss >= kWorthOne || (depth_ > 0 && loss >= kWorthNone)) return 1;
  return depth_ > 0 && now - changed_ < kAtLeast ? 1 : 0;
}

// Where packets are lost because there are too many bits, more of them make it worse.
void RedPolicy::judge(Time now) {
  if (trial_.expected < kTrial) return;
  on_trial_ = false;
  if (trial_.loss() <= kMuchMore * before_ + kMuchMoreThanNothing) {
    wait_ = kFirstWait;
    return;
  }
  not_before_ = now + wait_;
  wait_ = std::min(2 * wait_, kLongestWait);
}

void RedPolicy::change(std::size_t depth, Time now) {
  if (depth == depth_) return;
  if (depth > depth_) {
    on_trial_ = true;
    trial_ = {};
    before_ = seen_.loss();
  } else {
    on_trial_ = false;
  }
  depth_ = depth;
  changed_ = now;
}

}  // namespace parley::media
