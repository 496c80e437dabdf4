#include "application/operation/testing/meeting.h"

#include <fmt/format.h>

#include <algorithm>

#include "application/people/accounts.h"
#include "application/schema/schema.h"

namespace parley::application::operation::testing {

using access::Role;
using meetings::Meeting;
using meetings::Participant;
using meetings::Presence;
using store::Transaction;

void InMeeting::SetUp() {
  database_ = open();
  ASSERT_TRUE(store::migrate(*database_, application::schema()));
  owner_ = {.tenant = std::string(people::kDefaultTenant), .guest = "host"};
  write([&](Transaction& t) { people::ensure_tenant(t, owner_.tenant, now_); });
  begin(access::MeetingType::meeting);
}

void InMeeting::begin(access::MeetingType type) {
  id_ = write([&](Transaction& t) {
    const meetings::Settings settings{.type = type};
    const auto link = random_.token(12);
    const auto made =
        meetings::create_at_link(t, owner_.tenant, owner_.key(), link, settings, random_, now_);
    meetings::start_meeting(t, made.value(), owner_.key(), now_).value();
    return made->id;
  });
  host_ = come_again({owner_, {}}, "Host");
}

void InMeeting::begin_again() {
  write([&](Transaction& t) {
    const auto current = meetings::meeting_by_id(t, owner_.tenant, id_).value();
    meetings::end_meeting(t, current, now_);
    const auto ended = meetings::meeting_by_id(t, owner_.tenant, id_).value();
    meetings::start_meeting(t, ended, owner_.key(), now_).value();
  });
  host_ = come_again(host_, "Host");
}

Meeting InMeeting::meeting() {
  return write([&](Transaction& t) { return meetings::meeting_by_id(t, owner_.tenant, id_); })
      .value();
}

InMeeting::Tab InMeeting::come(std::string_view name, Role role) {
  const meetings::Person person{.tenant = owner_.tenant, .guest = fmt::format("p{}", ++people_)};
  const Tab tab = come_again({person, {}}, name);
  set_role(tab, role);
  return tab;
}

InMeeting::Tab InMeeting::come_again(const Tab& tab, std::string_view name) {
  const Meeting here = meeting();
  return write([&](Transaction& t) -> Tab {
    Participant one = meetings::add_participant(t, here, tab.person, name, random_, now_);
    one.presence = Presence::inside;
    meetings::save_participant(t, here, one);
    one.standing.is_admitted = true;
    meetings::set_standing(t, here, one.person, one.standing);
    heard_[one.id] = journal::newest(t, here);
    flashes_heard_[one.id] = flashes_.size();
    return {tab.person, one.id};
  });
}

Participant InMeeting::participant(const Tab& tab) {
  const Meeting here = meeting();
  return write([&](Transaction& t) { return participant_by_id(t, here, tab.participant); }).value();
}

void InMeeting::set_presence(const Tab& tab, Presence presence) {
  const Meeting here = meeting();
  Participant one = participant(tab);
  one.presence = presence;
  write([&](Transaction& t) { meetings::save_participant(t, here, one); });
}

void InMeeting::set_role(const Tab& tab, Role role) {
  const Meeting here = meeting();
  auto standing = participant(tab).standing;
  standing.set_role(role);
  write([&](Transaction& t) { meetings::set_standing(t, here, tab.person.key(), standing); });
}

void InMeeting::set_suspended(bool suspended) {
  const Meeting here = meeting();
  write([&](Transaction& t) { meetings::set_suspended(t, here, suspended); });
}

Outcome InMeeting::call(const Tab& tab, std::string_view operation, const Names& path,
                        const Json& body, const Names& query) {
  const auto found = std::ranges::find(operations_, operation, &Operation::id);
  if (found == operations_.end()) {
    ADD_FAILURE() << "there is no operation " << operation;
    return not_found("");
  }
  return run(tab, *found, path, body, query);
}

Outcome InMeeting::run(const Tab& tab, const Operation& operation, const Names& path,
                       const Json& body, const Names& query) {
  Effects effects;
  const Secret no_session;
  auto outcome = write([&](Transaction& t) -> Outcome {
    const auto here = meetings::meeting_by_id(t, owner_.tenant, id_).value();
    const auto who = participant_by_id(t, here, tab.participant);
    if (!who) return Outcome(not_found(""));
    if (operation.caller == Caller::inside && who->presence != Presence::inside) {
      return std::unexpected(Problem{403, "not_inside", ""});
    }
    const auto may = who->standing.may(here);
    if (operation.needs && !may.has(*operation.needs)) return Outcome(forbidden());
    effects = {};
    Call call{.transaction = t,
              .random = random_,
              .now = now_,
              .person = tab.person,
              .meeting = here,
              .participant = *who,
              .may = may,
              .path = path,
              .query = query,
              .body = body,
              .client_address = "192.0.2.1",
              .user_agent = "",
              .session = no_session,
              .prepared = prepared_,
              .effects = effects};
    auto answer = operation.run(call);
    if (answer &&
        answer->status != (answer->body.is_null() && !answer->content ? 204 : operation.success)) {
      ADD_FAILURE() << operation.id << " answers " << answer->status;
    }
    return answer;
  });
  std::ranges::move(effects.flashes, std::back_inserter(flashes_));
  std::ranges::move(effects.removed_files, std::back_inserter(removed_files_));
  return outcome;
}

Json InMeeting::ask(const Tab& tab, std::string_view operation, const Names& path, const Json& body,
                    const Names& query) {
  const auto outcome = call(tab, operation, path, body, query);
  if (!outcome) {
    ADD_FAILURE() << operation << ": " << outcome.error().code << " " << outcome.error().detail;
    return nullptr;
  }
  return outcome->body;
}

std::string InMeeting::code(const Tab& tab, std::string_view operation, const Names& path,
                            const Json& body, const Names& query) {
  const auto outcome = call(tab, operation, path, body, query);
  return outcome ? "" : std::string(outcome.error().code);
}

Json InMeeting::state(const Tab& tab, Json (*part)(const Call&)) {
  Operation operation;
  operation.run = [part](Call& asked) -> Outcome { return Answer{200, {{"part", part(asked)}}}; };
  return run(tab, operation, {}, nullptr, {}).value().body.at("part");
}

std::vector<InMeeting::Heard> InMeeting::hear(const Tab& tab) {
  constexpr std::int64_t kMany = 100'000;
  const Meeting here = meeting();
  const Participant who = participant(tab);
  const journal::Listener listener{.participant = who.id,
                                   .person = who.person,
                                   .is_inside = who.presence == Presence::inside,
                                   .may = who.standing.may(here)};
  const std::string mark(journal::kPersonMember);
  const auto as_sent = [&](Json body) {
    if (body.is_object() && body.contains(mark)) {
      body["is_mine"] = body[mark] == who.person;
      body.erase(mark);
    }
    return body;
  };
  std::vector<Heard> heard;
  std::int64_t& last = heard_[who.id];
  const auto events =
      write([&](Transaction& t) { return journal::read_after(t, here, last, kMany); });
  for (const journal::Event& event : events) {
    last = event.number;
    if (listener.hears(event.audience)) {
      heard.push_back({event.type, as_sent(Json::parse(event.body))});
    }
  }
  for (std::size_t& next = flashes_heard_[who.id]; next < flashes_.size(); ++next) {
    const auto& flash = flashes_[next];
    if (listener.hears(flash.audience)) heard.push_back({flash.type, as_sent(flash.body)});
  }
  return heard;
}

std::string InMeeting::journal() {
  std::string all;
  write([&](Transaction& t) {
    all.clear();
    for (const store::Row& row : t.query("SELECT audience, type, body FROM journal")) {
      all += fmt::format("{} {} {}\n", row.text(0), row.text(1), row.text(2));
    }
  });
  return all;
}

}  // namespace parley::application::operation::testing
