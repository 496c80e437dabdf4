#include "application/hosting/hosting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "application/hosting/roles.h"
#include "application/operation/testing/meeting.h"

namespace parley::application::hosting {
namespace {

using access::Capability;
using access::MeetingType;
using access::Role;
using operation::Json;
using ::testing::Contains;
using ::testing::Not;

/// Operations that prepare nothing in these tests never use it.
SeededRandom unused_random{1};

class HostingTest : public operation::testing::InMeeting {
 protected:
  HostingTest() : InMeeting(operations({}, unused_random)) {}

  std::string make(const Json& definition) {
    return ask(host_, "createMeetingRole", {}, definition).at("id").get<std::string>();
  }
  std::string give(const Tab& by, const Tab& to, const std::string& role) {
    return code(by, "setRole", {{"participant", to.participant}}, {{"custom_role", role}});
  }
  Json last_me(const Tab& tab) {
    Json last;
    for (const Heard& event : hear(tab)) {
      if (event.type == "me") last = event.body;
    }
    return last;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, HostingTest, store::testing::engines(),
                         store::testing::engine_name);

TEST_P(HostingTest, ARoleThatWasMadeIsGivenAndHolds) {
  const Tab ann = come("Ann");
  const Tab ben = come("Ben");
  EXPECT_EQ(code(ann, "muteAll", {}, {{"hard", false}}), "forbidden");
  const std::string role = make({{"name", "Usher"},
                                 {"base", "attendee"},
                                 {"more", {"mute_others", "see_lobby"}},
                                 {"fewer", {"chat"}}});
  EXPECT_EQ(give(host_, ann, role), "");
  const Json me = last_me(ann);
  EXPECT_EQ(me.at("role"), "attendee");
  EXPECT_EQ(me.at("role_name"), "Usher");
  EXPECT_THAT(me.at("capabilities"), Contains("mute_others"));
  EXPECT_THAT(me.at("capabilities"), Not(Contains("chat")));
  EXPECT_EQ(code(ann, "muteAll", {}, {{"hard", false}}), "");
  EXPECT_EQ(code(ann, "muteAll", {}, {{"hard", true}}), "forbidden");
  EXPECT_EQ(
      code(ben, "muteParticipant", {{"participant", ann.participant}}, {{"source", "microphone"}}),
      "forbidden");

  EXPECT_EQ(code(host_, "setRole", {{"participant", ann.participant}}, {{"role", "viewer"}}), "");
  EXPECT_EQ(last_me(ann).at("role_name"), nullptr);
  EXPECT_EQ(code(ann, "muteAll", {}, {{"hard", false}}), "forbidden");
}

TEST_P(HostingTest, NobodyGivesARoleAboveTheirOwnNorActsOnWhoMayMore) {
  const Tab helper = come("Helper", Role::cohost);
  const Tab ann = come("Ann");
  const std::string above =
      make({{"name", "Deputy"}, {"base", "cohost"}, {"more", {"end_for_all"}}});
  EXPECT_EQ(give(helper, ann, above), "forbidden");
  EXPECT_EQ(give(host_, ann, above), "");
  EXPECT_EQ(code(helper, "removeParticipant", {{"participant", ann.participant}}, {{"ban", false}}),
            "forbidden")
      << "a deputy may do what a co-host may not";
  EXPECT_EQ(give(host_, helper, "no-such-role"), "not_found");
  EXPECT_EQ(code(host_, "setRole", {{"participant", ann.participant}}, Json::object()),
            "bad_input");
}

TEST_P(HostingTest, OnlyWhoMayChangeSettingsMakesRolesOfAMeeting) {
  const Tab helper = come("Helper", Role::cohost);
  const Tab ann = come("Ann");
  const Json usher{{"name", "Usher"}, {"base", "attendee"}};
  EXPECT_EQ(code(helper, "createMeetingRole", {}, usher), "forbidden");
  EXPECT_EQ(code(ann, "listMeetingRoles"), "forbidden");
  const std::string id = make(usher);
  EXPECT_EQ(code(host_, "createMeetingRole", {}, usher), "conflict");
  EXPECT_EQ(ask(helper, "listMeetingRoles").at("items").size(), 1U) << "who promotes can choose";
  EXPECT_EQ(code(host_, "createMeetingRole", {}, {{"name", "cohost"}, {"base", "viewer"}}),
            "bad_input");
  EXPECT_EQ(code(helper, "deleteMeetingRole", {{"role", id}}), "forbidden");
  EXPECT_EQ(code(host_, "deleteMeetingRole", {{"role", id}}), "");
  EXPECT_EQ(code(host_, "deleteMeetingRole", {{"role", id}}), "not_found");
  EXPECT_EQ(code(host_, "createRole", {}, usher), "forbidden") << "for administrators";
}

TEST_P(HostingTest, AnotherKindOfMeetingIsAnotherSetOfPowersAtOnce) {
  const Tab ann = come("Ann");
  hear(ann);
  const Json changed = ask(host_, "changeMeeting", {}, {{"type", "webinar"}});
  EXPECT_EQ(changed.at("type"), "webinar");
  const Json me = last_me(ann);
  EXPECT_THAT(me.at("capabilities"), Not(Contains("publish_camera")));
  EXPECT_EQ(code(ann, "changeMeeting", {}, {{"type", "meeting"}}), "forbidden");
}

TEST_P(HostingTest, ALinkIsNotChangedUnderThoseWhoUseIt) {
  EXPECT_EQ(code(host_, "renewLink"), "conflict");
  const meetings::Meeting now_on = meeting();
  write([&](store::Transaction& t) { meetings::end_meeting(t, now_on, now_); });
  EXPECT_EQ(code(host_, "renewLink"), "conflict") << "somebody typed this one";
}

}  // namespace
}  // namespace parley::application::hosting
