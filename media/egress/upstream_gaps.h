#pragma once

#include <algorithm>
#include <cstdint>

namespace parley::media {

/// Packets that a receiver reports as lost though they were never sent to it, because its publisher
/// lost them on the way here: they say nothing of the receiver's network.
///
///  owner     EgressStream
///  thread    the shard's
///  bounded   constant
class UpstreamGaps {
 public:
  void on_sent(std::uint64_t index) {
    if (next_ != 0 && index > next_) missing_ += index - next_;
    if (index < next_ && missing_ > 0) --missing_;  // It was late.
    next_ = std::max(next_, index + 1);
  }
  /// Of so many that a report calls lost: how many its network has lost.
  std::uint64_t judge(std::uint64_t lost) {
    const std::uint64_t not_its_own = std::min(lost, missing_);
    missing_ -= not_its_own;
    return lost - not_its_own;
  }
  /// What was missing before the first report is in none.
  void forget() { missing_ = 0; }

 private:
  std::uint64_t next_ = 0;  ///< Index after the highest that was sent; 0: none was.
  std::uint64_t missing_ = 0;
};

}  // namespace parley::media
