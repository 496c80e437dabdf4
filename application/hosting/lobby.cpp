#include "application/hosting/lobby.h"

#include <algorithm>

#include "application/attending/coming.h"

namespace parley::application::hosting {

using access::Capability;
using attending::Scene;
using meetings::Participant;
using meetings::Presence;
using operation::Call;
using operation::Json;
using operation::Method;
using operation::no_content;
using operation::Outcome;

namespace {

constexpr std::size_t kLongestMessage = 1000;
constexpr std::size_t kMostWaiting = 1000;

Scene scene_of(const Call& call) { return {call.transaction, call.meeting, call.now}; }

/// Those of the body who still wait. Whoever has gone meanwhile is no error: the caller's list is
/// always a moment old.
std::vector<Participant> named_in(const Call& call) {
  auto waiting = participants_who_are(call.transaction, call.meeting, Presence::waiting);
  if (!call.body.is_object() || !call.body.contains("participants")) return waiting;
  const Json& wanted = call.body["participants"];
  std::erase_if(waiting, [&](const Participant& one) {
    return std::ranges::find(wanted, Json(one.id)) == wanted.end();
  });
  return waiting;
}

Outcome admit(Call& call) {
  const auto chosen = named_in(call);
  const auto room =
      call.meeting.most_people() - count_who_are(call.transaction, call.meeting, Presence::inside);
  if (static_cast<std::int64_t>(chosen.size()) > room) {
    return operation::conflict("The meeting is full.");
  }
  for (const Participant& one : chosen) attending::let_in(scene_of(call), one, call.effects);
  if (!chosen.empty()) attending::tell_lobby(scene_of(call));
  return no_content();
}

Outcome deny(Call& call) {
  for (const Participant& one : named_in(call)) {
    attending::put_out(scene_of(call), one, Presence::denied, call.effects);
  }
  return no_content();
}

Outcome say(Call& call) {
  const auto& text = call.body["text"].get_ref<const std::string&>();
  set_lobby_message(call.transaction, call.meeting, text);
  const Json body{{"text", text}};
  call.tell(journal::Audience::waiting(), "lobby_message", body);
  call.tell(journal::Audience::who_can(Capability::admit), "lobby_message", body);
  return no_content();
}

}  // namespace

std::map<std::string, Json> events() {
  using namespace operation::schema;
  return {{"lobby_message", object({{"text", text(0, kLongestMessage)}})}};
}

operation::Operations lobby_operations() {
  using namespace operation::schema;
  const Json ids = list(text(1, 64), 1, kMostWaiting);
  return {
      {.id = "admit",
       .tag = "lobby",
       .method = Method::post,
       .path = "/meetings/{link}/lobby/admit",
       .needs = Capability::admit,
       .summary = "Lets in these people, or all who wait.",
       .body = object({{"participants?", ids}}),
       .success = 204,
       .run = admit},
      {.id = "deny",
       .tag = "lobby",
       .method = Method::post,
       .path = "/meetings/{link}/lobby/deny",
       .needs = Capability::admit,
       .summary = "Turns these people away. They may ask again.",
       .body = object({{"participants", ids}}),
       .success = 204,
       .run = deny},
      {.id = "setLobbyMessage",
       .tag = "lobby",
       .method = Method::put,
       .path = "/meetings/{link}/lobby/message",
       .needs = Capability::admit,
       .summary = "Shows a line to those who wait and who come while it stands; empty: none.",
       .body = object({{"text", text(0, kLongestMessage)}}),
       .success = 204,
       .run = say},
  };
}

}  // namespace parley::application::hosting
