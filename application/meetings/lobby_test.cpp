#include "application/meetings/lobby.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"

namespace parley::application::meetings {
namespace {

using access::MeetingType;
using access::Role;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Lobby::Event::Kind;

constexpr Time kStart{1000s};

Visitor guest() {
  return {.capabilities = access::capabilities_of(Role::attendee, MeetingType::meeting)};
}

class LobbyTest : public ::testing::Test {
 protected:
  bool knock(const std::string& id, bool for_host_only = false) {
    return lobby_.knock({.id = id, .name = id, .visitor = guest(), .for_host_only = for_host_only});
  }
  std::vector<std::string> waiting() {
    std::vector<std::string> ids;
    for (const auto& person : lobby_.waiting()) ids.push_back(person.id);
    return ids;
  }
  /// "admitted ann", "changed" …
  std::vector<std::string> told() {
    std::vector<std::string> out;
    while (const auto event = lobby_.poll()) {
      constexpr std::array kNames{"admitted", "denied", "message", "closed", "changed"};
      std::string line = kNames[static_cast<std::size_t>(event->kind)];
      if (!event->person.empty()) line += " " + event->person;
      if (!event->text.empty()) line += ": " + event->text;
      out.push_back(line);
    }
    return out;
  }

  Lobby lobby_;
};

TEST_F(LobbyTest, PeopleWaitInTheOrderInWhichTheyCame) {
  for (const char* id : {"ann", "bob", "cat"}) EXPECT_TRUE(knock(id));
  EXPECT_THAT(waiting(), ElementsAre("ann", "bob", "cat"));
  EXPECT_THAT(told(), ElementsAre("changed")) << "once for all that nobody asked about yet";
  EXPECT_TRUE(lobby_.admit("bob"));
  EXPECT_FALSE(lobby_.admit("bob"));
  EXPECT_FALSE(lobby_.admit("eve"));
  EXPECT_THAT(told(), ElementsAre("admitted bob", "changed"));
  EXPECT_TRUE(lobby_.deny("ann"));
  EXPECT_THAT(told(), ElementsAre("denied ann", "changed"));
  EXPECT_THAT(waiting(), ElementsAre("cat"));
}

TEST_F(LobbyTest, AllAreLetInAtOnceInTheirOrder) {
  for (const char* id : {"ann", "bob", "cat"}) knock(id);
  told();
  lobby_.admit_all();
  EXPECT_THAT(told(), ElementsAre("admitted ann", "admitted bob", "admitted cat", "changed"));
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(LobbyTest, AReloadKeepsThePlaceAndALongAbsenceDoesNot) {
  for (const char* id : {"ann", "bob"}) knock(id);
  lobby_.lose("ann", kStart);
  EXPECT_EQ(lobby_.next_deadline(), kStart + Lobby::kGrace);
  lobby_.on_deadline(kStart + Lobby::kGrace - 1ns);
  knock("ann");
  EXPECT_EQ(lobby_.next_deadline(), kNever);
  EXPECT_THAT(waiting(), ElementsAre("ann", "bob"));

  lobby_.lose("ann", kStart);
  told();
  lobby_.on_deadline(lobby_.next_deadline());
  EXPECT_THAT(waiting(), ElementsAre("bob"));
  EXPECT_THAT(told(), ElementsAre("changed"));
  EXPECT_EQ(lobby_.next_deadline(), kNever);
  lobby_.lose("nobody", kStart);
  EXPECT_EQ(lobby_.next_deadline(), kNever);
}

TEST_F(LobbyTest, WhoIsLetInWhileTheirPageReloadsIsTold) {
  knock("ann");
  lobby_.lose("ann", kStart);
  told();
  lobby_.admit("ann");
  EXPECT_THAT(told(), ElementsAre("admitted ann", "changed"));
  EXPECT_EQ(lobby_.next_deadline(), kNever);
}

TEST_F(LobbyTest, AMessageReachesThoseWhoWaitAndThoseWhoCome) {
  knock("ann");
  told();
  EXPECT_TRUE(lobby_.say("Five minutes"));
  EXPECT_THAT(told(), ElementsAre("message ann: Five minutes"));
  knock("bob");
  EXPECT_THAT(told(), ElementsAre("message bob: Five minutes", "changed"));
  EXPECT_FALSE(lobby_.say(std::string(Lobby::kMaxMessage + 1, 'x')));
  EXPECT_TRUE(lobby_.say(""));
  EXPECT_THAT(told(), ElementsAre("message ann", "message bob"));
  knock("cat");
  EXPECT_THAT(told(), ElementsAre("changed"));
}

TEST_F(LobbyTest, TheHostsArrivalLetsInWhoWaitedForNothingElse) {
  knock("ann", true);
  knock("bob");
  knock("cat", true);
  told();
  lobby_.on_host_arrived();
  EXPECT_THAT(told(), ElementsAre("admitted ann", "admitted cat", "changed"));
  EXPECT_THAT(waiting(), ElementsAre("bob"));
}

TEST_F(LobbyTest, ANewRuleLetsInWhomItDoesNotHold) {
  knock("gus");
  Visitor member = guest();
  member.same_tenant = true;
  lobby_.knock({.id = "ann", .name = "Ann", .visitor = member});
  told();
  lobby_.on_rule(LobbyRule::outsiders, true);
  EXPECT_THAT(waiting(), ElementsAre("gus"));
  lobby_.on_rule(LobbyRule::nobody, false);
  EXPECT_THAT(waiting(), ElementsAre("gus")) << "there is no host yet";
  lobby_.on_host_arrived();
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(LobbyTest, TheEndIsToldToAll) {
  knock("ann");
  knock("bob");
  told();
  lobby_.close();
  EXPECT_THAT(told(), ElementsAre("closed ann", "closed bob", "changed"));
}

TEST_F(LobbyTest, HoldsSoManyAndNoMore) {
  for (std::size_t i = 0; i < Lobby::kMaxWaiting; ++i) EXPECT_TRUE(knock(std::to_string(i)));
  EXPECT_FALSE(knock("one more"));
  EXPECT_TRUE(knock("7")) << "who waits already may come back";
  lobby_.leave("0");
  EXPECT_TRUE(knock("one more"));
}

// Goal: whatever happens in whatever order, nobody is told twice, nobody is forgotten, and nobody
// who waits has been told that they do not. Method: a model beside it, 200 seeds of 300 steps.
TEST(LobbyWalk, TellsEverybodyOnceWhatBecameOfThem) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    Lobby lobby;
    Time now = kStart;
    std::map<std::string, int> open;  // Knocked, and no answer yet; or gone by themselves.
    for (int step = 0; step < 300; ++step) {
      const std::string id = std::to_string(random.below(12));
      switch (random.below(9)) {
        case 0:
        case 1:
        case 2:
          lobby.knock(
              {.id = id, .name = id, .visitor = guest(), .for_host_only = random.below(2) == 0});
          open[id] = 1;
          break;
        case 3:
          lobby.lose(id, now);
          break;
        case 4:
          lobby.leave(id);
          break;
        case 5:
          lobby.admit(id);
          break;
        case 6:
          lobby.deny(id);
          break;
        case 7:
          lobby.on_host_arrived();
          break;
        default:
          lobby.say(id);
      }
      now += Duration(random.below(5'000'000'000));
      if (lobby.next_deadline() <= now) lobby.on_deadline(now);
      ASSERT_GT(lobby.next_deadline(), now);
      while (const auto event = lobby.poll()) {
        if (event->kind == Kind::changed || event->kind == Kind::message) continue;
        ASSERT_EQ(open.erase(event->person), 1U) << "told twice: " << event->person;
      }
      std::set<std::string> waiting;
      for (const auto& person : lobby.waiting()) {
        ASSERT_TRUE(waiting.insert(person.id).second) << "waits twice";
        ASSERT_TRUE(open.contains(person.id)) << "was told, and waits";
      }
    }
    lobby.close();
    while (const auto event = lobby.poll()) {
      if (event->kind == Kind::closed) open.erase(event->person);
    }
    EXPECT_TRUE(lobby.waiting().empty());
  }
}

}  // namespace
}  // namespace parley::application::meetings
