#include "signaling/http/rate_limit.h"

#include <algorithm>

namespace parley::signaling {
namespace {

constexpr std::size_t kMaxKeys = 16384;

}  // namespace

double RateLimit::refilled(const Bucket& bucket, Time now) const {
  const double seconds = std::chrono::duration<double>(now - bucket.at).count();
  return std::min(burst_, bucket.left + std::max(0.0, seconds) * per_second_);
}

bool RateLimit::allow(std::string_view key, Time now) {
  auto at = buckets_.find(std::string(key));
  if (at == buckets_.end()) {
    if (buckets_.size() >= kMaxKeys) {
      std::erase_if(buckets_, [&](const auto& b) { return refilled(b.second, now) >= burst_; });
      if (buckets_.size() >= kMaxKeys) return false;
    }
    at = buckets_.emplace(std::string(key), Bucket{burst_, now}).first;
  }
  Bucket& bucket = at->second;
  bucket.left = refilled(bucket, now);
  bucket.at = now;
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

}  // namespace parley::signaling
