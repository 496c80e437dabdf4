#include "media/room/roster.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "livekit_rtc.pb.h"

// Who is told of whom, and when. What clients get of it: room_test.cpp.
namespace parley::media {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t kMany = 1000;  // One second of waiting.
constexpr Time start{1000s};

livekit::ParticipantInfo watcher(const std::string& sid, std::string identity = {}) {
  livekit::ParticipantInfo info;
  info.set_sid(sid);
  info.set_identity(identity.empty() ? "identity-" + sid : std::move(identity));
  info.set_state(livekit::ParticipantInfo::ACTIVE);
  return info;
}
livekit::ParticipantInfo publisher(const std::string& sid) {
  livekit::ParticipantInfo info = watcher(sid);
  info.add_tracks();
  return info;
}
livekit::ParticipantInfo gone(livekit::ParticipantInfo info) {
  info.set_state(livekit::ParticipantInfo::DISCONNECTED);
  return info;
}
std::vector<std::string> sids(const Roster::Infos& infos) {
  std::vector<std::string> out;
  for (const auto& info : infos) out.push_back(info.sid());
  return out;
}

TEST(Roster, InASmallRoomNothingWaits) {
  Roster roster(10);
  EXPECT_THAT(roster.enter(watcher("a")), IsEmpty());
  EXPECT_THAT(sids(roster.arrive(watcher("a"), Roster::kSmallRoom, start)), ElementsAre("a"));
  EXPECT_THAT(sids(roster.leave(gone(watcher("a")), 1, start)), ElementsAre("a"));
  EXPECT_FALSE(roster.deadline());
}

TEST(Roster, InALargeRoomWatchersAreToldOfTogetherAndOnce) {
  Roster roster(100);
  for (int i = 0; i < 50; ++i) {
    const auto info = watcher(fmt::format("w{:02}", i));
    roster.enter(info);
    EXPECT_THAT(roster.arrive(info, kMany, start + i * 1ms), IsEmpty());
    EXPECT_THAT(roster.change(info, kMany, start + i * 1ms), IsEmpty());
  }
  EXPECT_EQ(roster.deadline(), start + 1s);
  EXPECT_THAT(roster.due(start + 999ms), IsEmpty());
  EXPECT_THAT(roster.due(start + 1s), SizeIs(50));
  EXPECT_FALSE(roster.deadline());
}

TEST(Roster, WhoPublishesIsToldOfAtOnceAndAgainWhenTheyLeave) {
  Roster roster(0);
  roster.enter(watcher("a"));
  EXPECT_FALSE(roster.lists("a"));
  EXPECT_THAT(sids(roster.change(publisher("a"), kMany, start)), ElementsAre("a"));
  EXPECT_TRUE(roster.lists("a"));
  EXPECT_THAT(sids(roster.change(watcher("a"), kMany, start)), ElementsAre("a"))
      << "they were seen, and have stopped";
  EXPECT_THAT(sids(roster.leave(gone(watcher("a")), kMany, start)), ElementsAre("a"));
}

TEST(Roster, BeyondItsLimitWatchersComeAndGoUnheard) {
  Roster roster(2);
  for (const char* sid : {"a", "b", "c"}) {
    roster.enter(watcher(sid));
    roster.arrive(watcher(sid), kMany, start);
  }
  EXPECT_FALSE(roster.has_room());
  EXPECT_THAT(sids(roster.due(start + 1s)), ElementsAre("a", "b"));
  EXPECT_THAT(roster.leave(gone(watcher("c")), kMany, start), IsEmpty());
  EXPECT_FALSE(roster.deadline());
  // A publisher takes no watcher's place.
  roster.enter(publisher("d"));
  EXPECT_TRUE(roster.lists("d"));
  // Who does something is told of all the same.
  roster.enter(watcher("e"));
  EXPECT_FALSE(roster.lists("e"));
  roster.change(watcher("e"), kMany, start);
  EXPECT_TRUE(roster.lists("e"));
  roster.leave(gone(watcher("a")), kMany, start);
  roster.leave(gone(watcher("b")), kMany, start);
  EXPECT_TRUE(roster.has_room());
}

TEST(Roster, TheEndOfAnEarlierSessionIsToldBeforeTheNext) {
  Roster roster(100);
  roster.enter(watcher("old", "ann"));
  roster.enter(watcher("other"));
  roster.change(watcher("other"), kMany, start);
  EXPECT_THAT(roster.leave(gone(watcher("old", "ann")), kMany, start), IsEmpty());
  EXPECT_THAT(sids(roster.enter(watcher("new", "ann"))), ElementsAre("old"));
  EXPECT_THAT(roster.arrive(watcher("new", "ann"), kMany, start), IsEmpty());
  EXPECT_THAT(sids(roster.due(start + 1s)), ElementsAre("new", "other"));
}

TEST(Roster, WhoHasGoneIsToldOfBeforeWhoHasCome) {
  Roster roster(100);
  for (const char* sid : {"a", "z"}) roster.enter(watcher(sid));
  roster.arrive(watcher("a"), kMany, start);
  roster.leave(gone(watcher("z")), kMany, start);
  EXPECT_THAT(sids(roster.due(start + 1s)), ElementsAre("z", "a"));
}

TEST(Roster, WaitsWithTheSizeOfTheRoomAndNeverLong) {
  EXPECT_EQ(Roster::delay(40), 0s);
  EXPECT_EQ(Roster::delay(41), 100ms);
  EXPECT_EQ(Roster::delay(600), 600ms);
  EXPECT_EQ(Roster::delay(100'000), 3s);
}

std::vector<std::string> introduced(const Roster& roster) {
  livekit::JoinResponse said;
  EXPECT_TRUE(said.ParseFromString(roster.introductions()));
  std::vector<std::string> out;
  for (const auto& info : said.other_participants())
    out.push_back(info.sid() + (info.tracks_size() > 0 ? " publishes" : ""));
  return out;
}

TEST(Roster, NewcomersAreToldOfWhoHasJoinedAsTheyAreNow) {
  Roster roster(2);
  auto joining = watcher("a");
  joining.set_state(livekit::ParticipantInfo::JOINING);
  roster.enter(joining);
  EXPECT_THAT(introduced(roster), IsEmpty()) << "not by their own join";
  joining.set_state(livekit::ParticipantInfo::JOINED);
  roster.joined(joining);
  EXPECT_THAT(introduced(roster), ElementsAre("a"));
  roster.change(publisher("a"), kMany, start);
  EXPECT_THAT(introduced(roster), ElementsAre("a publishes"));

  for (const char* sid : {"b", "c", "d"}) {
    roster.enter(watcher(sid));
    roster.joined(watcher(sid));
  }
  EXPECT_THAT(introduced(roster), ElementsAre("a publishes", "b", "c")) << "two watchers at most";
  roster.leave(gone(watcher("b")), kMany, start);
  EXPECT_THAT(introduced(roster), ElementsAre("a publishes", "c"));
}

}  // namespace
}  // namespace parley::media
