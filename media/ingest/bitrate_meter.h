#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"

namespace parley::media {

/// Bits per second over the last second, in eight buckets.
class BitrateMeter {
 public:
  void on_bytes(std::size_t bytes, Time now);
  std::uint64_t bits_per_second(Time now) const;

 private:
  static constexpr std::int64_t kBuckets = 8;
  static constexpr Duration kBucket = std::chrono::milliseconds(125);

  std::array<std::uint32_t, kBuckets> bytes_{};
  std::int64_t newest_ = -1;  ///< Bucket number since the clock began.
  std::int64_t first_ = -1;
};

}  // namespace parley::media
