#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace parley::media {

/// Whether one subscriber is spared the redundancy that publishers send with their sound: where its
/// path does not carry that and the least of each picture. Then it is left out for a while, for
/// twice as long where it was soon too much again.
///
///  owner     one per subscriber
///  thread    the shard's
///  bounded   constant
class SparePolicy {
 public:
  static constexpr Duration kFirst = 10s;
  static constexpr Duration kLongest = 160s;
  static constexpr Duration kSoon = 30s;
  /// One in so many must be to spare before it is sent again.
  static constexpr std::uint64_t kMargin = 20;

  /// `all`: bits per second of all sound, redundancy included, and the least of each picture.
  /// `budget`: what the path carries; nothing: there is no limit.
  void on_tick(std::uint64_t all, std::optional<std::uint64_t> budget, Time now) {
    if (budget && *budget < (spares() ? all + all / kMargin : all)) {
      if (!until_) wait_ = ended_ && now - *ended_ < kSoon ? std::min(2 * wait_, kLongest) : kFirst;
      until_ = now + wait_;
    } else if (until_ && now >= *until_) {
      until_.reset();
      ended_ = now;
    }
  }
  bool spares() const { return until_.has_value(); }

 private:
  Duration wait_ = kFirst;
  std::optional<Time> until_;
  std::optional<Time> ended_;
};

}  // namespace parley::media
