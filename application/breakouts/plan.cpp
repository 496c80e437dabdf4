#include "application/breakouts/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace parley::application::breakouts {

using meetings::Meeting;

namespace {

constexpr std::array<std::string_view, 3> kStates{"planned", "open", "closing"};

Plan::State state_named(std::string_view name) {
  const auto at = std::ranges::find(kStates, name);
  return at == kStates.end() ? Plan::State::planned
                             : static_cast<Plan::State>(at - kStates.begin());
}

}  // namespace

std::string room_id(std::size_t index) { return fmt::format("b{}", index + 1); }

const Plan::Room* Plan::find(std::string_view id) const {
  const auto at = std::ranges::find(rooms, id, &Room::id);
  return at == rooms.end() ? nullptr : &*at;
}

std::string_view to_string(Plan::State state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<Plan> plan_of(store::Transaction& transaction, const Meeting& meeting) {
  const store::Values key{meeting.tenant, meeting.id, meeting.run};
  const auto row = transaction.first(
      "SELECT state, minutes, may_hop, ends_at FROM breakout_plans "
      "WHERE tenant = $1 AND meeting = $2 AND run = $3",
      key);
  if (!row) return std::nullopt;
  Plan plan{.state = state_named(row->text(0)),
            .minutes = row->integer(1),
            .may_hop = row->truth(2),
            .ends_at = row->maybe_time(3)};
  for (const store::Row& room : transaction.query(
           "SELECT id, name FROM breakout_rooms WHERE tenant = $1 AND meeting = $2 AND run = $3 "
           "ORDER BY position",
           key)) {
    plan.rooms.push_back({room.text(0), room.text(1), {}});
  }
  for (const store::Row& place : transaction.query(
           "SELECT room, participant FROM breakout_places WHERE tenant = $1 AND meeting = $2 AND "
           "run = $3 ORDER BY participant",
           key)) {
    const auto room = std::ranges::find(plan.rooms, place.text(0), &Plan::Room::id);
    if (room != plan.rooms.end()) room->participants.push_back(place.text(1));
  }
  return plan;
}

void save_plan(store::Transaction& transaction, const Meeting& meeting, const Plan& plan) {
  remove_plan(transaction, meeting);
  transaction.change(
      "INSERT INTO breakout_plans (tenant, meeting, run, state, minutes, may_hop, ends_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {meeting.tenant, meeting.id, meeting.run, to_string(plan.state), plan.minutes, plan.may_hop,
       plan.ends_at});
  std::int64_t position = 0;
  for (const Plan::Room& room : plan.rooms) {
    transaction.change(
        "INSERT INTO breakout_rooms (tenant, meeting, run, id, position, name) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        {meeting.tenant, meeting.id, meeting.run, room.id, position++, room.name});
    for (const std::string& participant : room.participants) {
      transaction.change(
          "INSERT INTO breakout_places (tenant, meeting, run, participant, room) "
          "VALUES ($1, $2, $3, $4, $5)",
          {meeting.tenant, meeting.id, meeting.run, participant, room.id});
    }
  }
}

void save_state(store::Transaction& transaction, const Meeting& meeting, const Plan& plan) {
  transaction.change(
      "UPDATE breakout_plans SET state = $4, ends_at = $5 "
      "WHERE tenant = $1 AND meeting = $2 AND run = $3",
      {meeting.tenant, meeting.id, meeting.run, to_string(plan.state), plan.ends_at});
}

void remove_plan(store::Transaction& transaction, const Meeting& meeting) {
  transaction.change("DELETE FROM breakout_plans WHERE tenant = $1 AND meeting = $2 AND run = $3",
                     {meeting.tenant, meeting.id, meeting.run});
}

std::vector<std::pair<std::string, std::string>> plans_that_end(store::Transaction& transaction,
                                                                WallTime now) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const store::Row& row :
       transaction.query("SELECT p.tenant, p.meeting FROM breakout_plans p JOIN meetings m ON "
                         "m.tenant = p.tenant AND m.id = p.meeting AND m.run = p.run "
                         "WHERE p.ends_at IS NOT NULL AND p.ends_at <= $1",
                         {now})) {
    found.emplace_back(row.text(0), row.text(1));
  }
  return found;
}

}  // namespace parley::application::breakouts
