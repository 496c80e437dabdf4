#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/families.h"
#include "sim/meeting.h"

// What people are told of their connections, in whole meetings. Scores by themselves:
// media/room/quality_test.cpp.
namespace parley::sim {
namespace {

using livekit::ConnectionQuality;
using livekit::EXCELLENT;
using livekit::LOST;
using livekit::POOR;
using livekit::VIDEO;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

constexpr std::uint32_t kSeeds = 2;

World& world() {
  static World shared;
  return shared;
}

/// How far away somebody is; drawn.
struct Distance {
  Duration delay = 25ms;
  Duration jitter = 5ms;
  explicit Distance(Draw& draw) : delay(draw.ms(2, 70)), jitter(draw.ms(0, 10)) {}
  LinkConfig path(std::uint32_t loss_per_mille = 0) const {
    return {.delay = delay, .jitter = jitter, .loss_per_mille = loss_per_mille};
  }
};

ParticipantConfig person(std::string identity, const Distance& away) {
  return {.identity = std::move(identity), .up = away.path(), .down = away.path()};
}

/// All that somebody was told of another's connection.
std::vector<ConnectionQuality> told(const Participant& whom, const Participant& of) {
  std::vector<ConnectionQuality> out;
  for (const livekit::SignalResponse& response : whom.responses) {
    for (const auto& update : response.connection_quality().updates()) {
      if (update.participant_sid() == of.sid()) out.push_back(update.quality());
    }
  }
  return out;
}

/// Seconds until somebody is told so of another, in steps of a tenth.
std::optional<double> until_told(Meeting& meeting, const Participant& whom, const Participant& of,
                                 ConnectionQuality quality, Duration within) {
  const Time began = meeting.now;
  while (told(whom, of).empty() || told(whom, of).back() != quality) {
    if (meeting.now > began + within) return std::nullopt;
    meeting.run(100ms);
  }
  return std::chrono::duration<double>(meeting.now - began).count();
}

/// Together on one shard, or each on the next: reports of several shards are no periods.
class QualitySim : public testing::TestWithParam<std::size_t> {
 protected:
  static constexpr std::size_t kShards = 2;
};
INSTANTIATE_TEST_SUITE_P(All, QualitySim, testing::Values(std::size_t{1000}, std::size_t{0}),
                         [](const auto& tested) {
                           return tested.param > 0 ? "together" : "apart";
                         });

TEST_P(QualitySim, AGoodNetworkIsExcellentWhateverIsSentOrNotSent) {
  for (const std::uint32_t seed : seeds(kSeeds)) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    const Distance from_ann(draw);
    const Distance from_ben(draw);
    Meeting meeting(world(), seed, kShards, GetParam());
    Participant& ann = meeting.join(person("ann", from_ann));
    Participant& ben = meeting.join(person("ben", from_ben));
    meeting.run(draw.ms(5'000, 9'000));
    // Two of three layers are not wanted any more.
    ben.watch(ben.track_of("ann", VIDEO), livekit::LOW, meeting.now);
    meeting.run(draw.ms(15'000, 20'000));
    // Nor is the picture at all.
    ben.subscribe(ben.track_of("ann", VIDEO), false, meeting.now);
    ann.publisher().microphone()->talking = false;
    meeting.run(draw.ms(15'000, 20'000));
    ben.unpublish_camera(meeting.now);
    meeting.run(draw.ms(8'000, 12'000));
    Participant& cat = meeting.join(person("cat", from_ann));
    ben.subscribe(ben.track_of("ann", VIDEO), true, meeting.now);
    meeting.run(12s);
    for (const Participant* whom : {&ann, &ben, &cat}) {
      for (const Participant* of : {&ann, &ben, &cat}) {
        SCOPED_TRACE(whom->identity() + " of " + of->identity());
        EXPECT_THAT(told(*whom, *of), ElementsAre(EXCELLENT));
      }
    }
    EXPECT_THAT(meeting.problems(), IsEmpty());
  }
}

TEST_P(QualitySim, LossIsTheFaultOfWhoHasIt) {
  Column poor{"told poor, s"};
  Column excellent{"told excellent again, s"};
  for (const std::uint32_t seed : seeds(kSeeds)) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    const Distance from_ann(draw);
    const Distance from_ben(draw);
    const auto lossy = static_cast<std::uint32_t>(draw.uniform(250, 400));
    Meeting meeting(world(), seed, kShards, GetParam());
    Participant& ann = meeting.join(person("ann", from_ann));
    Participant& ben = meeting.join(person("ben", from_ben));
    meeting.run(12s);
    ann.down.set(from_ann.path(lossy));
    const auto worse = until_told(meeting, ann, ann, POOR, 40s);
    ASSERT_TRUE(worse);
    poor.add(*worse);
    meeting.run(5s);
    EXPECT_EQ(told(ben, ann).back(), POOR) << "who sees her knows why";
    ann.down.set(from_ann.path());
    const auto better = until_told(meeting, ann, ann, EXCELLENT, 60s);
    ASSERT_TRUE(better);
    excellent.add(*better);
    // What she loses on the way here is missing at ben's, too, until it is repaired.
    ann.up.set(from_ann.path(static_cast<std::uint32_t>(draw.uniform(50, 120))));
    meeting.run(30s);
    EXPECT_THAT(told(ann, ann), Not(Contains(LOST)));
    EXPECT_THAT(told(ben, ann), Not(Contains(LOST)));
    EXPECT_THAT(told(ben, ben), ElementsAre(EXCELLENT)) << "through all of it";
  }
  print("quality, loss", {&poor, &excellent});
  EXPECT_LE(poor.at(50), 8.5);
  EXPECT_LT(poor.at(100), 12);
  EXPECT_LE(excellent.at(50), 20);
  EXPECT_LT(excellent.at(100), 30);
}

