#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

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

constexpr std::uint64_t kSeeds = 4;

World& world() {
  static World shared;
  return shared;
}

LinkConfig path(std::uint32_t loss_per_mille = 0) {
  return {.delay = 25ms, .jitter = 5ms, .loss_per_mille = loss_per_mille};
}

ParticipantConfig person(std::string identity, LinkConfig up = path(), LinkConfig down = path()) {
  return {.identity = std::move(identity), .up = up, .down = down};
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
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Meeting meeting(world(), seed, kShards, GetParam());
    Participant& ann = meeting.join(person("ann"));
    Participant& ben = meeting.join(person("ben"));
    meeting.run(7s);
    // Two of three layers are not wanted any more.
    ben.watch(ben.track_of("ann", VIDEO), livekit::LOW, meeting.now);
    meeting.run(20s);
    // Nor is the picture at all.
    ben.subscribe(ben.track_of("ann", VIDEO), false, meeting.now);
    ann.publisher().microphone()->talking = false;
    meeting.run(20s);
    ben.unpublish_camera(meeting.now);
    meeting.run(12s);
    Participant& cat = meeting.join(person("cat"));
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
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Meeting meeting(world(), seed, kShards, GetParam());
    Participant& ann = meeting.join(person("ann"));
    Participant& ben = meeting.join(person("ben"));
    meeting.run(12s);
    ann.down.set(path(300));
    meeting.run(30s);
    EXPECT_EQ(told(ann, ann).back(), POOR);
    EXPECT_EQ(told(ben, ann).back(), POOR) << "who sees her knows why";
    ann.down.set(path());
    meeting.run(40s);
    EXPECT_EQ(told(ann, ann).back(), EXCELLENT);
    // What she loses on the way here is missing at ben's, too, until it is repaired.
    ann.up.set(path(100));
    meeting.run(30s);
    EXPECT_THAT(told(ann, ann), Not(Contains(LOST)));
    EXPECT_THAT(told(ben, ben), ElementsAre(EXCELLENT)) << "through all of it";
  }
}

TEST_P(QualitySim, WhoseTransportIsGoneIsLostToTheOthersAndComesBack) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Meeting meeting(world(), seed, kShards, GetParam());
    ParticipantConfig stubborn = person("ann");
    stubborn.reconnects = false;
    Participant& ann = meeting.join(stubborn);
    Participant& ben = meeting.join(person("ben"));
    meeting.run(10s);
    ann.up.set({.loss_per_mille = 1000});
    ann.down.set({.loss_per_mille = 1000});
    meeting.run(12s);
    EXPECT_THAT(told(ben, ann), Not(Contains(LOST))) << "a tunnel";
    meeting.run(5s);
    EXPECT_EQ(told(ben, ann).back(), LOST);
    ann.up.set(path());
    ann.down.set(path());
    meeting.run(3s);
    EXPECT_EQ(told(ben, ann).back(), EXCELLENT);
    EXPECT_THAT(told(ann, ann), Not(Contains(LOST))) << "SDKs start over when they read that";
  }
}

}  // namespace
}  // namespace parley::sim
