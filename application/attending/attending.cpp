#include "application/attending/attending.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "application/attending/coming.h"
#include "application/attending/news.h"
#include "application/meetings/bans.h"
#include "application/meetings/door.h"
#include "application/meetings/passcode.h"
#include "application/people/accounts.h"
#include "application/people/attempts.h"
#include "application/people/password.h"
#include "base/internal_room.h"

namespace parley::application::attending {

using access::Capability;
using meetings::Door;
using meetings::Meeting;
using meetings::Participant;
using meetings::Presence;
using operation::Answer;
using operation::bad_input;
using operation::Call;
using operation::Caller;
using operation::Method;
using operation::no_content;
using operation::Outcome;
using operation::Preparation;
using operation::Problem;
namespace schema = operation::schema;

namespace {

constexpr std::array<std::string_view, 6> kEmoji{"👍", "❤️", "😂", "😮", "👏", "🎉"};

/// What a typed link makes: as open as the setting that allows it.
const meetings::Settings kOpenSettings{.lobby = meetings::LobbyRule::nobody,
                                       .join_before_host = true};

Scene scene_of(const Call& call) { return {call.transaction, call.meeting, call.now}; }

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// What it takes to answer the door's question.
struct Passcode {
  Secret typed;
  std::string hash;
  bool is_right = false;
};

meetings::Standing standing_at_door(const Call& call, const Meeting& meeting) {
  auto standing = standing_of(call.transaction, meeting, call.person.key());
  // What was decided in the last run is over with it.
  if (!meeting.is_on()) {
    Meeting next = meeting;
    next.run += 1;
    standing = standing_of(call.transaction, next, call.person.key());
    // In an open meeting whoever begins it is its host.
    if (meeting.is_open) standing.set_role(access::Role::host);
  }
  return standing;
}

meetings::Visitor visitor_of(const Call& call, const Meeting& meeting,
                             const meetings::Standing& standing) {
  const auto* passcode = static_cast<const Passcode*>(call.prepared.get());
  return {.capabilities = standing.rank(meeting.settings.type),
          .same_tenant = !call.person.is_guest() && call.person.tenant == meeting.tenant,
          .banned = is_banned(call.transaction, meeting,
                              {.person = call.person.key(), .device = call.person.device}),
          .knows_passcode = passcode != nullptr && passcode->is_right,
          .was_admitted = standing.is_admitted};
}

std::unexpected<Problem> refuse(Door door, bool passcode_typed) {
  const auto problem = [&](unsigned status, std::string_view code) {
    return std::unexpected(Problem{status, code, std::string(describe(door))});
  };
  switch (door) {
    case Door::give_passcode:
      if (passcode_typed) {
        return std::unexpected(
            Problem{403, "passcode_wrong", "That is not the passcode.", "passcode"});
      }
      return problem(403, "passcode_needed");
    case Door::banned:
      return problem(403, "banned");
    case Door::locked:
      return problem(403, "locked");
    case Door::full:
      return problem(403, "full");
    default:
      return problem(403, "over");
  }
}

/// Whoever was removed or turned away in this run is let in by somebody or not at all.
bool must_ask_again(const Call& call, const Meeting& meeting, const meetings::Standing& standing) {
  if (standing.is_admitted || !meeting.is_on()) return false;
  const auto tabs = participants_of(call.transaction, meeting, call.person.key());
  return std::ranges::any_of(tabs, [](const Participant& one) {
    return one.presence == Presence::removed || one.presence == Presence::denied ||
           one.presence == Presence::banned;
  });
}

Answer joined(const Participant& participant) {
  const bool inside = participant.presence == Presence::inside;
  Json body{{"state", to_string(participant.presence)}, {"participant", participant.id}};
  if (!inside) body["why"] = participant.waits_for_host_only ? "host" : "lobby";
  return {200, std::move(body)};
}

std::expected<Preparation, Problem> prepare_join(Call& call) {
  if (!call.meeting.has_passcode || !call.body.contains("passcode")) return Preparation{};
  auto passcode = std::make_shared<Passcode>();
  passcode->typed = Secret(call.body["passcode"].get<std::string>());
  auto hash = begin_passcode(call.transaction, call.meeting, call.client_address, call.now);
  if (!hash) return operation::too_many("Too many passcodes were tried. Wait a minute.");
  passcode->hash = std::move(*hash);
  return Preparation{
      [passcode] { passcode->is_right = people::verify_password(passcode->hash, passcode->typed); },
      passcode};
}

std::expected<Meeting, Problem> meeting_to_join(const Call& call) {
  if (!call.meeting.id.empty()) return call.meeting;
  auto made = create_at_link(call.transaction, call.person.tenant, call.person.key(),
                             call.id("link"), kOpenSettings, call.random, call.now);
  if (!made) return operation::not_found(std::string(describe(made.error())));
  return std::move(*made);
}

/// The tab that they had, or a new one.
Participant place_of(const Call& call, const Meeting& meeting, const std::string& name) {
  if (call.body.contains("participant")) {
    auto known = participant_by_id(call.transaction, meeting,
                                   call.body["participant"].get_ref<const std::string&>());
    if (known && known->person == call.person.key()) {
      // Whoever takes part keeps the name that they are known by, unless it is theirs to choose.
      if (known->standing.may(meeting).has(Capability::rename_self)) known->name = name;
      return std::move(*known);
    }
  }
  return add_participant(call.transaction, meeting, call.person, name, call.random, call.now);
}

Outcome join(Call& call) {
  const std::string name = trimmed(call.body["name"].get<std::string>());
  if (!people::is_good_name(name)) {
    return bad_input("name", "A name has 1 to 128 bytes and no control characters.");
  }
  auto found = meeting_to_join(call);
  if (!found) return std::unexpected(found.error());
  Meeting meeting = std::move(*found);

  const meetings::Standing standing = standing_at_door(call, meeting);
  const meetings::Visitor visitor = visitor_of(call, meeting, standing);
  const meetings::Inside inside =
      meeting.is_on() ? inside_of(call.transaction, meeting) : meetings::Inside{};
  Door door = ask_door(meeting, inside, visitor, call.now);
  if (door == Door::banned) {
    spread_ban(call.transaction, meeting,
               {.person = call.person.key(), .device = call.person.device});
  }
  if (visitor.knows_passcode) {
    finish_passcode(call.transaction, meeting, call.client_address);
  }
  const bool may_open = visitor.capabilities.has(Capability::admit);
  if (!may_open && (door == Door::enter || door == Door::wait_for_host) &&
      must_ask_again(call, meeting, standing)) {
    door = Door::wait_in_lobby;
  }

  if (door == Door::enter) {
    const std::int64_t before = meeting.run;
    auto on = start_meeting(call.transaction, meeting, call.person.key(), call.now);
    if (!on) return refuse(Door::over, false);
    meeting = std::move(*on);
    if (meeting.run != before) carry_waiting(call.transaction, meeting, before);
    Participant participant = place_of(call, meeting, name);
    const Scene scene{call.transaction, meeting, call.now};
    meetings::mark_seen(call.transaction, {meeting.tenant, meeting.id, participant.id}, call.now);
    let_in(scene, participant, call.effects);
    if (meeting.run != before) tell_meeting(scene);
    if (may_open) let_in_who_waits_for_host(scene, call.effects);
    participant.presence = Presence::inside;
    return joined(participant);
  }
  if (door == Door::wait_in_lobby || door == Door::wait_for_host) {
    constexpr std::int64_t kMostWaiting = 1000;
    if (count_who_are(call.transaction, meeting, Presence::waiting) >= kMostWaiting) {
      return operation::too_many("Too many people are waiting already.");
    }
    Participant participant = place_of(call, meeting, name);
    const bool waited = participant.presence == Presence::waiting;
    participant.presence = Presence::waiting;
    participant.waits_for_host_only = door == Door::wait_for_host;
    if (!waited) participant.since = call.now;  // A reload does not send them to the end.
    save_participant(call.transaction, meeting, participant);
    const Scene scene{call.transaction, meeting, call.now};
    meetings::mark_seen(call.transaction, {meeting.tenant, meeting.id, participant.id}, call.now);
    tell_me(scene, participant);
    tell_lobby(scene);
    return joined(participant);
  }
  return refuse(door, call.body.contains("passcode"));
}

Outcome doorplate(Call& call) {
  const Meeting& meeting = call.meeting;
  Json plate{{"link", call.id("link")},
             {"title", meeting.settings.title},
             {"type", access::to_string(meeting.settings.type)},
             {"state", meeting.is_on()     ? "on"
                       : meeting.is_over() ? "over"
                                           : "new"},
             {"has_passcode", meeting.has_passcode},
             {"is_locked", meeting.is_locked},
             {"host_is_here", false},
             {"people", Json::array()},
             {"count", 0}};
  if (!meeting.is_on()) return Answer{200, std::move(plate)};
  plate["host_is_here"] = inside_of(call.transaction, meeting).host_present;
  const meetings::Standing standing = standing_at_door(call, meeting);
  const meetings::Visitor visitor = visitor_of(call, meeting, standing);
  const bool opens = visitor.capabilities.has(Capability::admit);
  const bool is_outside =
      visitor.banned || is_held_by_lobby(meeting.settings.lobby, visitor) ||
      (!opens && !visitor.was_admitted && (meeting.has_passcode || meeting.is_locked)) ||
      must_ask_again(call, meeting, standing) || !visitor.capabilities.has(Capability::see_people);
  if (is_outside) {
    plate["people"] = nullptr;
    plate["count"] = nullptr;
    return Answer{200, std::move(plate)};
  }
  constexpr std::size_t kMostNames = 12;
  std::int64_t count = 0;
  for (const Participant& one : participants_who_are(call.transaction, meeting, Presence::inside)) {
    if (!one.standing.may(meeting).has(Capability::be_seen)) continue;
    ++count;
    if (plate["people"].size() < kMostNames) plate["people"].push_back({{"name", one.name}});
  }
  plate["count"] = count;
  return Answer{200, std::move(plate)};
}

Outcome leave(Call& call) {
  if (call.participant.is_here()) {
    put_out(scene_of(call), call.participant, Presence::left, call.effects);
  }
  return no_content();
}

Outcome token(Call& call) {
  return Answer{200, {{"state", "inside"}, {"participant", call.participant.id}}};
}

Json people_seen_by(const Call& call) {
  Json seen = Json::array();
  const bool sees = call.can(Capability::see_people);
  const bool sees_all = call.can(Capability::remove);
  for (const Participant& one :
       participants_who_are(call.transaction, call.meeting, Presence::inside)) {
    const bool shown = one.standing.may(call.meeting).has(Capability::be_seen);
    if (one.id == call.participant.id || sees_all || (sees && shown)) {
      seen.push_back(participant_json(one));
    }
  }
  return seen;
}

Outcome state(Call& call, const std::vector<StatePart>& parts) {
  const bool inside = call.participant.presence == Presence::inside;
  Json body{{"seq", journal::newest(call.transaction, call.meeting)},
            {"now", operation::instant(call.now)},
            {"meeting", meeting_json(call.meeting)},
            {"me", me_json(call.meeting, call.participant)},
            {"participants", Json::array()},
            {"lobby", nullptr},
            {"lobby_message", ""},
            {"polls", Json::array()},
            {"questions", Json::array()},
            {"breakouts", nullptr},
            {"timer", nullptr},
            {"files", nullptr}};
  if (call.participant.presence == Presence::waiting || call.can(Capability::admit)) {
    body["lobby_message"] = call.meeting.lobby_message;
  }
  if (!inside) return Answer{200, std::move(body)};
  body["participants"] = people_seen_by(call);
  if (call.can(Capability::see_lobby)) {
    body["lobby"] = lobby_json(call.transaction, call.meeting);
  }
  for (const StatePart& part : parts) part(call, body);
  return Answer{200, std::move(body)};
}

Outcome raise_hand(Call& call) {
  Participant participant = call.participant;
  const bool raised = call.body["raised"].get<bool>();
  if (raised == participant.hand_at.has_value()) return no_content();
  participant.hand_at = raised ? std::optional(call.now) : std::nullopt;
  save_participant(call.transaction, call.meeting, participant);
  tell_me(scene_of(call), participant);
  tell_participant(scene_of(call), participant);
  return no_content();
}

Outcome react(Call& call) {
  call.effects.flashes.push_back(
      {journal::Audience::inside(),
       "reaction",
       {{"participant", call.participant.id}, {"emoji", call.body["emoji"]}}});
  return no_content();
}

Outcome rename(Call& call) {
  if (call.id("participant") != call.participant.id) {
    return operation::forbidden("Only your own name is yours to change.");
  }
  const std::string name = trimmed(call.body["name"].get<std::string>());
  if (!people::is_good_name(name)) {
    return bad_input("name", "A name has 1 to 128 bytes and no control characters.");
  }
  Participant participant = call.participant;
  participant.name = name;
  save_participant(call.transaction, call.meeting, participant);
  tell_me(scene_of(call), participant);
  tell_participant(scene_of(call), participant);
  call.effects.in_line.push_back(participant.id);
  return no_content();
}

/// A room in which somebody finds out, alone, whether media gets through.
Outcome probe(Call& call) {
  constexpr people::Allowance kProbes{.burst = 300, .pause = std::chrono::seconds(1)};
  if (!people::take_attempt(call.transaction, fmt::format("probe/{}", call.client_address), kProbes,
                            call.now)) {
    return operation::too_many("Too many probes come from this address. Wait a moment.");
  }
  plane::Grants grants;
  grants.set_room_join(true);
  grants.set_can_subscribe(true);
  grants.set_can_publish(true);
  grants.set_can_publish_data(true);
  call.effects.pass =
      meetings::Pass{.room = fmt::format("{}{}", kProbeRoomPrefix, call.random.token(16)),
                     .identity = "probe",
                     .name = "",
                     .grants = std::move(grants)};
  return Answer{200, Json::object()};
}

Json inside_answer() {
  using namespace schema;
  const Json any_text{{"type", "string"}};
  return object({{"state", one_of({"inside"})},
                 {"participant", any_text},
                 {"token", any_text},
                 {"url", any_text},
                 {"room", any_text}});
}

Json waiting_answer() {
  using namespace schema;
  return object({{"state", one_of({"waiting"})},
                 {"participant", {{"type", "string"}}},
                 {"why", ref("WaitsFor")}});
}

}  // namespace

operation::Operations operations(const Options& options, std::vector<StatePart> parts) {
  using namespace schema;
  const Json any_text{{"type", "string"}};
  const Json name = text(1, 128);
  Json emoji = Json::array();
  for (const std::string_view one : kEmoji) emoji.push_back(one);
  return {
      {.id = "getDoorplate",
       .tag = "attending",
       .method = Method::get,
       .path = "/meetings/{link}",
       .caller = Caller::anyone,
       .summary = "What one may know of a meeting at its door.",
       .answer = object({{"link", any_text},
                         {"title", any_text},
                         {"type", ref("MeetingType")},
                         {"state", ref("MeetingState")},
                         {"has_passcode", boolean()},
                         {"is_locked", boolean()},
                         {"host_is_here", boolean()},
                         {"people", nullable(list(object({{"name", any_text}}), 0, 12))},
                         {"count", nullable(integer(0, 10000))}}),
       .link_may_be_new = options.open_meetings,
       .run = doorplate},
      {.id = "joinMeeting",
       .tag = "attending",
       .method = Method::post,
       .path = "/meetings/{link}/join",
       .caller = Caller::person,
       .summary = "Comes in, or waits at the door. `participant` is the one of before a reload.",
       .body = object({{"name", name}, {"passcode?", text(0, 64)}, {"participant?", text(1, 64)}}),
       .answer = either({inside_answer(), waiting_answer()}),
       .link_may_be_new = options.open_meetings,
       .gives_token = true,
       .prepare = prepare_join,
       .run = join},
      {.id = "probe",
       .tag = "attending",
       .method = Method::post,
       .path = "/probe",
       .caller = Caller::anyone,
       .summary = "A token for a room of one's own, to see how media gets through.",
       .answer = object({{"token", any_text}, {"url", any_text}, {"room", any_text}}),
       .run = probe},
      {.id = "leaveMeeting",
       .tag = "attending",
       .method = Method::post,
       .path = "/meetings/{link}/leave",
       .caller = Caller::participant,
       .summary = "Goes, and gives up the place.",
       .success = 204,
       .run = leave},
      {.id = "getToken",
       .tag = "attending",
       .method = Method::post,
       .path = "/meetings/{link}/token",
       .caller = Caller::inside,
       .summary = "A token for the room of the media plane in which one is to be now.",
       .answer = inside_answer(),
       .gives_token = true,
       .run = token},
      {.id = "getState",
       .tag = "attending",
       .method = Method::get,
       .path = "/meetings/{link}/state",
       .caller = Caller::participant,
       .summary = "All that one may see of the meeting now; the event stream goes on from `seq`.",
       .answer = object({{"seq", integer(0, INT64_MAX)},
                         {"now", time()},
                         {"meeting", ref("Meeting")},
                         {"me", ref("Me")},
                         {"participants", list(ref("Participant"), 0, 10000)},
                         {"lobby", nullable(list(ref("Waiting"), 0, 1000))},
                         {"lobby_message", any_text},
                         {"polls", list(ref("Poll"), 0, 1000)},
                         {"questions", list(ref("Question"), 0, 100)},
                         {"breakouts", nullable(ref("Breakouts"))},
                         {"timer", nullable(ref("Timer"))},
                         {"files", nullable(ref("FileLimits"))}}),
       .run = [parts = std::move(parts)](Call& call) { return state(call, parts); }},
      {.id = "raiseHand",
       .tag = "attending",
       .method = Method::put,
       .path = "/meetings/{link}/hand",
       .needs = Capability::raise_hand,
       .summary = "Raises one's hand, or takes it down.",
       .body = object({{"raised", boolean()}}),
       .success = 204,
       .run = raise_hand},
      {.id = "react",
       .tag = "attending",
       .method = Method::post,
       .path = "/meetings/{link}/reactions",
       .needs = Capability::react,
       .summary = "Shows a reaction to all for a moment.",
       .body = object({{"emoji", {{"type", "string"}, {"enum", emoji}}}}),
       .success = 204,
       .run = react},
      {.id = "renameSelf",
       .tag = "attending",
       .method = Method::patch,
       .path = "/meetings/{link}/participants/{participant}",
       .needs = Capability::rename_self,
       .summary = "Changes one's own name.",
       .body = object({{"name", name}}),
       .success = 204,
       .run = rename},
  };
}

}  // namespace parley::application::attending
