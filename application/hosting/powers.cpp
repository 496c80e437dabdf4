#include "application/hosting/powers.h"

#include <algorithm>

#include "application/attending/coming.h"
#include "application/meetings/bans.h"
#include "application/meetings/custom_roles.h"

namespace parley::application::hosting {

using access::Capability;
using attending::Scene;
using meetings::Participant;
using meetings::Presence;
using operation::Answer;
using operation::Call;
using operation::Json;
using operation::Method;
using operation::no_content;
using operation::Outcome;
using operation::Problem;

namespace {

Scene scene_of(const Call& call) { return {call.transaction, call.meeting, call.now}; }

access::Capabilities rank_of(const Call& call, const Participant& participant) {
  return participant.standing.rank(call.meeting.settings.type);
}

bool may_act_on(const Call& call, const Participant& other) {
  return other.person != call.participant.person &&
         access::outranks(rank_of(call, call.participant), rank_of(call, other));
}

/// Who is named in the path, if they are here and the caller may do something to them.
std::expected<Participant, Problem> target_of(const Call& call) {
  auto found = participant_by_id(call.transaction, call.meeting, call.id("participant"));
  if (!found || !found->is_here()) {
    return operation::not_found("This person is not in the meeting.");
  }
  if (!may_act_on(call, *found)) {
    return operation::forbidden("This is not possible for somebody of that role.");
  }
  return std::move(*found);
}

/// Writes what holds for a person, in all their tabs, and tells.
void change_standing(Call& call, const Participant& of, const meetings::Standing& standing) {
  set_standing(call.transaction, call.meeting, of.person, standing);
  for (const Participant& tab : participants_of(call.transaction, call.meeting, of.person)) {
    if (!tab.is_here()) continue;
    attending::tell_me(scene_of(call), tab);
    if (tab.presence == Presence::inside) attending::tell_participant(scene_of(call), tab);
    call.effects.in_line.push_back(tab.id);
    call.effects.revoked.push_back(tab.id);
  }
}

livekit::TrackSource source_named(std::string_view name) {
  if (name == "microphone") return livekit::MICROPHONE;
  return name == "camera" ? livekit::CAMERA : livekit::SCREEN_SHARE;
}

Capability needed_to_mute(livekit::TrackSource source) {
  switch (source) {
    case livekit::MICROPHONE:
      return Capability::mute_others;
    case livekit::CAMERA:
      return Capability::stop_video;
    default:
      return Capability::stop_share;
  }
}

Outcome mute(Call& call) {
  const auto source = source_named(call.body["source"].get_ref<const std::string&>());
  if (!call.can(needed_to_mute(source))) return operation::forbidden();
  const auto target = target_of(call);
  if (!target) return std::unexpected(target.error());
  call.effects.mutes.push_back({target->id, source});
  return no_content();
}

Outcome restrict(Call& call) {
  // Before what is named: who names nothing changes nothing, but ends the other's tokens.
  if (!call.can(Capability::hard_mute) && !call.can(Capability::stop_video) &&
      !call.can(Capability::stop_share)) {
    return operation::forbidden();
  }
  const auto target = target_of(call);
  if (!target) return std::unexpected(target.error());
  meetings::Standing standing = target->standing;
  access::Circumstances& now = standing.circumstances;
  for (const auto& [name, capability, flag] :
       {std::tuple{"microphone", Capability::hard_mute, &now.hard_muted},
        std::tuple{"camera", Capability::stop_video, &now.video_stopped},
        std::tuple{"screen_share", Capability::stop_share, &now.share_stopped}}) {
    if (!call.body.contains(name)) continue;
    if (!call.can(capability)) return operation::forbidden();
    *flag = call.body[name].get<bool>();
  }
  // A hard mute takes back what a raised hand was given.
  if (now.hard_muted) now.allowed_to_speak = false;
  change_standing(call, *target, standing);
  return no_content();
}

Outcome mute_all(Call& call) {
  const bool hard = call.body["hard"].get<bool>();
  if (hard && !call.can(Capability::hard_mute)) return operation::forbidden();
  for (const Participant& one :
       participants_who_are(call.transaction, call.meeting, Presence::inside)) {
    if (!may_act_on(call, one) || rank_of(call, one).has(Capability::mute_others)) continue;
    call.effects.mutes.push_back({one.id, livekit::MICROPHONE});
    if (!hard || one.standing.circumstances.hard_muted) continue;
    meetings::Standing standing = one.standing;
    standing.circumstances.hard_muted = true;
    standing.circumstances.allowed_to_speak = false;
    change_standing(call, one, standing);
  }
  return no_content();
}

Outcome remove(Call& call) {
  const bool bans = call.body["ban"].get<bool>();
  if (bans && !call.can(Capability::ban)) return operation::forbidden();
  const auto target = target_of(call);
  if (!target) return std::unexpected(target.error());
  if (bans) {
    ban(call.transaction, call.meeting, {.person = target->person, .device = target->device},
        target->name, call.random, call.now);
  }
  // Whoever is removed is so in all their tabs.
  for (const Participant& tab : participants_of(call.transaction, call.meeting, target->person)) {
    if (!tab.is_here()) continue;
    attending::put_out(scene_of(call), tab, bans ? Presence::banned : Presence::removed,
                       call.effects);
  }
  return no_content();
}

Outcome list_bans(Call& call) {
  Json items = Json::array();
  for (const meetings::Ban& one : bans_of(call.transaction, call.meeting)) {
    items.push_back(
        {{"id", one.id}, {"name", one.name}, {"at", operation::instant(one.banned_at)}});
  }
  return Answer{200, {{"items", std::move(items)}, {"next", nullptr}}};
}

Outcome lift(Call& call) {
  if (!lift_ban(call.transaction, call.meeting, call.id("ban"))) {
    return operation::not_found("There is no such ban.");
  }
  return no_content();
}

Outcome set_role_of(Call& call) {
  const auto target = target_of(call);
  if (!target) return std::unexpected(target.error());
  meetings::Standing standing = target->standing;
  if (call.body.contains("role") == call.body.contains("custom_role")) {
    return operation::bad_input("role", "Name a role, or one that somebody made.");
  }
  if (call.body.contains("role")) {
    standing.set_role(*access::parse_role(call.body["role"].get_ref<const std::string&>()));
  } else {
    auto made = custom_role_by_id(call.transaction, call.meeting,
                                  call.body["custom_role"].get_ref<const std::string&>());
    if (!made) return operation::not_found("There is no such role.");
    standing.set_role(std::move(made->role));
  }
  const auto given = standing.rank(call.meeting.settings.type);
  if (!access::may_give(rank_of(call, call.participant), given)) {
    return operation::forbidden("Nobody gives a role above their own.");
  }
  change_standing(call, *target, standing);
  // Whoever waits does not wait for themselves.
  if (target->presence == Presence::waiting && given.has(Capability::admit)) {
    attending::let_in(scene_of(call), *target, call.effects);
  }
  return no_content();
}

Outcome hand_over(Call& call) {
  const auto target = target_of(call);
  if (!target) return std::unexpected(target.error());
  if (target->presence != Presence::inside) {
    return operation::conflict("Only somebody who is in the meeting can become its host.");
  }
  meetings::Standing theirs = target->standing;
  meetings::Standing ours = call.participant.standing;
  theirs.set_role(access::Role::host);
  ours.set_role(access::Role::cohost);
  change_standing(call, *target, theirs);
  change_standing(call, call.participant, ours);
  return no_content();
}

Outcome allow_to_speak(Call& call) {
  const auto target = target_of(call);
  if (!target) return std::unexpected(target.error());
  meetings::Standing standing = target->standing;
  standing.circumstances.allowed_to_speak = call.body["allowed"].get<bool>();
  // To be allowed to speak is to be allowed, whatever was before.
  if (standing.circumstances.allowed_to_speak) standing.circumstances.hard_muted = false;
  if (standing.circumstances.allowed_to_speak && target->hand_at) {
    Participant answered = *target;
    answered.hand_at.reset();
    save_participant(call.transaction, call.meeting, answered);
  }
  change_standing(call, *target, standing);
  return no_content();
}

Outcome lower_hand(Call& call) {
  auto found = participant_by_id(call.transaction, call.meeting, call.id("participant"));
  if (!found || !found->is_here()) {
    return operation::not_found("This person is not in the meeting.");
  }
  if (!found->hand_at) return no_content();
  found->hand_at.reset();
  save_participant(call.transaction, call.meeting, *found);
  attending::tell_me(scene_of(call), *found);
  attending::tell_participant(scene_of(call), *found);
  return no_content();
}

Outcome spotlight(Call& call) {
  std::vector<std::string> chosen;
  for (const Json& id : call.body["participants"]) {
    const auto one =
        participant_by_id(call.transaction, call.meeting, id.get_ref<const std::string&>());
    if (!one || one->presence != Presence::inside) {
      return operation::bad_input("participants", "One of these people is not in the meeting.");
    }
    if (std::ranges::find(chosen, one->id) == chosen.end()) chosen.push_back(one->id);
  }
  set_spotlight(call.transaction, call.meeting, chosen);
  meetings::Meeting changed = call.meeting;
  changed.spotlight = std::move(chosen);
  attending::tell_meeting({call.transaction, changed, call.now});
  return no_content();
}

}  // namespace

operation::Operations powers_operations() {
  using namespace operation::schema;
  constexpr std::size_t kMostInSpotlight = 9;
  const Json any_text{{"type", "string"}};
  return {
      {.id = "muteParticipant",
       .tag = "powers",
       .method = Method::post,
       .path = "/meetings/{link}/participants/{participant}/mute",
       .summary = "Mutes somebody's microphone, camera or share, once: they may go on again.",
       .body = object({{"source", one_of({"microphone", "camera", "screen_share"})}}),
       .success = 204,
       .run = mute},
      {.id = "restrictParticipant",
       .tag = "powers",
       .method = Method::put,
       .path = "/meetings/{link}/participants/{participant}/restrictions",
       .summary = "Takes microphone, camera or share from somebody (true), or gives it back.",
       .body = object(
           {{"microphone?", boolean()}, {"camera?", boolean()}, {"screen_share?", boolean()}}),
       .success = 204,
       .run = restrict},
      {.id = "muteAll",
       .tag = "powers",
       .method = Method::post,
       .path = "/meetings/{link}/mute-all",
       .needs = Capability::mute_others,
       .summary = "Mutes everybody who cannot mute others; hard: until it is lifted.",
       .body = object({{"hard", boolean()}}),
       .success = 204,
       .run = mute_all},
      {.id = "removeParticipant",
       .tag = "powers",
       .method = Method::post,
       .path = "/meetings/{link}/participants/{participant}/remove",
       .needs = Capability::remove,
       .summary = "Removes somebody, who has to be let in again; with `ban` for good.",
       .body = object({{"ban", boolean()}}),
       .success = 204,
       .run = remove},
      {.id = "listBans",
       .tag = "powers",
       .method = Method::get,
       .path = "/meetings/{link}/bans",
       .needs = Capability::ban,
       .summary = "Who is kept out.",
       .answer =
           object({{"items",
                    list(object({{"id", any_text}, {"name", any_text}, {"at", time()}}), 0, 10000)},
                   {"next", nullable(any_text)}}),
       .run = list_bans},
      {.id = "liftBan",
       .tag = "powers",
       .method = Method::remove,
       .path = "/meetings/{link}/bans/{ban}",
       .needs = Capability::ban,
       .summary = "Lets somebody come again.",
       .success = 204,
       .run = lift},
      {.id = "setRole",
       .tag = "powers",
       .method = Method::put,
       .path = "/meetings/{link}/participants/{participant}/role",
       .needs = Capability::promote,
       .summary = "Gives somebody a role, up to one's own: one of ours, or one that was made.",
       .body = object({{"role?", one_of({"cohost", "speaker", "attendee", "viewer"})},
                       {"custom_role?", text(1, 64)}}),
       .success = 204,
       .run = set_role_of},
      {.id = "handOver",
       .tag = "powers",
       .method = Method::post,
       .path = "/meetings/{link}/participants/{participant}/hand-over",
       .needs = Capability::hand_over,
       .summary = "Makes somebody the host, and oneself a co-host.",
       .success = 204,
       .run = hand_over},
      {.id = "allowToSpeak",
       .tag = "powers",
       .method = Method::put,
       .path = "/meetings/{link}/participants/{participant}/speaking",
       .needs = Capability::allow_to_speak,
       .summary = "Answers a raised hand: they may unmute themselves, or not any more.",
       .body = object({{"allowed", boolean()}}),
       .success = 204,
       .run = allow_to_speak},
      {.id = "lowerHand",
       .tag = "powers",
       .method = Method::remove,
       .path = "/meetings/{link}/participants/{participant}/hand",
       .needs = Capability::allow_to_speak,
       .summary = "Takes somebody's hand down.",
       .success = 204,
       .run = lower_hand},
      {.id = "setSpotlight",
       .tag = "powers",
       .method = Method::put,
       .path = "/meetings/{link}/spotlight",
       .needs = Capability::spotlight,
       .summary = "Shows these people large to all, in this order; none: as everybody likes.",
       .body = object({{"participants", list(text(1, 64), 0, kMostInSpotlight)}}),
       .success = 204,
       .run = spotlight},
  };
}

}  // namespace parley::application::hosting
