#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "media/control/commands.h"
#include "media/control/types.h"

namespace parley::media {

/// One shard as the node is given it: where to post commands, and where clients reach it.
struct ShardHandle {
  ShardPort* port = nullptr;  ///< Outlives the node.
  std::vector<LocalCandidate> candidates;
};

/// Which shard has a session's transports. Small rooms sit together, so that nothing of theirs has
/// to cross; of larger ones each newcomer goes where there are fewest.
///
///  owner    the node; outlives its rooms
///  thread   the node's control thread
class Seating {
 public:
  /// `small_room`: so many of a room sit together.
  Seating(std::vector<ShardHandle> shards, std::size_t small_room)
      : shards_(std::move(shards)), taken_(shards_.size()), small_room_(small_room) {
    PARLEY_ASSERT(!shards_.empty());
  }

  /// Of a new room: rooms are many, and take turns.
  ShardIndex home(std::size_t room_number) const {
    return static_cast<ShardIndex>(room_number % shards_.size());
  }

  /// For one more, in a room with a home and so many there.
  ShardIndex take(ShardIndex home, std::size_t present) {
    ShardIndex seat = home;
    if (present >= small_room_) {
      const auto emptiest = std::ranges::min_element(taken_);
      if (*emptiest < taken_[home]) seat = static_cast<ShardIndex>(emptiest - taken_.begin());
    }
    ++taken_[seat];
    return seat;
  }
  void give_back(ShardIndex seat) { --taken_[seat]; }

  const ShardHandle& shard(ShardIndex seat) const { return shards_[seat]; }
  std::size_t taken(ShardIndex seat) const { return taken_[seat]; }

 private:
  std::vector<ShardHandle> shards_;
  std::vector<std::size_t> taken_;
  std::size_t small_room_;
};

}  // namespace parley::media
