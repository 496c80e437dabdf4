#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"

namespace parley::media {

/// Bits per second over the last second, by buckets of 100 ms.
class RateMeter {
 public:
  void add(std::size_t bytes, Time now) {
    roll(now);
    buckets_[static_cast<std::size_t>(newest_ % kBuckets)] += bytes;
  }

  std::uint64_t bits_per_second(Time now) {
    roll(now);
    std::uint64_t sum = 0;
    for (const std::uint64_t bytes : buckets_) sum += bytes;
    return sum * 8;
  }

 private:
  static constexpr std::int64_t kBuckets = 10;
  static constexpr Duration kBucket = 100ms;

  void roll(Time now) {
    const std::int64_t bucket = now.time_since_epoch() / kBucket;
    if (bucket - newest_ >= kBuckets) {
      buckets_.fill(0);
      newest_ = bucket;
    }
    while (newest_ < bucket) buckets_[static_cast<std::size_t>(++newest_ % kBuckets)] = 0;
  }

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::int64_t newest_ = 0;
};

}  // namespace parley::media
