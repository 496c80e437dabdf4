#include "application/hosting/settings.h"

#include <charconv>

#include "application/attending/coming.h"
#include "application/meetings/passcode.h"
#include "application/operation/input.h"

namespace parley::application::hosting {

using access::Capability;
using attending::Scene;
using meetings::Meeting;
using meetings::Participant;
using meetings::Presence;
using operation::Answer;
using operation::Call;
using operation::Caller;
using operation::Json;
using operation::Method;
using operation::no_content;
using operation::Outcome;
using operation::Preparation;
using operation::Problem;

namespace {

Json view_of(const Meeting& meeting) { return attending::meeting_json(meeting); }

/// The passcode's hash, made between two transactions; empty: it is taken away.
struct NewPasscode {
  Secret text;
  std::string hash;
};

std::expected<Preparation, Problem> prepare_passcode(Call& call, Random& random,
                                                     const people::PasswordCost& cost) {
  if (!call.body.contains("passcode")) return Preparation{};
  auto passcode = std::make_shared<NewPasscode>();
  if (call.body["passcode"].is_null()) return Preparation{[] {}, passcode};
  passcode->text = Secret(call.body["passcode"].get<std::string>());
  if (!meetings::is_good_passcode(passcode->text)) {
    return operation::bad_input("passcode", "A passcode has 4 to 64 characters.");
  }
  return Preparation{[passcode, &random, cost] {
                       passcode->hash = people::hash_password(passcode->text, random, cost);
                     },
                     passcode};
}

/// What the body says, over what is.
meetings::Settings settings_of(const Json& body, meetings::Settings settings) {
  settings.title = body.value("title", settings.title);
  if (body.contains("type")) {
    settings.type = *access::parse_meeting_type(body["type"].get_ref<const std::string&>());
  }
  if (body.contains("lobby")) {
    settings.lobby = *meetings::parse_lobby_rule(body["lobby"].get_ref<const std::string&>());
  }
  settings.join_before_host = body.value("join_before_host", settings.join_before_host);
  settings.max_people = body.value("max_people", settings.max_people);
  settings.max_minutes = body.value("max_minutes", settings.max_minutes);
  return settings;
}

std::unexpected<Problem> refuse(meetings::MeetingError error) {
  const bool title = error == meetings::MeetingError::bad_title;
  return operation::bad_input(title ? "title" : "", std::string(describe(error)));
}

void keep_passcode(const Call& call, const Meeting& meeting) {
  if (const auto* passcode = static_cast<const NewPasscode*>(call.prepared.get())) {
    set_passcode(call.transaction, meeting, passcode->hash);
  }
}

bool may_create(const Call& call, bool open_meetings) {
  return open_meetings || !call.person.is_guest();
}

std::unexpected<Problem> sign_in_first() {
  return operation::forbidden("Sign in to make a meeting.");
}

Outcome create(Call& call, bool open_meetings) {
  if (!may_create(call, open_meetings)) return sign_in_first();
  const auto settings = settings_of(call.body, {.type = access::MeetingType::meeting});
  const auto made = create_meeting(call.transaction, call.person.tenant, call.person.key(),
                                   settings, call.random, call.now);
  if (!made) return refuse(made.error());
  keep_passcode(call, *made);
  const auto meeting = meetings::meeting_by_id(call.transaction, made->tenant, made->id);
  return Answer{201, view_of(meeting.value_or(*made))};
}

/// The owner from anywhere; others where their role in the meeting allows it.
bool may_change(const Call& call) {
  return call.person.key() == call.meeting.owner || call.can(Capability::change_settings);
}

Outcome open_personal_room(Call& call) {
  const auto room = meetings::personal_room(call.transaction, call.person.tenant, call.person.key(),
                                            call.person.name, call.random, call.now);
  if (!room) return refuse(room.error());
  return Answer{200, view_of(*room)};
}

/// Whoever has the old link is at no door any more.
Outcome renew(Call& call) {
  if (!may_change(call)) return operation::forbidden();
  Meeting meeting = call.meeting;
  if (meeting.is_on()) {
    return operation::conflict("The link is in use: it can be changed when the meeting is not on.");
  }
  if (meeting.is_open) {
    return operation::conflict("The link of this meeting is the name that somebody gave it.");
  }
  meeting.link = renew_link(call.transaction, meeting, call.random);
  return Answer{200, view_of(meeting)};
}

Outcome list(Call& call) {
  const auto limit = operation::page_limit(call);
  if (!limit) return std::unexpected(limit.error());
  WallTime before = call.now + std::chrono::seconds(1);
  if (const std::string_view cursor = operation::page_cursor(call); !cursor.empty()) {
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), ms);
    if (error != std::errc() || end != cursor.data() + cursor.size()) {
      return operation::bad_input("cursor", "No page begins here.");
    }
    before = WallTime(std::chrono::milliseconds(ms));
  }
  const auto page = meetings::meetings_of(call.transaction, call.person.tenant, call.person.key(),
                                          before, *limit);
  Json items = Json::array();
  for (const Meeting& meeting : page) items.push_back(view_of(meeting));
  Json next = nullptr;
  if (static_cast<std::int64_t>(page.size()) == *limit) {
    next = std::to_string(
        std::chrono::floor<std::chrono::milliseconds>(page.back().created_at.time_since_epoch())
            .count());
  }
  return Answer{200, {{"items", std::move(items)}, {"next", std::move(next)}}};
}

