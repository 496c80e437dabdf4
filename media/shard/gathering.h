#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/time.h"

namespace parley::media {

/// When sound waits for more of it. A packet of sound is a datagram of its own, and a datagram
/// costs many times what its encryption does; those of several speakers that are for one listener
/// can leave as one train, if the first of them waits. It does only where that is worth the delay:
/// on a shard that sends a good deal of sound, if more for the same listener is to be expected
/// meanwhile.
///
///  owner     the shard
class Gathering {
 public:
  /// A quarter of a packet's 20 ms, well within what receivers' jitter buffers even out.
  static constexpr Duration kHold = 5ms;
  /// Below this rate a whole core has better to do than the delay is worth.
  static constexpr std::uint64_t kBusyPerSecond = 20'000;

  explicit Gathering(bool possible) : possible_(possible) {}

  /// Does sound wait?
  bool holds() const { return holds_; }
  void count_copy() { ++copies_; }

  /// Every `period`: how many listeners were sent the copies since the last time.
  void on_tick(std::size_t listeners, Duration period) {
    const std::uint64_t copies = std::exchange(copies_, 0);
    const bool busy = copies >= kBusyPerSecond * static_cast<std::uint64_t>(period / 1ms) / 1000;
    // On average at least half a packet more for each listener.
    const bool more_comes = 2 * copies * static_cast<std::uint64_t>(kHold / 1ms) >=
                            listeners * static_cast<std::uint64_t>(period / 1ms);
    holds_ = possible_ && busy && more_comes;
  }

 private:
  bool possible_;
  bool holds_ = false;
  std::uint64_t copies_ = 0;
};

}  // namespace parley::media
