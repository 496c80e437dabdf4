#pragma once

#include <map>
#include <mutex>
#include <string>

#include "application/people/attempts.h"

namespace parley::application::boards {

/// How often something may be tried, where that need not outlive this process: a pointer that moves
/// is not worth a write to the disk.
///
///  thread   any
///  bounded  kMostKeys; while there are as many, new ones have to wait
class Pace {
 public:
  static constexpr std::size_t kMostKeys = 50'000;

  explicit Pace(people::Allowance allowance) : allowance_(allowance) {}

  /// False: too often.
  bool take(const std::string& key, WallTime now);

 private:
  const people::Allowance allowance_;
  std::mutex mutex_;
  std::map<std::string, WallTime> free_at_;
};

}  // namespace parley::application::boards
