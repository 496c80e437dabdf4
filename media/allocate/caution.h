#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/time.h"

namespace parley::media {

/// How far one subscriber's budget is to be trusted with more than what flows. It is taken at its
/// word, unless what was added by it was soon taken back: then what counts is what it has kept up
/// for a quarter of a second, and for four times as long each time that this happens again. So a
/// budget that wavers costs a step a few times, and not with each wave, and a dip now and then
/// costs no more than itself.
///
///  owner     one per transport
///  bounded   half a kilobyte
class Caution {
 public:
  static constexpr Duration kFirst = 250ms;
  static constexpr Duration kLongest = 16s;
  /// What was added and is taken back within this was added too soon.
  static constexpr Duration kSoon = 2s;
  /// So long after that a path is as good as any.
  static constexpr Duration kForget = 5min;

  /// At each sharing, before it. `flowing`: what the present shares cost by now.
  void observe(std::uint64_t budget, std::uint64_t flowing, Time now) {
    const std::int64_t slot = now.time_since_epoch() / kSlot;
    for (newest_ = std::max(newest_, slot - kSlots); newest_ < slot;) {
      lowest_[static_cast<std::size_t>(++newest_ % kSlots)] = kNothing;
    }
    std::uint64_t& lowest = lowest_[static_cast<std::size_t>(slot % kSlots)];
    lowest = std::min(lowest, budget);
    flowing_ = flowing;
  }
  /// Something that flows had to be taken back for lack of budget.
  void on_shortage(Time now) {
    // Once for each addition: a path that collapses does so in several steps.
    if (last_rise_ && now - *last_rise_ < kSoon) {
      patience_ = forgotten(now) ? kFirst : std::min(4 * patience_, kLongest);
      last_failure_ = now;
    }
    last_rise_.reset();
    last_shortage_ = now;
  }
  /// Something was added.
  void on_rise(Time now) { last_rise_ = now; }

  /// How much of `budget` may be spent by taking more than what flows; never above it.
  std::uint64_t trusted(std::uint64_t budget, Time now) const {
    if (flowing_ > budget) return 0;
    if (forgotten(now)) return budget;
    if (now < last_shortage_ + patience_) return flowing_;
    for (std::int64_t i = 0; i <= patience_ / kSlot; ++i) {
      budget = std::min(budget, lowest_[static_cast<std::size_t>((newest_ - i) % kSlots)]);
    }
    return budget;
  }

 private:
  static constexpr Duration kSlot = 250ms;
  static constexpr std::int64_t kSlots = kLongest / kSlot + 1;
  static constexpr std::uint64_t kNothing = std::numeric_limits<std::uint64_t>::max();

  bool forgotten(Time now) const { return !last_failure_ || now > *last_failure_ + kForget; }

  std::array<std::uint64_t, kSlots> lowest_{};
  std::int64_t newest_ = 0;  ///< Slot number since the clock began.
  std::uint64_t flowing_ = 0;
  std::optional<Time> last_rise_;
  std::optional<Time> last_failure_;  ///< When what was added was last taken back soon.
  Time last_shortage_{};
  Duration patience_ = kFirst;
};

}  // namespace parley::media
