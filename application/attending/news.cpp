#include "application/attending/news.h"

#include "application/meetings/pass.h"

namespace parley::application::attending {

using access::Capability;
using journal::Audience;
using meetings::Meeting;
using meetings::Participant;
using meetings::Presence;
using operation::instant;

namespace {

/// What a role that somebody made is called; null: it is one of ours.
Json role_name(const meetings::Standing& standing) {
  return standing.custom_role ? Json(standing.custom_role->name) : Json(nullptr);
}

Json null_if_empty(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json capabilities_json(access::Capabilities capabilities) {
  Json names = Json::array();
  for (std::size_t i = 0; i < access::kCapabilities; ++i) {
    const auto one = static_cast<Capability>(i);
    if (capabilities.has(one)) names.push_back(access::to_string(one));
  }
  return names;
}

void append(const Scene& scene, const Audience& audience, std::string_view type, const Json& body) {
  journal::append(scene.transaction, scene.meeting, audience, type, body, scene.now);
}

}  // namespace

Json meeting_json(const Meeting& meeting) {
  return {{"link", meeting.link},
          {"title", meeting.settings.title},
          {"type", access::to_string(meeting.settings.type)},
          {"room", meeting.room()},
          {"is_personal", meeting.is_personal},
          {"is_locked", meeting.is_locked},
          {"lobby", to_string(meeting.settings.lobby)},
          {"join_before_host", meeting.settings.join_before_host},
          {"has_passcode", meeting.has_passcode},
          {"max_people", meeting.settings.max_people},
          {"max_minutes", meeting.settings.max_minutes},
          {"state", meeting.is_on()     ? "on"
                    : meeting.is_over() ? "over"
                                        : "new"},
          {"started_at", instant(meeting.started_at)},
          {"ends_at", instant(meeting.time_is_up_at())},
          {"suspended", meeting.is_suspended},
          {"layout", null_if_empty(meeting.layout)},
          {"spotlight", meeting.spotlight}};
}

Json me_json(const Meeting& meeting, const Participant& participant) {
  const access::Circumstances& now = participant.standing.circumstances;
  const bool waits = participant.presence == Presence::waiting;
  return {{"participant", participant.id},
          {"name", participant.name},
          {"role", access::to_string(participant.standing.role)},
          {"role_name", role_name(participant.standing)},
          {"state", to_string(participant.presence)},
          {"why", !waits                            ? Json(nullptr)
                  : participant.waits_for_host_only ? "host"
                                                    : "lobby"},
          {"capabilities", capabilities_json(participant.standing.may(meeting))},
          {"room", room_of(meeting, participant)},
          {"hard_muted", now.hard_muted},
          {"video_stopped", now.video_stopped},
          {"share_stopped", now.share_stopped},
          {"allowed_to_speak", now.allowed_to_speak},
          {"hand_at", instant(participant.hand_at)}};
}

Json participant_json(const Participant& participant) {
  const access::Circumstances& now = participant.standing.circumstances;
  return {{"id", participant.id},
          {"name", participant.name},
          {"role", access::to_string(participant.standing.role)},
          {"role_name", role_name(participant.standing)},
          {"joined_at", instant(participant.since)},
          {"hand_at", instant(participant.hand_at)},
          {"allowed_to_speak", now.allowed_to_speak},
          {"hard_muted", now.hard_muted},
          {"video_stopped", now.video_stopped},
          {"share_stopped", now.share_stopped},
          {"breakout", null_if_empty(participant.breakout)}};
}

Json lobby_json(store::Transaction& transaction, const Meeting& meeting) {
  Json waiting = Json::array();
  for (const Participant& one : participants_who_are(transaction, meeting, Presence::waiting)) {
    waiting.push_back({{"id", one.id}, {"name", one.name}, {"since", instant(one.since)}});
  }
  return waiting;
}

void tell_meeting(const Scene& scene) {
  const Json body = meeting_json(scene.meeting);
  append(scene, Audience::inside(), "meeting", body);
  append(scene, Audience::waiting(), "meeting", body);
}

void tell_me(const Scene& scene, const Participant& participant) {
  append(scene, Audience::participant(participant.id), "me", me_json(scene.meeting, participant));
}

void tell_participant(const Scene& scene, const Participant& participant) {
  const Json body = participant_json(participant);
  if (participant.standing.may(scene.meeting).has(Capability::be_seen)) {
    append(scene, Audience::who_can(Capability::see_people), "participant", body);
  } else {
    // Whoever helps to run the meeting sees those whom the others do not.
    append(scene, Audience::who_can(Capability::remove), "participant", body);
  }
}

void tell_left(const Scene& scene, const Participant& participant) {
  append(scene, Audience::who_can(Capability::see_people), "participant_left",
         {{"id", participant.id}});
}

void tell_lobby(const Scene& scene) {
  append(scene, Audience::who_can(Capability::see_lobby), "lobby",
         {{"waiting", lobby_json(scene.transaction, scene.meeting)}});
}

std::map<std::string, Json> components() {
  using namespace operation::schema;
  const Json any_text{{"type", "string"}};
  Json capabilities = Json::array();
  for (std::size_t i = 0; i < access::kCapabilities; ++i) {
    capabilities.push_back(access::to_string(static_cast<Capability>(i)));
  }
  return {
      {"Role", one_of({"host", "cohost", "speaker", "attendee", "viewer"})},
      {"Capability", {{"type", "string"}, {"enum", std::move(capabilities)}}},
      {"MeetingType", one_of({"meeting", "webinar", "audio_room", "consult", "classroom"})},
      {"MeetingState", one_of({"new", "on", "over"})},
      {"LobbyRule", one_of({"nobody", "outsiders", "everybody"})},
      {"Layout", one_of({"grid", "speaker", "whiteboard"})},
      {"Presence", one_of({"waiting", "inside", "denied", "removed", "banned", "ended", "left"})},
      {"WaitsFor", one_of({"lobby", "host"})},
      {"Meeting", object({{"link", any_text},
                          {"title", any_text},
                          {"type", ref("MeetingType")},
                          {"room", any_text},
                          {"is_personal", boolean()},
                          {"is_locked", boolean()},
                          {"lobby", ref("LobbyRule")},
                          {"join_before_host", boolean()},
                          {"has_passcode", boolean()},
                          {"max_people", integer(0, meetings::Settings::kMostPeople)},
                          {"max_minutes", integer(0, meetings::Settings::kMostMinutes)},
                          {"state", ref("MeetingState")},
                          {"started_at", nullable(time())},
                          {"ends_at", nullable(time())},
                          {"suspended", boolean()},
                          {"layout", nullable(ref("Layout"))},
                          {"spotlight", list(any_text, 0, 9)}})},
      {"Me", object({{"participant", any_text},
                     {"name", any_text},
                     {"role", ref("Role")},
                     {"role_name", nullable(any_text)},
                     {"state", ref("Presence")},
                     {"why", nullable(ref("WaitsFor"))},
                     {"capabilities", list(ref("Capability"), 0, access::kCapabilities)},
                     {"room", any_text},
                     {"hard_muted", boolean()},
                     {"video_stopped", boolean()},
                     {"share_stopped", boolean()},
                     {"allowed_to_speak", boolean()},
                     {"hand_at", nullable(time())}})},
      {"Participant", object({{"id", any_text},
                              {"name", any_text},
                              {"role", ref("Role")},
                              {"role_name", nullable(any_text)},
                              {"joined_at", time()},
                              {"hand_at", nullable(time())},
                              {"allowed_to_speak", boolean()},
                              {"hard_muted", boolean()},
                              {"video_stopped", boolean()},
                              {"share_stopped", boolean()},
                              {"breakout", nullable(any_text)}})},
      {"Waiting", object({{"id", any_text}, {"name", any_text}, {"since", time()}})},
  };
}

std::map<std::string, Json> events() {
  using namespace operation::schema;
  const Json any_text{{"type", "string"}};
  return {
      {"meeting", ref("Meeting")},
      {"me", ref("Me")},
      {"participant", ref("Participant")},
      {"participant_left", object({{"id", any_text}})},
      {"lobby", object({{"waiting", list(ref("Waiting"), 0, 1000)}})},
      {"reaction", object({{"participant", any_text}, {"emoji", any_text}})},
  };
}

}  // namespace parley::application::attending
