#include "sim/meeting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace parley::sim {
namespace {

using livekit::AUDIO;
using livekit::SignalResponse;
using livekit::VIDEO;
using testing::IsEmpty;
using testing::SizeIs;

World& world() {
  static World shared;
  return shared;
}

/// 50 ms of round trip, so much loss each way.
ParticipantConfig person(std::string identity, bool single_peer = true,
                         std::uint32_t loss_per_mille = 0) {
  ParticipantConfig config;
  config.identity = std::move(identity);
  config.single_peer = single_peer;
  config.up = config.down = {.delay = 25ms, .loss_per_mille = loss_per_mille};
  return config;
}

/// Present, but without camera and microphone.
ParticipantConfig viewer(std::string identity, std::uint32_t loss_per_mille = 0) {
  ParticipantConfig config = person(std::move(identity), true, loss_per_mille);
  config.camera = config.microphone = false;
  return config;
}

std::size_t pictures(Participant& who, std::string_view of) {
  RemoteTrack* const track = who.received(of, VIDEO);
  return track == nullptr ? 0 : track->video->frames().size();
}

std::size_t sounds(Participant& who, std::string_view of) {
  RemoteTrack* const track = who.received(of, AUDIO);
  return track == nullptr ? 0 : track->audio->frames();
}

std::uint8_t newest_layer(Participant& who, std::string_view of) {
  RemoteTrack* const track = who.received(of, VIDEO);
  return track == nullptr || track->video->frames().empty()
             ? std::uint8_t{99}
             : track->video->frames().back().slice.layer;
}

std::set<std::string> names(const Participant& participant) {
  std::set<std::string> out;
  for (const auto& [sid, info] : participant.roster()) out.insert(info.identity());
  return out;
}

livekit::DataPacket user_packet(std::string text) {
  livekit::DataPacket out;
  out.mutable_user()->set_payload(std::move(text));
  return out;
}

// ---------------------------------------------------------------------------------------------------
// Seeing and hearing

/// Everybody on the room's own shard, or each on the next.
struct Seats {
  const char* name;
  std::size_t small_room;
};
constexpr std::size_t kShards = 3;
class MeetingSim : public testing::TestWithParam<Seats> {};
INSTANTIATE_TEST_SUITE_P(All, MeetingSim,
                         testing::Values(Seats{"together", 1000}, Seats{"apart", 0}),
                         [](const auto& tested) { return tested.param.name; });

struct Paths {
  const char* name;
  bool ann_single;
  bool ben_single;
};
class MeetingSimPaths : public testing::TestWithParam<Paths> {};

TEST_P(MeetingSimPaths, TwoPeopleSeeAndHearEachOther) {
  Meeting meeting(world(), 1);
  Participant& ann = meeting.join(person("ann", GetParam().ann_single));
  meeting.run(1s);
  Participant& ben = meeting.join(person("ben", GetParam().ben_single));
  meeting.run(5s);
  EXPECT_TRUE(ann.active());
  EXPECT_TRUE(ben.active());
  for (auto [who, of] : {std::pair(&ann, "ben"), std::pair(&ben, "ann")}) {
    SCOPED_TRACE(of);
    EXPECT_GT(pictures(*who, of), 100u);
    EXPECT_GT(sounds(*who, of), 180u);
    EXPECT_EQ(newest_layer(*who, of), 2);
    RemoteTrack* const sound = who->received(of, AUDIO);
    ASSERT_NE(sound, nullptr);
    EXPECT_EQ(sound->audio->gaps(), 0u);
    EXPECT_EQ(sound->participant_sid, who->other(of)->sid());
  }
  EXPECT_THAT(meeting.problems(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, MeetingSimPaths,
                         testing::Values(Paths{"v1", true, true}, Paths{"v0", false, false},
                                         Paths{"mixed", true, false}, Paths{"mixed2", false, true}),
                         [](const auto& tested) { return tested.param.name; });

// Goal: whatever the network loses is repaired, on the way up and on the way down.
TEST_P(MeetingSim, LossIsRepairedOnBothWays) {
  for (const std::uint64_t seed : {11u, 12u}) {
    for (const bool single : {true, false}) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << (single ? " v1" : " v0"));
      Meeting meeting(world(), seed, kShards, GetParam().small_room);
      Participant& ann = meeting.join(person("ann", single, 50));
      Participant& ben = meeting.join(person("ben", single, 50));
      meeting.run(8s);
      ASSERT_NE(ann.publisher().camera(), nullptr);
      RemoteTrack* const picture = ben.received("ann", VIDEO);
      ASSERT_NE(picture, nullptr);
      EXPECT_GT(picture->video->recovered(), 0u);
      ASSERT_FALSE(picture->video->frames().empty());
      EXPECT_GT(ann.publisher().camera()->resent(), 0u);
      // From the first picture on all of them, but for those that are still being repaired.
      const auto& first = picture->video->frames().front().slice;
      EXPECT_GT(picture->video->frames().size() + 20,
                ann.publisher().camera()->frames() - first.frame);
      // While layers change, a key frame takes the place of what it replaces.
      EXPECT_LE(picture->video->given_up(), 3u);
      RemoteTrack* const sound = ben.received("ann", AUDIO);
      ASSERT_NE(sound, nullptr);
      EXPECT_GT(sound->audio->frames(), 250u);
      EXPECT_LE(sound->audio->gaps(), 5u);
      EXPECT_THAT(meeting.problems(), IsEmpty());
    }
  }
}

TEST_P(MeetingSim, ASubscriberChoosesTheQualityAndSeesNoSeam) {
  Meeting meeting(world(), 2, kShards, GetParam().small_room);
  Participant& ann = meeting.join(person("ann"));
  Participant& ben = meeting.join(viewer("ben"));
  meeting.run(4s);
  EXPECT_EQ(newest_layer(ben, "ann"), 2);
  for (const auto quality : {livekit::LOW, livekit::MEDIUM, livekit::LOW, livekit::HIGH}) {
    SCOPED_TRACE(livekit::VideoQuality_Name(quality));
    ben.watch(ben.track_of("ann", VIDEO), quality, meeting.now);
    meeting.run(1500ms);
    EXPECT_EQ(newest_layer(ben, "ann"), quality);
  }
  RemoteTrack* const picture = ben.received("ann", VIDEO);
  EXPECT_GT(pictures(ben, "ann") + 10,
            ann.publisher().camera()->frames() - picture->video->frames().front().slice.frame);
  EXPECT_THAT(meeting.problems(), IsEmpty());
}

TEST_P(MeetingSim, APausedTrackSendsNothingAndBeginsAgainWithAKeyframe) {
  Meeting meeting(world(), 3, kShards, GetParam().small_room);
  meeting.join(person("ann"));
  Participant& ben = meeting.join(viewer("ben"));
  meeting.run(3s);
  livekit::SignalRequest hide;
  hide.mutable_track_setting()->add_track_sids(ben.track_of("ann", VIDEO));
  hide.mutable_track_setting()->set_disabled(true);
  ben.request(hide, meeting.now);
  meeting.run(200ms);
  const std::size_t before = pictures(ben, "ann");
  meeting.run(2s);
  EXPECT_EQ(pictures(ben, "ann"), before);
  ben.watch(ben.track_of("ann", VIDEO), livekit::HIGH, meeting.now);
  meeting.run(1s);
  ASSERT_GT(pictures(ben, "ann"), before + 20);
  EXPECT_TRUE(ben.received("ann", VIDEO)->video->frames()[before].slice.keyframe);
  EXPECT_THAT(meeting.problems(), IsEmpty());
}

TEST_P(MeetingSim, WhoSpeaksIsToldToTheOthersAndThatItIsOver) {
  Meeting meeting(world(), 4, kShards, GetParam().small_room);
  Participant& ann = meeting.join(person("ann"));
  Participant& ben = meeting.join(viewer("ben"));
  meeting.run(3s);
  const auto newest = [&]() -> livekit::SpeakerInfo {
    const auto at = std::find_if(ben.responses.rbegin(), ben.responses.rend(),
                                 [](const auto& r) { return r.has_speakers_changed(); });
    return at == ben.responses.rend() ? livekit::SpeakerInfo() : at->speakers_changed().speakers(0);
  };
  EXPECT_EQ(newest().sid(), ann.sid());
  EXPECT_TRUE(newest().active());
  ann.publisher().microphone()->talking = false;
  meeting.run(4s);
  EXPECT_EQ(newest().sid(), ann.sid());
  EXPECT_FALSE(newest().active());
}

// ---------------------------------------------------------------------------------------------------
// Tracks that come and go

TEST_P(MeetingSim, WhoUnsubscribesGetsNothingAndWhoSubscribesAgainSeesAgain) {
  for (const bool single : {true, false}) {
    SCOPED_TRACE(single ? "v1" : "v0");
    Meeting meeting(world(), 5, kShards, GetParam().small_room);
    meeting.join(person("ann"));
    Participant& ben = meeting.join(person("ben", single));
    meeting.run(3s);
    const std::string track = ben.track_of("ann", VIDEO);
    ben.subscribe(track, false, meeting.now);
    meeting.run(1s);
    EXPECT_EQ(ben.received("ann", VIDEO), nullptr);
    EXPECT_GT(sounds(ben, "ann"), 100u);
    EXPECT_EQ(meeting.counters().subscriptions, 3u);

    ben.subscribe(track, true, meeting.now);
    meeting.run(2s);
    EXPECT_GT(pictures(ben, "ann"), 40u);
    EXPECT_EQ(meeting.counters().subscriptions, 4u);
    EXPECT_THAT(meeting.problems(), IsEmpty());
  }
}

TEST_P(MeetingSim, WithoutAutoSubscribeNothingComesUnasked) {
  Meeting meeting(world(), 6, kShards, GetParam().small_room);
  meeting.join(person("ann"));
  ParticipantConfig choosy = viewer("ben");
  choosy.auto_subscribe = false;
  Participant& ben = meeting.join(choosy);
  meeting.run(3s);
  EXPECT_EQ(meeting.counters().subscriptions, 0u);
  ben.subscribe(ben.track_of("ann", AUDIO), true, meeting.now);
  meeting.run(1s);
  EXPECT_GT(sounds(ben, "ann"), 30u);
  EXPECT_EQ(ben.received("ann", VIDEO), nullptr);
}

TEST_P(MeetingSim, ACameraIsTurnedOffAndOnAgain) {
  for (const bool single : {true, false}) {
    SCOPED_TRACE(single ? "v1" : "v0");
    Meeting meeting(world(), 7, kShards, GetParam().small_room);
    Participant& ann = meeting.join(person("ann", single));
    Participant& ben = meeting.join(person("ben", single));
    meeting.run(3s);
    const std::string first = ben.track_of("ann", VIDEO);
    ann.unpublish_camera(meeting.now);
    meeting.run(1s);
    EXPECT_EQ(ben.track_of("ann", VIDEO), "");
    EXPECT_EQ(ben.live_tracks(), 1u);
    EXPECT_EQ(meeting.counters().streams, 3u);

    ann.publish_camera(meeting.now);
    meeting.run(2s);
    EXPECT_NE(ben.track_of("ann", VIDEO), first);
    EXPECT_GT(pictures(ben, "ann"), 40u);
    EXPECT_THAT(meeting.problems(), IsEmpty());
  }
}

TEST_P(MeetingSim, TheSectionsOfAPublisherWhoLeavesAreEmptied) {
  for (const bool single : {true, false}) {
    SCOPED_TRACE(single ? "v1" : "v0");
    Meeting meeting(world(), 8, kShards, GetParam().small_room);
    Participant& ann = meeting.join(person("ann"));
    Participant& ben = meeting.join(person("ben", single));
    meeting.run(3s);
    EXPECT_EQ(ben.live_tracks(), 2u);
    ann.leave(meeting.now);
    meeting.run(1s);
    EXPECT_EQ(ben.live_tracks(), 0u);
    EXPECT_THAT(names(ben), testing::ElementsAre("ben"));

    meeting.join(person("cat"));
    meeting.run(3s);
    EXPECT_GT(pictures(ben, "cat"), 40u);
    EXPECT_THAT(meeting.problems(), IsEmpty());
  }
}

TEST_P(MeetingSim, MorePublishersThanSectionsGetMoreSections) {
  Meeting meeting(world(), 9, kShards, GetParam().small_room);
  ParticipantConfig config = viewer("ben");
  config.receivers = 1;
  Participant& ben = meeting.join(config);
  for (const char* name : {"ann", "cat", "dan", "eve"}) {
    ParticipantConfig publisher = person(name);
    publisher.layers = 1;
    publisher.auto_subscribe = false;
    meeting.join(publisher);
  }
  meeting.run(4s);
  EXPECT_EQ(ben.live_tracks(), 8u);
  EXPECT_EQ(ben.subscriber().receivers(sdp::Kind::video), 4u) << "as many as are needed";
  for (const char* name : {"ann", "cat", "dan", "eve"}) EXPECT_GT(pictures(ben, name), 50u) << name;
  EXPECT_THAT(meeting.problems(), IsEmpty());
}

// ---------------------------------------------------------------------------------------------------
// Losing and finding each other

TEST_P(MeetingSim, APersonOutlivesTheirWebSocket) {
  for (const bool single : {true, false}) {
    SCOPED_TRACE(single ? "v1" : "v0");
    Meeting meeting(world(), 20, kShards, GetParam().small_room);
    Participant& ann = meeting.join(person("ann", single));
    Participant& ben = meeting.join(person("ben", single));
    meeting.run(3s);
    const std::string sid = ann.sid();
    const std::string ufrag = ann.publisher().server_ufrag();
    ann.lose_socket(5s, false, meeting.now);
    meeting.run(4900ms);
    EXPECT_FALSE(ann.has_socket());
    EXPECT_LT(ben.received("ann", AUDIO)->audio->longest_silence(), 100ms);
    EXPECT_TRUE(names(ben).contains("ann"));

    meeting.run(3s);
    EXPECT_EQ(ann.count(SignalResponse::kReconnect), 1u);
    EXPECT_EQ(ann.sid(), sid);
    EXPECT_EQ(ann.joins, 1u);
    EXPECT_EQ(ann.publisher().server_ufrag(), ufrag) << "nobody asked for a restart";
    EXPECT_LT(ben.received("ann", AUDIO)->audio->longest_silence(), 100ms);
    EXPECT_LT(ann.received("ben", AUDIO)->audio->longest_silence(), 100ms);

    // What it says on the new connection counts.
    ann.unpublish_camera(meeting.now);
    meeting.run(1s);
    EXPECT_EQ(ben.track_of("ann", VIDEO), "");
    EXPECT_THAT(meeting.problems(), IsEmpty());
  }
}

TEST_P(MeetingSim, WhoComesAndGoesMeanwhileIsKnownAfterAResume) {
  Meeting meeting(world(), 21, kShards, GetParam().small_room);
  Participant& ann = meeting.join(person("ann"));
  Participant& ben = meeting.join(person("ben"));
  meeting.run(2s);
  ann.lose_socket(4s, false, meeting.now);
  meeting.run(1s);
  ben.leave(meeting.now);
  meeting.join(person("cat"));
  meeting.run(6s);
  EXPECT_THAT(names(ann), testing::ElementsAre("ann", "cat"));
  EXPECT_GT(pictures(ann, "cat"), 40u);
  EXPECT_THAT(meeting.problems(), IsEmpty());
}

TEST_P(MeetingSim, AnotherNetworkIsFollowedByAnIceRestart) {
  for (const bool single : {true, false}) {
    for (const std::uint64_t seed : {22u, 23u}) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << (single ? " v1" : " v0"));
      Meeting meeting(world(), seed, kShards, GetParam().small_room);
      Participant& ann = meeting.join(person("ann", single, 20));
      Participant& ben = meeting.join(person("ben", single, 20));
      meeting.run(3s);
      const std::string ufrag = ann.publisher().server_ufrag();
      ann.move(meeting.now);
      meeting.run(5s);
      EXPECT_EQ(ann.joins, 1u);
      EXPECT_NE(ann.publisher().server_ufrag(), ufrag);
      EXPECT_EQ(ann.count(SignalResponse::kReconnect), 1u);
      EXPECT_LT(ben.received("ann", AUDIO)->audio->longest_silence(), 2s);
      EXPECT_LT(ann.received("ben", AUDIO)->audio->longest_silence(), 2s);
      EXPECT_GE(ann.received("ben", AUDIO)->audio->last_packet(), meeting.now - 200ms);
      EXPECT_GE(ben.received("ann", AUDIO)->audio->last_packet(), meeting.now - 200ms);
      EXPECT_GE(ben.received("ann", VIDEO)->video->frames().back().complete, meeting.now - 300ms);
      EXPECT_GE(ann.received("ben", VIDEO)->video->frames().back().complete, meeting.now - 300ms);
      EXPECT_THAT(meeting.problems(), IsEmpty());
    }
  }
}

