#include "application/attending/coming.h"

#include <algorithm>

#include "application/meetings/door.h"
#include "application/people/accounts.h"

namespace parley::application::attending {

using access::Capability;
using meetings::Meeting;
using meetings::Participant;
using meetings::Presence;
using operation::Effects;

namespace {

constexpr std::int64_t kMostAtOnce = 500;
/// A room that can begin again ends when nobody has been there for so long.
constexpr std::chrono::minutes kEmptyAfter{2};

/// An account of the meeting's own tenant: of another one's there is none here by that id.
bool is_of_tenant(store::Transaction& transaction, const Meeting& meeting,
                  std::string_view person) {
  constexpr std::string_view kAccount = "a/";
  return person.starts_with(kAccount) &&
         people::account_by_id(transaction, meeting.tenant, person.substr(kAccount.size()))
             .has_value();
}

meetings::Visitor visitor_of(const Scene& scene, const Participant& participant) {
  const Meeting& meeting = scene.meeting;
  return {.capabilities = participant.standing.rank(meeting.settings.type),
          .same_tenant = is_of_tenant(scene.transaction, meeting, participant.person),
          .knows_passcode = true,
          .was_admitted = participant.standing.is_admitted};
}

}  // namespace

meetings::Inside inside_of(store::Transaction& transaction, const Meeting& meeting) {
  const auto people = participants_who_are(transaction, meeting, Presence::inside);
  return {.people = static_cast<std::int64_t>(people.size()),
          .host_present = std::ranges::any_of(people, [&](const Participant& one) {
            return one.standing.may(meeting).has(Capability::admit);
          })};
}

void let_in(const Scene& scene, Participant participant, Effects& effects) {
  participant.presence = Presence::inside;
  participant.waits_for_host_only = false;
  participant.since = scene.now;
  save_participant(scene.transaction, scene.meeting, participant);
  if (!participant.standing.is_admitted) {
    participant.standing.is_admitted = true;
    set_standing(scene.transaction, scene.meeting, participant.person, participant.standing);
  }
  tell_me(scene, participant);
  tell_participant(scene, participant);
  effects.in_line.push_back(participant.id);
}

void put_out(const Scene& scene, Participant participant, Presence presence, Effects& effects) {
  const bool waited = participant.presence == Presence::waiting;
  const bool was_inside = participant.presence == Presence::inside;
  participant.presence = presence;
  participant.hand_at.reset();
  save_participant(scene.transaction, scene.meeting, participant);
  if (presence == Presence::removed || presence == Presence::denied ||
      presence == Presence::banned) {
    participant.standing.is_admitted = false;
    set_standing(scene.transaction, scene.meeting, participant.person, participant.standing);
  }
  tell_me(scene, participant);
  if (was_inside) tell_left(scene, participant);
  if (waited) tell_lobby(scene);
  effects.in_line.push_back(participant.id);
}

void let_in_who_waits_for_host(const Scene& scene, Effects& effects) {
  bool changed = false;
  for (const Participant& one :
       participants_who_are(scene.transaction, scene.meeting, Presence::waiting)) {
    if (!one.waits_for_host_only) continue;
    let_in(scene, one, effects);
    changed = true;
  }
  if (changed) tell_lobby(scene);
}

void apply_lobby_rule(const Scene& scene, Effects& effects) {
  const bool host = inside_of(scene.transaction, scene.meeting).host_present;
  bool changed = false;
  for (Participant one :
       participants_who_are(scene.transaction, scene.meeting, Presence::waiting)) {
    const bool held = is_held_by_lobby(scene.meeting.settings.lobby, visitor_of(scene, one));
    if (!held && (host || scene.meeting.settings.join_before_host)) {
      let_in(scene, one, effects);
      changed = true;
    } else if (one.waits_for_host_only == held) {
      one.waits_for_host_only = !held;
      save_participant(scene.transaction, scene.meeting, one);
      tell_me(scene, one);
    }
  }
  if (changed) tell_lobby(scene);
}

void end(const Scene& scene, Effects& effects) {
  end_meeting(scene.transaction, scene.meeting, scene.now);
  auto ended = meetings::meeting_by_id(scene.transaction, scene.meeting.tenant, scene.meeting.id);
  if (!ended) return;
  const Scene after{scene.transaction, *ended, scene.now};
  tell_meeting(after);
  for (const Presence presence : {Presence::inside, Presence::waiting}) {
    for (Participant one : participants_who_are(scene.transaction, *ended, presence)) {
      one.presence = Presence::ended;
      save_participant(scene.transaction, *ended, one);
      tell_me(after, one);
      effects.in_line.push_back(one.id);
    }
  }
}

std::vector<std::pair<Meeting, Effects>> on_time(store::Transaction& transaction, WallTime now) {
  std::vector<std::pair<Meeting, Effects>> all;
  for (const meetings::Sighting& gone :
       meetings::not_seen_since(transaction, now - kGrace, kMostAtOnce)) {
    const auto meeting = meetings::meeting_by_id(transaction, gone.tenant, gone.meeting);
    if (!meeting) continue;
    auto participant = meetings::participant_by_id(transaction, *meeting, gone.participant);
    if (!participant) {
      forget_participant(transaction, gone);  // Of a run that is over.
      continue;
    }
    // The media plane is left as it is: a page that cannot hear us may still be in the call.
    Effects nothing;
    put_out({transaction, *meeting, now}, std::move(*participant), Presence::left, nothing);
    all.emplace_back(*meeting, Effects());
  }
  for (const Meeting& meeting :
       meetings::meetings_that_are_up(transaction, now, now - kEmptyAfter)) {
    Effects effects;
    end({transaction, meeting, now}, effects);
    all.emplace_back(meeting, std::move(effects));
  }
  return all;
}

}  // namespace parley::application::attending
