#pragma once

#include <optional>

#include "base/time.h"

namespace parley::bwe {

/// From one group of packets to the next, in milliseconds.
struct GroupDelta {
  double sent = 0;     ///< How much later it was sent,
  double arrived = 0;  ///< and how much later it came. More than `sent`: a queue grew.
};

/// Packets that left together also wait together, so they count as one: what left within 5 ms, and
/// what the path held back and then delivered at once (gcc-02 section 5.2).
///
///  in        packets that arrived, in order of sending
///  bounded   constant
class ArrivalGroups {
 public:
  static constexpr double kBurstMs = 5;       ///< gcc-02 section 4, burst_time.
  static constexpr double kMaxBurstMs = 100;  ///< By arrival; longer is no burst any more.
  static constexpr double kMaxJumpMs = 3000;  ///< Beyond this the clocks were set: start anew.

  /// The step between the two groups before this packet's, if it is the first of a group.
  std::optional<GroupDelta> add(Time sent, Duration arrived);
  void reset() { *this = {}; }

 private:
  struct Group {
    Time first_sent{};
    Time last_sent{};
    Duration first_arrived{};
    Duration last_arrived{};
  };
  bool belongs(Time sent, Duration arrived) const;

  Group current_;
  Group previous_;
  int groups_ = 0;  ///< Seen so far: 0, 1 or 2 (more).
};

}  // namespace parley::bwe