/// Another kind of meeting is another set of powers, for everybody at once.
void follow_type(const Scene& scene, operation::Effects& effects) {
  if (!scene.meeting.is_on()) return;
  for (const Presence presence : {Presence::inside, Presence::waiting}) {
    for (const Participant& one :
         participants_who_are(scene.transaction, scene.meeting, presence)) {
      attending::tell_me(scene, one);
      if (presence == Presence::waiting) continue;
      attending::tell_participant(scene, one);
      effects.in_line.push_back(one.id);
      effects.revoked.push_back(one.id);
    }
  }
}

Outcome change(Call& call) {
  if (!may_change(call)) return operation::forbidden();
  const auto settings = settings_of(call.body, call.meeting.settings);
  const auto changed = change_settings(call.transaction, call.meeting, settings);
  if (!changed) return refuse(changed.error());
  keep_passcode(call, call.meeting);
  const auto meeting =
      meetings::meeting_by_id(call.transaction, call.meeting.tenant, call.meeting.id);
  if (!meeting) return operation::not_found("There is no such meeting.");
  const Scene scene{call.transaction, *meeting, call.now};
  attending::tell_meeting(scene);
  if (settings.type != call.meeting.settings.type) follow_type(scene, call.effects);
  if (settings.lobby != call.meeting.settings.lobby ||
      settings.join_before_host != call.meeting.settings.join_before_host) {
    attending::apply_lobby_rule(scene, call.effects);
  }
  return Answer{200, view_of(*meeting)};
}

Outcome lock(Call& call) {
  Meeting meeting = call.meeting;
  meeting.is_locked = call.body["locked"].get<bool>();
  set_locked(call.transaction, meeting, meeting.is_locked);
  attending::tell_meeting({call.transaction, meeting, call.now});
  return no_content();
}

Outcome suspend(Call& call) {
  Meeting meeting = call.meeting;
  meeting.is_suspended = call.body["suspended"].get<bool>();
  set_suspended(call.transaction, meeting, meeting.is_suspended);
  const Scene scene{call.transaction, meeting, call.now};
  attending::tell_meeting(scene);
  for (const Participant& one : participants_who_are(call.transaction, meeting, Presence::inside)) {
    attending::tell_me(scene, one);
    call.effects.in_line.push_back(one.id);
    call.effects.revoked.push_back(one.id);
  }
  return no_content();
}

Outcome lay_out(Call& call) {
  Meeting meeting = call.meeting;
  meeting.layout = call.body["layout"].is_null() ? "" : call.body["layout"].get<std::string>();
  set_layout(call.transaction, meeting, meeting.layout);
  attending::tell_meeting({call.transaction, meeting, call.now});
  return no_content();
}

Outcome end(Call& call) {
  attending::end({call.transaction, call.meeting, call.now}, call.effects);
  return no_content();
}

}  // namespace