TEST_P(MeetingSim, WhoIsGoneWithoutAWordIsRemovedAndTheOthersAreTold) {
  Meeting meeting(world(), 24, kShards, GetParam().small_room);
  Participant& ann = meeting.join(person("ann"));
  Participant& ben = meeting.join(person("ben"));
  meeting.run(3s);
  ann.vanish(meeting.now);
  meeting.run(5s);
  EXPECT_TRUE(names(ben).contains("ann")) << "it may still come back";
  meeting.run(35s);
  EXPECT_THAT(names(ben), testing::ElementsAre("ben"));
  EXPECT_EQ(ben.live_tracks(), 0u);
  EXPECT_EQ(meeting.node->totals().participants, 1u);
  EXPECT_EQ(meeting.counters().transports, 1u);
}

// Its WebSocket works and its media does not: it is asked to come back, and when that helps
// nothing, to begin anew.
TEST_P(MeetingSim, WhoseMediaIsDeadComesBackWhenTheNetworkDoes) {
  Meeting meeting(world(), 25, kShards, GetParam().small_room);
  const ParticipantConfig config = person("ann");
  Participant& ann = meeting.join(config);
  Participant& ben = meeting.join(person("ben"));
  meeting.run(3s);
  ann.up.set({.loss_per_mille = 1000});
  ann.down.set({.loss_per_mille = 1000});
  meeting.run(25s);
  EXPECT_GE(ann.resumes, 1u);
  ann.up.set(config.up);
  ann.down.set(config.down);
  meeting.run(20s);
  EXPECT_TRUE(ann.active());
  EXPECT_THAT(names(ben), testing::ElementsAre("ann", "ben"));
  EXPECT_GE(ben.received("ann", AUDIO)->audio->last_packet(), meeting.now - 200ms);
  EXPECT_GE(ben.received("ann", VIDEO)->video->frames().back().complete, meeting.now - 300ms);
  EXPECT_GE(ann.received("ben", AUDIO)->audio->last_packet(), meeting.now - 200ms);
  EXPECT_EQ(meeting.counters().transports, 2u);
}

