#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace parley::load {

/// How long things took: counts in buckets whose width grows with the value, so that each is within
/// a 32nd of what it says, from a microsecond to an hour, in 8 KiB.
class Histogram {
 public:
  void add(Duration value) {
    const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(
        0, std::chrono::duration_cast<std::chrono::microseconds>(value).count()));
    ++counts_[std::min(bucket(us), kBuckets - 1)];
    ++total_;
    max_ = std::max(max_, value);
  }
  void merge(const Histogram& other) {
    for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
    max_ = std::max(max_, other.max_);
  }

  std::uint64_t count() const { return total_; }
  Duration max() const { return max_; }
  /// The value that `share` (0 to 1) of all do not exceed; zero if there are none.
  Duration quantile(double share) const {
    if (total_ == 0) return {};
    const auto rank = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(share * static_cast<double>(total_) + 0.5));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += counts_[i];
      if (seen >= rank) return std::min<Duration>(max_, std::chrono::microseconds(upper(i)));
    }
    return max_;
  }

 private:
  static constexpr std::size_t kHalf = 32;  // Buckets of one width, but for the first 64.
  static constexpr std::size_t kBuckets = 32 * 28;

  static constexpr std::size_t bucket(std::uint64_t us) {
    if (us < 2 * kHalf) return us;
    const auto shift = static_cast<std::size_t>(std::bit_width(us)) - 6;
    return shift * kHalf + (us >> shift);
  }
  /// The largest value of a bucket.
  static constexpr std::uint64_t upper(std::size_t bucket) {
    if (bucket < 2 * kHalf) return bucket;
    const std::size_t shift = bucket / kHalf - 1;
    return ((bucket - shift * kHalf + 1) << shift) - 1;
  }

  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t total_ = 0;
  Duration max_{};
};

}  // namespace parley::load
