#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "application/meetings/meetings.h"
#include "application/store/transaction.h"
#include "base/time.h"

namespace parley::application::breakouts {

inline constexpr std::size_t kMostRooms = 100;
/// "b1" for the first.
std::string room_id(std::size_t index);

/// How a meeting parts into groups: at most one at a time for each run.
struct Plan {
  enum class State : std::uint8_t { planned, open, closing };
  struct Room {
    std::string id;
    std::string name;
    std::vector<std::string> participants;  ///< Who is to be there when it opens.
  };

  State state = State::planned;
  std::int64_t minutes = 0;  ///< From the opening on; 0: until somebody closes them.
  bool may_hop = false;      ///< People choose another group themselves.
  std::optional<WallTime> ends_at{};
  std::vector<Room> rooms{};

  bool is_open() const { return state != State::planned; }
  const Room* find(std::string_view id) const;
};
std::string_view to_string(Plan::State state);

std::optional<Plan> plan_of(store::Transaction& transaction, const meetings::Meeting& meeting);
/// In place of the one that there may be.
void save_plan(store::Transaction& transaction, const meetings::Meeting& meeting, const Plan& plan);
/// State and end alone.
void save_state(store::Transaction& transaction, const meetings::Meeting& meeting,
                const Plan& plan);
void remove_plan(store::Transaction& transaction, const meetings::Meeting& meeting);
/// Meetings (tenant and id) whose groups' time is up.
std::vector<std::pair<std::string, std::string>> plans_that_end(store::Transaction& transaction,
                                                                WallTime now);

}  // namespace parley::application::breakouts