TEST_P(QualitySim, WhoseTransportIsGoneIsLostToTheOthersAndComesBack) {
  Column lost{"told lost, s"};
  Column back{"told excellent again, s"};
  for (const std::uint32_t seed : seeds(3 * kSeeds)) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    const Distance from_ann(draw);
    Meeting meeting(world(), seed, kShards, GetParam());
    ParticipantConfig stubborn = person("ann", from_ann);
    stubborn.reconnects = false;
    Participant& ann = meeting.join(stubborn);
    Participant& ben = meeting.join(person("ben", Distance(draw)));
    meeting.run(draw.ms(8'000, 12'000));
    ann.up.set({.loss_per_mille = 1000});
    ann.down.set({.loss_per_mille = 1000});
    meeting.run(12s);
    EXPECT_THAT(told(ben, ann), Not(Contains(LOST))) << "a tunnel";
    const auto gone = until_told(meeting, ben, ann, LOST, 8s);
    ASSERT_TRUE(gone);
    lost.add(12 + *gone);
    ann.up.set(from_ann.path());
    ann.down.set(from_ann.path());
    const auto there = until_told(meeting, ben, ann, EXCELLENT, 8s);
    ASSERT_TRUE(there);
    back.add(*there);
    EXPECT_THAT(told(ann, ann), Not(Contains(LOST))) << "SDKs start over when they read that";
  }
  print("quality, gone", {&lost, &back});
  EXPECT_LT(lost.at(100), 17);
  EXPECT_LT(back.at(95), 3);
}

// Goal: nobody is ever told LOST of a participant who is there.
// Method: weather that changes every few seconds, each way by itself: from nothing to a third lost,
// less bandwidth than the pictures take, and nothing at all for as long as a tunnel lasts. What she
// loses on her way to the server may show at his end for a moment, but not as a bad connection.
TEST_P(QualitySim, NobodyWhoIsThereIsEverLost) {
  Column changes{"times told"};
  Column blamed{"blamed for her network"};
  for (const std::uint32_t seed : seeds(kSeeds)) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    const Distance from_ann(draw);
    Meeting meeting(world(), seed, kShards, GetParam());
    ParticipantConfig stubborn = person("ann", from_ann);
    stubborn.reconnects = false;
    Participant& ann = meeting.join(stubborn);
    Participant& ben = meeting.join(person("ben", Distance(draw)));
    meeting.run(5s);
    for (int i = 0; i < 8; ++i) {
      const auto weather = [&] {
        return from_ann.path(static_cast<std::uint32_t>(draw.uniform(0, 330)));
      };
      ann.up.set(weather());  // Whose rate is not limited: this camera would not go by it.
      LinkConfig down = weather();
      if (draw.uniform(0, 1) < 0.5) {
        down.bits_per_second = static_cast<std::uint64_t>(draw.logarithmic(100e3, 5e6));
      }
      ann.down.set(down);
      meeting.run(draw.ms(1'000, 8'000));
      if (draw.uniform(0, 1) < 0.4) {
        ann.up.set({.loss_per_mille = 1000});
        if (draw.uniform(0, 1) < 0.5) ann.down.set({.loss_per_mille = 1000});
        meeting.run(draw.ms(1'000, 9'000));
      }
    }
    for (const Participant* whom : {&ann, &ben}) {
      for (const Participant* of : {&ann, &ben}) {
        EXPECT_THAT(told(*whom, *of), Not(Contains(LOST)))
            << whom->identity() << " of " << of->identity();
      }
    }
    const auto his = told(ben, ben);
    blamed.add(std::ranges::find(his, POOR) != his.end() ? 1 : 0);
    changes.add(static_cast<double>(told(ben, ann).size()));
  }
  print("quality, weather", {&changes, &blamed});
  EXPECT_LT(blamed.mean(), 0.1) << "it is not his network";
}

}  // namespace
}  // namespace parley::sim