// Goal: nobody stays in a room as a ghost.
TEST_P(MeetingSim, WhoResumesWithoutMediaAndThenVanishesIsRemoved) {
  Meeting meeting(world(), 26, kShards, GetParam().small_room);
  Participant& ann = meeting.join(person("ann"));
  Participant& ben = meeting.join(person("ben"));
  meeting.run(3s);
  ann.up.set({.loss_per_mille = 1000});
  ann.down.set({.loss_per_mille = 1000});
  for (int i = 0; i < 600 && ann.resumes == 0; ++i) meeting.run(100ms);
  ASSERT_EQ(ann.resumes, 1u);
  meeting.run(200ms);
  ann.vanish(meeting.now);
  meeting.run(60s);
  EXPECT_THAT(names(ben), testing::ElementsAre("ben"));
  EXPECT_EQ(meeting.node->totals().participants, 1u);
}

// ---------------------------------------------------------------------------------------------------
// Data

TEST_P(MeetingSim, ReliableDataReachesEverybodyWholeAndInOrder) {
  for (const std::uint64_t seed : {30u, 31u}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Meeting meeting(world(), seed, kShards, GetParam().small_room);
    Participant& ann = meeting.join(viewer("ann", 50));
    ParticipantConfig dual = viewer("ben", 50);
    dual.single_peer = false;
    Participant& ben = meeting.join(dual);
    Participant& cat = meeting.join(viewer("cat", 50));
    meeting.run(4s);
    for (int i = 0; i < 100; ++i) {
      std::string text(static_cast<std::size_t>(10 + 100 * (i % 20)), 'x');
      EXPECT_TRUE(ann.send_data(user_packet(fmt::format("{} {}", i, text)), true, meeting.now));
      meeting.run(10ms);
    }
    EXPECT_TRUE(ben.send_data(user_packet("hello"), true, meeting.now));
    meeting.run(5s);
    for (Participant* who : {&ben, &cat}) {
      SCOPED_TRACE(who->identity());
      int next = 0;
      for (const Participant::Data& data : who->data) {
        if (data.packet.participant_identity() != "ann") continue;
        EXPECT_EQ(data.label, "_reliable");
        EXPECT_EQ(data.packet.user().payload().substr(0, 5).substr(
                      0, data.packet.user().payload().find(' ')),
                  fmt::format("{}", next));
        EXPECT_EQ(
            data.packet.user().payload().size(),
            fmt::format("{} ", next).size() + static_cast<std::size_t>(10 + 100 * (next % 20)));
        ++next;
      }
      EXPECT_EQ(next, 100);
    }
    ASSERT_THAT(ann.data, SizeIs(1)) << "nobody hears their own words";
    EXPECT_EQ(ann.data[0].packet.participant_sid(), ben.sid());
  }
}