operation::Operations settings_operations(const Options& options, Random& random) {
  using namespace operation::schema;
  const Json type = one_of({"meeting", "webinar", "audio_room", "consult", "classroom"});
  const Json lobby = one_of({"nobody", "outsiders", "everybody"});
  const Json title = text(0, meetings::Settings::kMaxTitle);
  const Json people = integer(0, meetings::Settings::kMostPeople);
  const Json minutes = integer(0, meetings::Settings::kMostMinutes);
  using Prepared = std::expected<Preparation, Problem>;
  // Nobody has a passcode made, which is slow on purpose, for what they may not do.
  const auto prepare_creation = [&random, cost = options.passcode_cost,
                                 open = options.open_meetings](Call& call) -> Prepared {
    if (!may_create(call, open)) return sign_in_first();
    return prepare_passcode(call, random, cost);
  };
  const auto prepare_change = [&random, cost = options.passcode_cost](Call& call) -> Prepared {
    if (!may_change(call)) return operation::forbidden();
    return prepare_passcode(call, random, cost);
  };
  return {
      {.id = "createMeeting",
       .tag = "meetings",
       .method = Method::post,
       .path = "/meetings",
       .caller = Caller::person,
       .summary = "Makes a meeting, whose host the caller is.",
       .body = object({{"title?", title},
                       {"type?", type},
                       {"lobby?", lobby},
                       {"join_before_host?", boolean()},
                       {"passcode?", nullable(text(0, 64))},
                       {"max_people?", people},
                       {"max_minutes?", minutes}}),
       .answer = ref("Meeting"),
       .success = 201,
       .prepare = prepare_creation,
       .run = [open = options.open_meetings](Call& call) { return create(call, open); }},
      {.id = "listMeetings",
       .tag = "meetings",
       .method = Method::get,
       .path = "/meetings",
       .caller = Caller::person,
       .summary = "The caller's own meetings, newest first.",
       .query = operation::page_query(),
       .answer = operation::page_answer("Meeting"),
       .run = list},
      {.id = "openPersonalRoom",
       .tag = "meetings",
       .method = Method::put,
       .path = "/personal-room",
       .caller = Caller::account,
       .summary = "The caller's own room, which can begin again and again; made when first asked "
                  "for.",
       .answer = ref("Meeting"),
       .run = open_personal_room},
      {.id = "renewLink",
       .tag = "meetings",
       .method = Method::post,
       .path = "/meetings/{link}/link",
       .caller = Caller::person,
       .summary = "Gives the meeting another link: the old one leads nowhere any more.",
       .answer = ref("Meeting"),
       .run = renew},
      {.id = "changeMeeting",
       .tag = "meetings",
       .method = Method::patch,
       .path = "/meetings/{link}",
       .caller = Caller::person,
       .summary = "Changes the settings that are named.",
       .body = object({{"title?", title},
                       {"type?", type},
                       {"lobby?", lobby},
                       {"join_before_host?", boolean()},
                       {"passcode?", nullable(text(0, 64))},
                       {"max_people?", people},
                       {"max_minutes?", minutes}}),
       .answer = ref("Meeting"),
       .prepare = prepare_change,
       .run = change},
      {.id = "lockMeeting",
       .tag = "meetings",
       .method = Method::put,
       .path = "/meetings/{link}/lock",
       .needs = Capability::lock,
       .summary = "Nobody new comes in while it is locked.",
       .body = object({{"locked", boolean()}}),
       .success = 204,
       .run = lock},
      {.id = "suspendMeeting",
       .tag = "meetings",
       .method = Method::put,
       .path = "/meetings/{link}/suspended",
       .needs = Capability::suspend_all,
       .summary = "Stops everybody's sound, picture, share, chat and files at once, or lifts that.",
       .body = object({{"suspended", boolean()}}),
       .success = 204,
       .run = suspend},
      {.id = "setLayout",
       .tag = "meetings",
       .method = Method::put,
       .path = "/meetings/{link}/layout",
       .needs = Capability::layout_for_all,
       .summary = "One layout for all; null: as everybody likes.",
       .body = object({{"layout", nullable(one_of({"grid", "speaker", "whiteboard"}))}}),
       .success = 204,
       .run = lay_out},
      {.id = "endMeeting",
       .tag = "meetings",
       .method = Method::post,
       .path = "/meetings/{link}/end",
       .needs = Capability::end_for_all,
       .summary = "Ends the meeting for all.",
       .success = 204,
       .run = end},
  };
}

}  // namespace parley::application::hosting
