#include "application/boards/pace.h"

#include <optional>

namespace parley::application::boards {

bool Pace::take(const std::string& key, WallTime now) {
  const std::scoped_lock lock(mutex_);
  const auto known = free_at_.find(key);
  if (known == free_at_.end() && free_at_.size() >= kMostKeys) {
    std::erase_if(free_at_, [&](const auto& one) { return one.second <= now; });
    if (free_at_.size() >= kMostKeys) return false;
  }
  const auto remembered = known == free_at_.end() ? std::nullopt : std::optional(known->second);
  const auto until = people::allowed_until(allowance_, remembered, now);
  if (!until) return false;
  free_at_[key] = *until;
  return true;
}

}  // namespace parley::application::boards