TEST_P(MeetingSim, LossyDataIsLossyAndNeverLate) {
  Meeting meeting(world(), 32, kShards, GetParam().small_room);
  Participant& ann = meeting.join(viewer("ann", 100));
  Participant& ben = meeting.join(viewer("ben", 100));
  meeting.run(4s);
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(ann.send_data(user_packet(fmt::format("{}", i)), false, meeting.now));
    meeting.run(10ms);
  }
  meeting.run(100ms);
  EXPECT_GT(ben.data.size(), 120u);
  EXPECT_LT(ben.data.size(), 200u);
  EXPECT_EQ(ben.data.front().label, "_lossy");
  const std::size_t at_once = ben.data.size();
  meeting.run(5s);
  EXPECT_EQ(ben.data.size(), at_once);
}

// ---------------------------------------------------------------------------------------------------
// Several shards

// Goal: what is published crosses once to each shard that has somebody who sees it, and no more.
TEST(PipeSim, AStreamCrossesOnceForAShardAndOnlyWhileItIsWatchedThere) {
  Meeting meeting(world(), 50, 2, 0);
  ParticipantConfig config = person("ann");
  config.microphone = false;
  config.auto_subscribe = false;
  Participant& ann = meeting.join(config);
  std::vector<Participant*> watchers;
  for (int i = 0; i < 6; ++i) watchers.push_back(&meeting.join(viewer(fmt::format("p{}", i))));
  meeting.run(4s);
  media::ShardCounters counters = meeting.counters();
  EXPECT_EQ(counters.streams, 1u);
  EXPECT_EQ(counters.piped_streams, 1u);
  EXPECT_EQ(counters.subscriptions, 6u);
  EXPECT_GT(counters.piped_in, 100u);
  EXPECT_LE(counters.piped_in, counters.piped_out);
  EXPECT_LE(counters.piped_out, counters.media_in);
  for (Participant* watcher : watchers) {
    EXPECT_GT(pictures(*watcher, "ann"), 80u) << watcher->identity();
    EXPECT_EQ(newest_layer(*watcher, "ann"), 2) << watcher->identity();
    EXPECT_FALSE(watcher->received("ann", VIDEO)->video->reports().empty()) << watcher->identity();
  }

  // They sit in turns: every second one is apart from Ann, and goes.
  for (std::size_t i = 0; i < watchers.size(); i += 2) watchers[i]->leave(meeting.now);
  meeting.run(1s);
  counters = meeting.counters();
  EXPECT_EQ(counters.piped_streams, 0u);
  EXPECT_EQ(counters.subscriptions, 3u);
  meeting.run(1s);
  EXPECT_EQ(meeting.counters().piped_out, counters.piped_out) << "nobody is there who sees it";
  EXPECT_GT(meeting.counters().media_out, counters.media_out);
  ann.leave(meeting.now);
  meeting.run(1s);
  EXPECT_EQ(meeting.counters().streams, 0u);
  EXPECT_THAT(meeting.problems(), IsEmpty());
}

