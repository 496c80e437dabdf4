#include "application/breakouts/breakouts.h"

#include <algorithm>
#include <set>

#include "application/attending/news.h"
#include "application/breakouts/plan.h"
#include "application/meetings/pass.h"

namespace parley::application::breakouts {

using access::Capability;
using attending::Scene;
using meetings::Meeting;
using meetings::Participant;
using meetings::Presence;
using operation::Call;
using operation::Effects;
using operation::Json;
using operation::Method;
using operation::no_content;
using operation::Outcome;

namespace {

constexpr std::size_t kLongestBroadcast = 500;

Scene scene_of(const Call& call) { return {call.transaction, call.meeting, call.now}; }

/// Once they are open, who is where; before that, who is to be where.
Json plan_json(const Scene& scene, const Plan& plan) {
  Json rooms = Json::array();
  const auto people = participants_who_are(scene.transaction, scene.meeting, Presence::inside);
  for (const Plan::Room& room : plan.rooms) {
    Json here = room.participants;
    if (plan.is_open()) {
      here = Json::array();
      for (const Participant& one : people) {
        if (one.breakout == room.id) here.push_back(one.id);
      }
    }
    rooms.push_back({{"id", room.id}, {"name", room.name}, {"participants", std::move(here)}});
  }
  return {{"state", to_string(plan.state)},
          {"rooms", std::move(rooms)},
          {"ends_at", operation::instant(plan.ends_at)},
          {"may_hop", plan.may_hop}};
}

/// A plan is for those who make it; once it is open, for all.
void tell_plan(const Scene& scene, const std::optional<Plan>& plan) {
  const Json body = plan ? plan_json(scene, *plan) : Json(nullptr);
  const auto audience = !plan || plan->is_open()
                            ? journal::Audience::inside()
                            : journal::Audience::who_can(Capability::manage_breakouts);
  journal::append(scene.transaction, scene.meeting, audience, "breakouts", body, scene.now);
}

/// Empty: the meeting's own room.
void move(const Scene& scene, Participant participant, const std::string& to, Effects& effects) {
  if (participant.breakout == to) return;
  const std::string from = room_of(scene.meeting, participant);
  participant.breakout = to;
  save_participant(scene.transaction, scene.meeting, participant);
  attending::tell_me(scene, participant);
  attending::tell_participant(scene, participant);
  effects.moves.push_back({participant.id, from, room_of(scene.meeting, participant)});
}

void close_now(const Scene& scene, Effects& effects) {
  for (const Participant& one :
       participants_who_are(scene.transaction, scene.meeting, Presence::inside)) {
    move(scene, one, "", effects);
  }
  // Those who are away for a moment come back to the meeting's own room.
  scene.transaction.change(
      "UPDATE participants SET breakout = '' WHERE tenant = $1 AND meeting = $2 AND run = $3",
      {scene.meeting.tenant, scene.meeting.id, scene.meeting.run});
  remove_plan(scene.transaction, scene.meeting);
  tell_plan(scene, std::nullopt);
}

Outcome make_plan(Call& call) {
  if (const auto old = plan_of(call.transaction, call.meeting); old && old->is_open()) {
    return operation::conflict("The breakout rooms are open. Close them first.");
  }
  Plan plan{.minutes = call.body.contains("minutes") && !call.body["minutes"].is_null()
                           ? call.body["minutes"].get<std::int64_t>()
                           : 0,
            .may_hop = call.body.value("may_hop", false)};
  std::set<std::string> placed;
  for (const Json& wish : call.body["rooms"]) {
    Plan::Room room{room_id(plan.rooms.size()), wish["name"].get<std::string>(), {}};
    for (const Json& id : wish["participants"]) {
      const auto& who = id.get_ref<const std::string&>();
      const auto found = participant_by_id(call.transaction, call.meeting, who);
      // Whoever has left meanwhile has no place: the caller's list is always a moment old.
      if (!found || !found->is_here()) continue;
      if (!placed.insert(who).second) {
        return operation::bad_input("rooms", "Somebody is in two of the rooms.");
      }
      room.participants.push_back(who);
    }
    plan.rooms.push_back(std::move(room));
  }
  save_plan(call.transaction, call.meeting, plan);
  tell_plan(scene_of(call), plan);
  return no_content();
}

Outcome open(Call& call) {
  auto plan = plan_of(call.transaction, call.meeting);
  if (!plan) return operation::conflict("Plan the breakout rooms first.");
  if (plan->is_open()) return no_content();
  plan->state = Plan::State::open;
  if (plan->minutes > 0) plan->ends_at = call.now + std::chrono::minutes(plan->minutes);
  save_state(call.transaction, call.meeting, *plan);
  for (const Plan::Room& room : plan->rooms) {
    for (const std::string& id : room.participants) {
      const auto one = participant_by_id(call.transaction, call.meeting, id);
      if (one && one->presence == Presence::inside) {
        move(scene_of(call), *one, room.id, call.effects);
      }
    }
  }
  tell_plan(scene_of(call), plan);
  return no_content();
}

Outcome close(Call& call) {
  auto plan = plan_of(call.transaction, call.meeting);
  if (!plan || !plan->is_open()) return no_content();
  const std::int64_t seconds = call.body.value("seconds", std::int64_t{0});
  if (seconds == 0) {
    close_now(scene_of(call), call.effects);
    return no_content();
  }
  plan->state = Plan::State::closing;
  plan->ends_at = call.now + std::chrono::seconds(seconds);
  save_state(call.transaction, call.meeting, *plan);
  tell_plan(scene_of(call), plan);
  return no_content();
}

Outcome discard(Call& call) {
  const auto plan = plan_of(call.transaction, call.meeting);
  if (plan && plan->is_open()) {
    return operation::conflict("The breakout rooms are open. Close them first.");
  }
  remove_plan(call.transaction, call.meeting);
  tell_plan(scene_of(call), std::nullopt);
  return no_content();
}

Outcome broadcast(Call& call) {
  call.tell(journal::Audience::inside(), "broadcast",
            {{"text", call.body["text"]}, {"from_name", call.participant.name}});
  return no_content();
}

Outcome move_somebody(Call& call) {
  const std::string& id = call.id("participant");
  const std::string to =
      call.body["breakout"].is_null() ? "" : call.body["breakout"].get<std::string>();
  const bool manages = call.can(Capability::manage_breakouts);
  const bool self = id == call.participant.id;
  const auto plan = plan_of(call.transaction, call.meeting);
  if (!manages && !self) return operation::forbidden();
  if (!plan || !plan->is_open()) return operation::conflict("The breakout rooms are not open.");
  if (!manages && !to.empty() && !plan->may_hop) {
    return operation::forbidden("The host decides who is in which room.");
  }
  if (!to.empty() && plan->find(to) == nullptr) {
    return operation::bad_input("breakout", "There is no such breakout room.");
  }
  const auto one = participant_by_id(call.transaction, call.meeting, id);
  if (!one || one->presence != Presence::inside) {
    return operation::not_found("This person is not in the meeting.");
  }
  move(scene_of(call), *one, to, call.effects);
  tell_plan(scene_of(call), plan);
  return no_content();
}

}  // namespace

Json breakouts_state(const Call& call) {
  const auto plan = plan_of(call.transaction, call.meeting);
  if (!plan || (!plan->is_open() && !call.can(Capability::manage_breakouts))) return nullptr;
  return plan_json(scene_of(call), *plan);
}

std::vector<std::pair<Meeting, Effects>> on_time(store::Transaction& transaction, WallTime now) {
  std::vector<std::pair<Meeting, Effects>> all;
  for (const auto& [tenant, id] : plans_that_end(transaction, now)) {
    const auto meeting = meetings::meeting_by_id(transaction, tenant, id);
    if (!meeting) continue;
    Effects effects;
    close_now({transaction, *meeting, now}, effects);
    all.emplace_back(*meeting, std::move(effects));
  }
  return all;
}

std::map<std::string, Json> components() {
  using namespace operation::schema;
  const Json any_text{{"type", "string"}};
  return {{"Breakouts",
           object({{"state", one_of({"planned", "open", "closing"})},
                   {"rooms", list(object({{"id", any_text},
                                          {"name", any_text},
                                          {"participants", list(any_text, 0, kMostPeople)}}),
                                  0, kMostRooms)},
                   {"ends_at", nullable(time())},
                   {"may_hop", boolean()}})}};
}

std::map<std::string, Json> events() {
  using namespace operation::schema;
  return {{"breakouts", nullable(ref("Breakouts"))},
          {"broadcast",
           object({{"text", text(1, kLongestBroadcast)}, {"from_name", {{"type", "string"}}}})}};
}

operation::Operations breakout_operations() {
  using namespace operation::schema;
  constexpr std::int64_t kLongest = 24 * 60;
  const Json id = text(1, 64);
  return {
      {.id = "planBreakouts",
       .tag = "breakouts",
       .method = Method::put,
       .path = "/meetings/{link}/breakouts",
       .needs = Capability::manage_breakouts,
       .summary = "Says which breakout rooms there are to be, and who in which.",
       .body = object({{"rooms", list(object({{"name", text(1, 100)},
                                              {"participants", list(id, 0, kMostPeople)}}),
                                      1, kMostRooms)},
                       {"minutes?", nullable(integer(0, kLongest))},
                       {"may_hop?", boolean()}}),
       .success = 204,
       .run = make_plan},
      {.id = "openBreakouts",
       .tag = "breakouts",
       .method = Method::post,
       .path = "/meetings/{link}/breakouts/open",
       .needs = Capability::manage_breakouts,
       .summary = "Moves everybody who has a place there.",
       .success = 204,
       .run = open},
      {.id = "closeBreakouts",
       .tag = "breakouts",
       .method = Method::post,
       .path = "/meetings/{link}/breakouts/close",
       .needs = Capability::manage_breakouts,
       .summary = "Brings everybody back, at once or after a countdown.",
       .body = object({{"seconds?", integer(0, kLongestCountdown)}}),
       .success = 204,
       .run = close},
      {.id = "discardBreakouts",
       .tag = "breakouts",
       .method = Method::remove,
       .path = "/meetings/{link}/breakouts",
       .needs = Capability::manage_breakouts,
       .summary = "Forgets a plan that is not open.",
       .success = 204,
       .run = discard},
      {.id = "broadcast",
       .tag = "breakouts",
       .method = Method::post,
       .path = "/meetings/{link}/breakouts/broadcast",
       .needs = Capability::broadcast,
       .summary = "Shows a line to everybody, in whichever room.",
       .body = object({{"text", text(1, kLongestBroadcast)}}),
       .success = 204,
       .run = broadcast},
      {.id = "moveToBreakout",
       .tag = "breakouts",
       .method = Method::put,
       .path = "/meetings/{link}/participants/{participant}/breakout",
       .summary = "Moves somebody, or oneself, into a breakout room, or back (null).",
       .body = object({{"breakout", nullable(id)}}),
       .success = 204,
       .run = move_somebody},
  };
}

}  // namespace parley::application::breakouts
