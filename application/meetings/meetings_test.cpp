#include "application/meetings/meetings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "application/meetings/bans.h"
#include "application/meetings/custom_roles.h"
#include "application/meetings/door.h"
#include "application/meetings/participants.h"
#include "application/meetings/passcode.h"
#include "application/people/accounts.h"
#include "application/people/password.h"
#include "application/schema/schema.h"
#include "application/store/testing/engines.h"

namespace parley::application::meetings {
namespace {

using access::MeetingType;
using access::Role;
using people::kDefaultTenant;
using store::Transaction;
using ::testing::Not;

const WallTime kStart{std::chrono::seconds(1'800'000'000)};
constexpr people::PasswordCost kCheap{.memory_kib = 64, .passes = 1};

class MeetingsTest : public store::testing::OnEngine {
 protected:
  void SetUp() override {
    database_ = open();
    ASSERT_TRUE(store::migrate(*database_, schema()));
    ann_ = account("ann@example.org");
    bob_ = account("bob@example.org");
  }
  template <typename Work>
  auto write(Work work) {
    auto done = database_->write(work);
    EXPECT_TRUE(done) << done.error().what;
    if constexpr (!std::is_void_v<std::invoke_result_t<Work&, Transaction&>>) return *done;
  }
  std::string account(std::string_view email, std::string_view tenant = kDefaultTenant) {
    return write([&](Transaction& t) {
             return people::add_account(t, {.tenant = tenant, .email = email, .name = "X"}, random_,
                                        now_);
           })
        ->id;
  }
  Meeting create(const Settings& settings = {}) {
    return write([&](Transaction& t) {
             return create_meeting(t, kDefaultTenant, ann_, settings, random_, now_);
           })
        .value();
  }
  Meeting now_of(const Meeting& meeting) {
    return write([&](Transaction& t) { return meeting_by_id(t, meeting.tenant, meeting.id); })
        .value();
  }
  Meeting start(const Meeting& meeting) {
    return write([&](Transaction& t) { return start_meeting(t, meeting, "g/first", now_); })
        .value();
  }
  void end(const Meeting& meeting) {
    write([&](Transaction& t) { end_meeting(t, meeting, now_); });
  }

  std::unique_ptr<store::Database> database_;
  SeededRandom random_{7};
  WallTime now_ = kStart;
  std::string ann_;
  std::string bob_;
};
INSTANTIATE_TEST_SUITE_P(Engines, MeetingsTest, store::testing::engines(),
                         store::testing::engine_name);

TEST_P(MeetingsTest, IsFoundByALinkThatNobodyGuesses) {
  const Meeting meeting = create({.title = "Stand-up ü",
                                  .type = MeetingType::webinar,
                                  .lobby = LobbyRule::everybody,
                                  .join_before_host = true,
                                  .max_people = 50,
                                  .max_minutes = 30});
  const auto found = write([&](Transaction& t) { return meeting_by_link(t, meeting.link); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, meeting.id);
  EXPECT_EQ(found->owner, ann_);
  EXPECT_EQ(found->settings.title, "Stand-up ü");
  EXPECT_EQ(found->settings.type, MeetingType::webinar);
  EXPECT_EQ(found->settings.lobby, LobbyRule::everybody);
  EXPECT_TRUE(found->settings.join_before_host);
  EXPECT_EQ(found->settings.max_people, 50);
  EXPECT_EQ(found->settings.max_minutes, 30);
  EXPECT_FALSE(found->is_on());
  std::set<std::string> links;
  for (int i = 0; i < 50; ++i) links.insert(create().link);
  EXPECT_EQ(links.size(), 50U);
  EXPECT_EQ(meeting.link.size(), 16U);
  EXPECT_THAT(meeting.room(), Not(::testing::HasSubstr(meeting.link)))
      << "who sees the room's name does not know the link";
}

TEST_P(MeetingsTest, ARenewedLinkLeavesTheOldOneDead) {
  const Meeting meeting = create();
  const std::string link = write([&](Transaction& t) { return renew_link(t, meeting, random_); });
  write([&](Transaction& t) {
    EXPECT_FALSE(meeting_by_link(t, meeting.link));
    EXPECT_EQ(meeting_by_link(t, link)->id, meeting.id);
    EXPECT_FALSE(meeting_by_link(t, ""));
  });
}

TEST_P(MeetingsTest, WrongSettingsAreRefusedBothWhenMadeAndWhenChanged) {
  const Meeting meeting = create();
  for (const auto& [settings, error] :
       {std::pair<Settings, MeetingError>{{.title = "a\nb"}, MeetingError::bad_title},
        {{.title = std::string(201, 'x')}, MeetingError::bad_title},
        {{.max_people = -1}, MeetingError::bad_limit},
        {{.max_people = 10'001}, MeetingError::bad_limit},
        {{.max_minutes = 1'000'000}, MeetingError::bad_limit}}) {
    write([&](Transaction& t) {
      EXPECT_EQ(create_meeting(t, kDefaultTenant, ann_, settings, random_, now_).error(), error);
      EXPECT_EQ(change_settings(t, meeting, settings).error(), error);
    });
  }
  write([&](Transaction& t) { EXPECT_TRUE(change_settings(t, meeting, {.title = "New"})); });
  EXPECT_EQ(now_of(meeting).settings.title, "New");
}

TEST_P(MeetingsTest, AnInstantMeetingBeginsOnceAndAPersonalRoomAgainAndAgain) {
  const Meeting meeting = create();
  const Meeting on = start(meeting);
  EXPECT_TRUE(on.is_on());
  EXPECT_EQ(on.run, 1);
  now_ += 60s;
  EXPECT_EQ(start(meeting).started_at, on.started_at) << "the second one comes in, nothing begins";
  end(meeting);
  EXPECT_TRUE(now_of(meeting).is_over());
  const auto again =
      write([&](Transaction& t) { return start_meeting(t, meeting, "g/first", now_); });
  EXPECT_EQ(again.error(), MeetingError::over);

  const auto room = [&] {
    return write([&](Transaction& t) {
             return personal_room(t, kDefaultTenant, ann_, "Ann's room", random_, now_);
           })
        .value();
  };
  const Meeting own = room();
  EXPECT_EQ(room().id, own.id) << "there is one";
  const std::string first = start(own).room();
  write([&](Transaction& t) { set_locked(t, own, true); });
  end(own);
  EXPECT_FALSE(now_of(own).is_over());
  const Meeting second = start(own);
  EXPECT_NE(second.room(), first) << "a token of the first run opens nothing in the second";
  EXPECT_FALSE(second.is_locked);
  EXPECT_TRUE(second.is_on());
}

TEST_P(MeetingsTest, AreListedNewestFirstForTheirOwnerOnly) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(create().id);
    now_ += 1s;
  }
  write([&](Transaction& t) {
    const auto first = meetings_of(t, kDefaultTenant, ann_, now_, 3);
    ASSERT_EQ(first.size(), 3U);
    EXPECT_EQ(first[0].id, ids[4]);
    const auto rest = meetings_of(t, kDefaultTenant, ann_, first[2].created_at, 3);
    ASSERT_EQ(rest.size(), 2U);
    EXPECT_EQ(rest[1].id, ids[0]);
    EXPECT_TRUE(meetings_of(t, kDefaultTenant, bob_, now_, 3).empty());
    EXPECT_FALSE(meeting_by_id(t, "acme", ids[0])) << "not of this tenant";
  });
}

TEST_P(MeetingsTest, RolesAreGivenAndTakenAndTheOwnerIsTheHost) {
  const Meeting meeting = create();
  write([&](Transaction& t) {
    EXPECT_EQ(standing_of(t, meeting, meeting.owner).role, Role::host);
    EXPECT_EQ(role_of(t, meeting, bob_), std::nullopt);
    set_role(t, meeting, bob_, Role::speaker);
    set_role(t, meeting, bob_, Role::cohost);
    EXPECT_EQ(role_of(t, meeting, bob_), Role::cohost);
    EXPECT_EQ(standing_of(t, meeting, "a/" + bob_).role, Role::cohost);
    EXPECT_EQ(standing_of(t, meeting, "g/gus").role, Role::attendee);
    set_role(t, meeting, bob_, std::nullopt);
    EXPECT_EQ(role_of(t, meeting, bob_), std::nullopt);
    EXPECT_EQ(role_of(t, meeting, ""), std::nullopt);
  });
}

TEST_P(MeetingsTest, RolesThatWereMadeBelongToAMeetingOrToAllOfATenant) {
  const Meeting meeting = create();
  const Meeting other = create();
  const access::CustomRole interpreter{.name = "Interpreter",
                                       .base = Role::attendee,
                                       .more = {access::Capability::broadcast},
                                       .fewer = {access::Capability::chat}};
  access::CustomRole helper = interpreter;
  helper.name = "Helper";
  write([&](Transaction& t) {
    const auto here = add_custom_role(t, kDefaultTenant, &meeting, interpreter, random_, now_);
    const auto all = add_custom_role(t, kDefaultTenant, nullptr, helper, random_, now_);
    ASSERT_TRUE(here && all);
    EXPECT_EQ(add_custom_role(t, kDefaultTenant, &meeting, interpreter, random_, now_).error(),
              CustomRoleError::exists);
    EXPECT_EQ(custom_roles_of(t, kDefaultTenant, &meeting).size(), 2U);
    EXPECT_EQ(custom_roles_of(t, kDefaultTenant, &other).size(), 1U) << "the tenant's";
    EXPECT_TRUE(custom_roles_of(t, "acme", nullptr).empty());
    EXPECT_FALSE(custom_role_by_id(t, other, here->id));
    EXPECT_FALSE(remove_custom_role(t, kDefaultTenant, &other, here->id));
    EXPECT_FALSE(remove_custom_role(t, kDefaultTenant, &meeting, all->id)) << "not its own";

    Standing standing = standing_of(t, meeting, "g/gus");
    standing.set_role(here->role);
    set_standing(t, meeting, "g/gus", standing);
    EXPECT_TRUE(remove_custom_role(t, kDefaultTenant, &meeting, here->id));
    const auto may = standing_of(t, meeting, "g/gus").may(meeting);
    EXPECT_TRUE(may.has(access::Capability::broadcast)) << "kept by who has it";
    EXPECT_FALSE(may.has(access::Capability::chat));
    standing.set_role(Role::attendee);
    set_standing(t, meeting, "g/gus", standing);
    EXPECT_FALSE(standing_of(t, meeting, "g/gus").custom_role);

    ASSERT_TRUE(add_custom_role(t, kDefaultTenant, &meeting, interpreter, random_, now_));
    remove_meetings_of(t, kDefaultTenant, meeting.owner);
    EXPECT_EQ(custom_roles_of(t, kDefaultTenant, &meeting).size(), 1U) << "gone with the meeting";
  });
}

TEST_P(MeetingsTest, ABanSurvivesANewNameAReloadAndAnotherAccount) {
  const Meeting meeting = create();
  const Meeting other = create();
  const std::string id = write([&](Transaction& t) {
    return ban(t, meeting, {.person = bob_, .device = "device-1"}, "Bob", random_, now_);
  });
  const auto banned = [&](const Meeting& m, const Marks& marks) {
    return write([&](Transaction& t) {
      spread_ban(t, m, marks);
      return is_banned(t, m, marks);
    });
  };
  EXPECT_TRUE(banned(meeting, {.device = "device-1"})) << "signed out, same browser";
  EXPECT_TRUE(banned(meeting, {.person = bob_, .device = "device-2"})) << "another browser";
  EXPECT_TRUE(banned(meeting, {.device = "device-2"})) << "which is known by now";
  EXPECT_FALSE(banned(meeting, {.person = ann_, .device = "device-9"}));
  EXPECT_FALSE(banned(meeting, {}));
  EXPECT_FALSE(banned(other, {.person = bob_, .device = "device-1"}));
  const auto bans = write([&](Transaction& t) { return bans_of(t, meeting); });
  ASSERT_EQ(bans.size(), 1U);
  EXPECT_EQ(bans[0].id, id);
  EXPECT_EQ(bans[0].name, "Bob");
  write([&](Transaction& t) {
    EXPECT_TRUE(lift_ban(t, meeting, id));
    EXPECT_FALSE(lift_ban(t, meeting, id));
  });
  EXPECT_FALSE(banned(meeting, {.person = bob_, .device = "device-2"}));
}

TEST_P(MeetingsTest, WhatWasDecidedAboutSomebodyHoldsInAllTheirTabsAndInThisRunOnly) {
  const Meeting room = write([&](Transaction& t) {
                         return personal_room(t, kDefaultTenant, ann_, "", random_, now_);
                       }).value();
  const Meeting first = start(room);
  const Person gus{.tenant = std::string(kDefaultTenant), .guest = "gus", .device = "d1"};
  write([&](Transaction& t) {
    const Participant tab = add_participant(t, first, gus, "Gus", random_, now_);
    EXPECT_EQ(tab.presence, Presence::left) << "not here before the door has opened";
    EXPECT_EQ(tab.standing.role, Role::attendee);
    Standing standing = tab.standing;
    standing.is_admitted = true;
    standing.role = Role::speaker;
    standing.circumstances.hard_muted = true;
    set_standing(t, first, gus.key(), standing);
    set_standing(t, first, gus.key(), standing);
    const Participant other = add_participant(t, first, gus, "Gus", random_, now_);
    for (const Participant& one : participants_of(t, first, gus.key())) {
      EXPECT_TRUE(one.standing.is_admitted);
      EXPECT_EQ(one.standing.role, Role::speaker);
      EXPECT_FALSE(one.standing.may(first).has(access::Capability::publish_microphone));
      EXPECT_EQ(one.device, "d1");
    }
    EXPECT_EQ(participants_of(t, first, gus.key()).size(), 2U);
    EXPECT_EQ(participant_by_id(t, first, other.id)->name, "Gus");
  });
  end(room);
  const Meeting second = start(room);
  write([&](Transaction& t) {
    EXPECT_FALSE(standing_of(t, second, gus.key()).is_admitted);
    EXPECT_TRUE(participants_of(t, second, gus.key()).empty());
  });
}

TEST_P(MeetingsTest, WhoeverWaitsForTheBeginningWaitsInTheRunThatBegins) {
  const Meeting meeting = create({.lobby = LobbyRule::everybody});
  const Person gus{.tenant = std::string(kDefaultTenant), .guest = "gus"};
  write([&](Transaction& t) {
    Participant one = add_participant(t, meeting, gus, "Gus", random_, now_);
    one.presence = Presence::waiting;
    save_participant(t, meeting, one);
  });
  const Meeting on = start(meeting);
  write([&](Transaction& t) {
    carry_waiting(t, on, meeting.run);
    EXPECT_EQ(count_who_are(t, on, Presence::waiting), 1);
    const auto gone = not_seen_since(t, now_ + 1s, 10);
    ASSERT_EQ(gone.size(), 1U);
    mark_seen(t, gone[0], now_ + 60s);
    EXPECT_TRUE(not_seen_since(t, now_ + 1s, 10).empty());
  });
}

TEST_P(MeetingsTest, ATypedLinkMakesAMeetingWhoseFirstComerHostsIt) {
  const auto at_link = [&](std::string_view link) {
    return write([&](Transaction& t) {
      return create_at_link(t, kDefaultTenant, "g/gus", link, {}, random_, now_);
    });
  };
  EXPECT_EQ(at_link("a b").error(), MeetingError::bad_link);
  EXPECT_EQ(at_link("").error(), MeetingError::bad_link);
  const Meeting meeting = at_link("stand-up").value();
  EXPECT_EQ(at_link("stand-up")->id, meeting.id) << "there is one";
  EXPECT_EQ(start(meeting).owner, "g/first");
  end(meeting);
  const Meeting again =
      write([&](Transaction& t) { return start_meeting(t, meeting, "g/other", now_); }).value();
  EXPECT_EQ(again.owner, "g/other");
  EXPECT_EQ(again.run, 2);
}

TEST_P(MeetingsTest, APasscodeIsKeptAsAHashAndNotFoundByTrying) {
  const Meeting meeting = create();
  const Secret passcode("4711");
  EXPECT_TRUE(is_good_passcode(passcode));
  EXPECT_FALSE(is_good_passcode(Secret("123")));
  write([&](Transaction& t) {
    set_passcode(t, meeting, people::hash_password(passcode, random_, kCheap));
  });
  EXPECT_TRUE(now_of(meeting).has_passcode);
  const auto attempt = [&](const char* text, const std::string& address) {
    const auto hash =
        write([&](Transaction& t) { return begin_passcode(t, meeting, address, now_); });
    if (!hash) return std::string("too often");
    if (!people::verify_password(*hash, Secret(text))) return std::string("wrong");
    write([&](Transaction& t) { finish_passcode(t, meeting, address); });
    return std::string("right");
  };
  EXPECT_EQ(attempt("4711", "192.0.2.1"), "right");
  int tries = 0;
  while (attempt("0000", "192.0.2.1") == "wrong") ++tries;
  EXPECT_EQ(tries, 8);
  EXPECT_EQ(attempt("4711", "192.0.2.1"), "too often") << "even if it is right now";
  EXPECT_EQ(attempt("4711", "192.0.2.2"), "right") << "others are not kept out";
  now_ += 15s;
  EXPECT_EQ(attempt("4711", "192.0.2.1"), "right");
  // From ever new addresses: the meeting itself has a limit.
  tries = 0;
  while (tries < 1000 && attempt("0000", "198.51.100." + std::to_string(tries)) == "wrong") ++tries;
  EXPECT_LE(tries, 100);
  write([&](Transaction& t) { set_passcode(t, meeting, ""); });
  EXPECT_FALSE(now_of(meeting).has_passcode);
}

TEST_P(MeetingsTest, GoWithTheirOwner) {
  const Meeting meeting = create();
  write([&](Transaction& t) {
    set_role(t, meeting, bob_, Role::cohost);
    ban(t, meeting, {.device = "d"}, "D", random_, now_);
    remove_meetings_of(t, kDefaultTenant, ann_);
    EXPECT_FALSE(meeting_by_link(t, meeting.link));
    EXPECT_TRUE(t.query("SELECT 1 FROM meeting_roles").empty());
    EXPECT_TRUE(t.query("SELECT 1 FROM meeting_bans").empty());
  });
}

/// A meeting that is on, and a guest at its door while a host is inside, unless said otherwise.
class DoorTest : public ::testing::Test {
 protected:
  DoorTest() {
    meeting_.run = 1;
    meeting_.started_at = kStart;
    visitor_.capabilities = access::capabilities_of(Role::attendee, MeetingType::meeting);
    inside_ = {.people = 1, .host_present = true};
  }
  Door ask() { return ask_door(meeting_, inside_, visitor_, kStart + 60s); }

  Meeting meeting_;
  Visitor visitor_;
  Inside inside_;
};

TEST_F(DoorTest, TheLobbyHoldsWhomItsRuleSays) {
  EXPECT_EQ(ask(), Door::wait_in_lobby);
  visitor_.same_tenant = true;
  EXPECT_EQ(ask(), Door::enter);
  meeting_.settings.lobby = LobbyRule::everybody;
  EXPECT_EQ(ask(), Door::wait_in_lobby);
  meeting_.settings.lobby = LobbyRule::nobody;
  visitor_.same_tenant = false;
  EXPECT_EQ(ask(), Door::enter);
}

TEST_F(DoorTest, WhoeverMayLetInOthersComesInWhateverTheDoorSays) {
  visitor_.capabilities = access::capabilities_of(Role::cohost, MeetingType::meeting);
  meeting_.settings.lobby = LobbyRule::everybody;
  meeting_.has_passcode = true;
  meeting_.is_locked = true;
  meeting_.settings.max_people = 1;
  inside_.host_present = false;
  EXPECT_EQ(ask(), Door::enter);
  visitor_.banned = true;
  EXPECT_EQ(ask(), Door::banned);
}

TEST_F(DoorTest, WithoutAHostOthersWaitUnlessTheyMayBegin) {
  inside_ = {};
  visitor_.same_tenant = true;
  EXPECT_EQ(ask(), Door::wait_for_host);
  meeting_.settings.join_before_host = true;
  EXPECT_EQ(ask(), Door::enter);
  visitor_.same_tenant = false;
  EXPECT_EQ(ask(), Door::wait_in_lobby) << "an outsider still has to be let in by somebody";
}

TEST_F(DoorTest, ThePasscodeComesBeforeAnythingElseIsSaid) {
  meeting_.has_passcode = true;
  meeting_.is_locked = true;
  EXPECT_EQ(ask(), Door::give_passcode);
  visitor_.knows_passcode = true;
  EXPECT_EQ(ask(), Door::locked);
  meeting_.is_locked = false;
  EXPECT_EQ(ask(), Door::wait_in_lobby);
}

TEST_F(DoorTest, WhoWasLetInComesBackThroughLockAndLobbyButNotIntoAFullRoom) {
  visitor_.was_admitted = true;
  meeting_.has_passcode = true;
  meeting_.is_locked = true;
  inside_.host_present = false;
  EXPECT_EQ(ask(), Door::enter);
  meeting_.settings.max_people = 5;
  inside_.people = 5;
  EXPECT_EQ(ask(), Door::full);
  visitor_.banned = true;
  EXPECT_EQ(ask(), Door::banned) << "and not after a ban";
}

TEST_F(DoorTest, AConsultHasTwoPeople) {
  meeting_.settings = {.type = MeetingType::consult, .lobby = LobbyRule::nobody, .max_people = 50};
  EXPECT_EQ(ask(), Door::enter);
  inside_.people = 2;
  EXPECT_EQ(ask(), Door::full);
}

TEST_F(DoorTest, NobodyComesInAfterTheEndOrWhenTimeIsUp) {
  meeting_.settings = {.lobby = LobbyRule::nobody, .max_minutes = 1};
  EXPECT_EQ(meeting_.time_is_up_at(), kStart + 60s);
  EXPECT_EQ(ask(), Door::over);
  visitor_.capabilities = access::Capabilities::all();
  EXPECT_EQ(ask(), Door::over) << "the host neither";
  meeting_.settings.max_minutes = 2;
  EXPECT_EQ(ask(), Door::enter);
  meeting_.ended_at = kStart + 10s;
  EXPECT_EQ(ask(), Door::over);
  meeting_.is_personal = true;
  EXPECT_EQ(ask(), Door::enter) << "it begins anew";
}

}  // namespace
}  // namespace parley::application::meetings