// ---------------------------------------------------------------------------------------------------
// Crowds

// Goal: where many speak to many, the sound of several leaves for each in one train, and all of it
// is heard.
TEST(SoundSim, OfManyToManyLeavesInTrains) {
  Meeting meeting(world(), 41, 1);
  std::vector<Participant*> speakers;
  for (int i = 0; i < 10; ++i) {
    ParticipantConfig config = person(fmt::format("s{}", i));
    config.camera = false;
    speakers.push_back(&meeting.join(config));
    meeting.run(7ms);
  }
  std::vector<Participant*> listeners;
  for (int i = 0; i < 45; ++i) listeners.push_back(&meeting.join(viewer(fmt::format("l{}", i))));
  meeting.run(3s);
  const media::ShardCounters before = meeting.counters();
  meeting.run(1s);
  const media::ShardCounters after = meeting.counters();
  const auto datagrams = static_cast<double>(after.datagrams_out - before.datagrams_out);
  const auto trains = static_cast<double>(after.trains_out - before.trains_out);
  EXPECT_GT(datagrams, 25'000);
  EXPECT_GT(datagrams / trains, 2.5);
  for (Participant* listener : listeners) {
    for (const Participant* speaker : speakers) {
      RemoteTrack* const sound = listener->received(speaker->identity(), AUDIO);
      ASSERT_NE(sound, nullptr) << speaker->identity() << " for " << listener->identity();
      EXPECT_GT(sound->audio->frames(), 100u);
      EXPECT_EQ(sound->audio->gaps(), 0u);
      EXPECT_LE(sound->audio->longest_silence(), 20ms + 5ms);
    }
  }
  EXPECT_THAT(meeting.problems(), IsEmpty());
}

// Goal: a meeting begins on the hour.
TEST_P(MeetingSim, AHundredJoinInTheSameMillisecondUnderLoss) {
  Meeting meeting(world(), 40, kShards, GetParam().small_room);
  std::set<std::string> expected;
  for (int i = 0; i < 100; ++i) {
    ParticipantConfig config = viewer(fmt::format("p{}", i), 20);
    config.single_peer = i % 4 != 0;
    meeting.join(config);
    expected.insert(config.identity);
  }
  meeting.run(8s);
  for (const auto& participant : meeting.participants) {
    SCOPED_TRACE(participant->identity());
    EXPECT_TRUE(participant->active());
    EXPECT_EQ(names(*participant), expected);
    EXPECT_TRUE(std::ranges::all_of(participant->roster(), [](const auto& entry) {
      return entry.second.state() == livekit::ParticipantInfo::ACTIVE;
    }));
  }
  EXPECT_EQ(meeting.node->totals().participants, 100u);
  EXPECT_THAT(meeting.problems(), IsEmpty());
}

// Goal: whoever comes and goes leaves nothing behind.
// Method: 500 joins and leaves in random order, most too short-lived to become active.
TEST_P(MeetingSim, FiveHundredJoinsAndLeavesLeaveNothingBehind) {
  const std::uint64_t seed = 41;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  SeededRandom random(seed);
  Meeting meeting(world(), seed, kShards, GetParam().small_room);
  Participant& witness = meeting.join(viewer("witness"));
  std::vector<Participant*> present;
  for (int step = 0; step < 500; ++step) {
    const bool joins = present.size() < 2 || (present.size() < 12 && random.below(2) == 0);
    if (joins) {
      ParticipantConfig config = person(fmt::format("p{}", step), random.below(2) == 0, 10);
      config.layers = 1;
      config.camera = config.microphone = random.below(4) == 0;
      present.push_back(&meeting.join(config));
    } else {
      const auto at = present.begin() + static_cast<std::ptrdiff_t>(random.below(present.size()));
      switch (random.below(3)) {
        case 0:
          (*at)->vanish(meeting.now);
          break;
        default:
          (*at)->leave(meeting.now);
      }
      present.erase(at);
    }
    meeting.run(std::chrono::milliseconds(random.below(80)));
  }
  meeting.run(60s);
  std::set<std::string> expected{"witness"};
  for (Participant* participant : present) expected.insert(participant->identity());
  EXPECT_EQ(names(witness), expected);
  for (Participant* participant : present) EXPECT_EQ(names(*participant), expected);
  EXPECT_EQ(meeting.node->totals().participants, expected.size());

  for (Participant* participant : present) participant->leave(meeting.now);
  witness.leave(meeting.now);
  meeting.run(30s);
  const media::ShardCounters counters = meeting.counters();
  EXPECT_EQ(counters.transports, 0u);
  EXPECT_EQ(counters.streams, 0u);
  EXPECT_EQ(counters.piped_streams, 0u);
  EXPECT_EQ(counters.subscriptions, 0u);
  const auto totals = meeting.node->totals();
  EXPECT_EQ(totals.rooms, 0u);
  EXPECT_EQ(totals.participants, 0u);
  EXPECT_EQ(totals.tracks, 0u);
  EXPECT_EQ(totals.rejected_messages, 0u);
}

}  // namespace
}  // namespace parley::sim
