#include "media/ingest/bitrate_meter.h"

#include <algorithm>

namespace parley::media {

void BitrateMeter::on_bytes(std::size_t bytes, Time now) {
  const std::int64_t bucket = now.time_since_epoch() / kBucket;
  if (first_ < 0 || bucket - newest_ >= kBuckets) {
    bytes_ = {};
    first_ = bucket;
    newest_ = bucket;
  }
  for (; newest_ < bucket;) bytes_[static_cast<std::size_t>(++newest_ % kBuckets)] = 0;
  bytes_[static_cast<std::size_t>(bucket % kBuckets)] += static_cast<std::uint32_t>(bytes);
}

std::uint64_t BitrateMeter::bits_per_second(Time now) const {
  const std::int64_t bucket = now.time_since_epoch() / kBucket;
  if (first_ < 0 || bucket - newest_ >= kBuckets) return 0;
  std::uint64_t total = 0;
  const std::int64_t oldest = std::max(bucket - kBuckets + 1, first_);
  for (std::int64_t i = oldest; i <= newest_; ++i) {
    total += bytes_[static_cast<std::size_t>(i % kBuckets)];
  }
  // Of the current bucket only a part is over; a layer that has just begun is measured since then.
  const Duration measured = std::max(now.time_since_epoch() - oldest * kBucket, kBucket);
  return total * 8 * 1'000'000'000 / static_cast<std::uint64_t>(measured.count());
}

}  // namespace parley::media
