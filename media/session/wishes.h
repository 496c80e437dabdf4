#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace parley::media {

/// Tracks that a client has asked for and cannot have yet: it gets them as soon as it can.
///
///  owner    Session
///  bounded  kMax; more are forgotten at once, as those are whose track never comes
class Wishes {
 public:
  static constexpr Duration kPatience = 60s;  ///< With a track that is not there.
  static constexpr std::size_t kMax = 1000;

  enum class Because : std::uint8_t {
    not_there,
    not_permitted,  ///< By its publisher; may last.
  };

  void add(const std::string& track_sid, Because reason, Time now) {
    if (wishes_.size() < kMax) wishes_.try_emplace(track_sid, Wish{reason, now + kPatience});
  }
  /// True if it was one.
  bool remove(std::string_view track_sid) {
    const auto found = wishes_.find(track_sid);
    if (found == wishes_.end()) return false;
    wishes_.erase(found);
    return true;
  }
  void clear() { wishes_.clear(); }

  Time next_deadline() const {
    Time next = kNever;
    for (const auto& [sid, wish] : wishes_) {
      if (wish.because == Because::not_there) next = std::min(next, wish.until);
    }
    return next;
  }
  /// Those given up on.
  std::vector<std::string> expire(Time now) {
    std::vector<std::string> out;
    std::erase_if(wishes_, [&](const auto& entry) {
      const bool over = entry.second.because == Because::not_there && entry.second.until <= now;
      if (over) out.push_back(entry.first);
      return over;
    });
    return out;
  }

 private:
  struct Wish {
    Because because;
    Time until;
  };
  std::map<std::string, Wish, std::less<>> wishes_;
};

}  // namespace parley::media
