#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace parley::signaling {

/// A bucket of allowances per key, refilled steadily. Sans-IO.
///
///  bounded  16384 keys; when they are reached, full buckets are forgotten (they are as good as
///  new), and
///           if all are in use, newcomers are refused
class RateLimit {
 public:
  RateLimit(double burst, double per_second) : burst_(burst), per_second_(per_second) {}

  bool allow(std::string_view key, Time now);
  std::size_t size() const { return buckets_.size(); }

 private:
  struct Bucket {
    double left = 0;
    Time at;
  };
  double refilled(const Bucket& bucket, Time now) const;

  double burst_;
  double per_second_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace parley::signaling
