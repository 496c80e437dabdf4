#include "application/quality/quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "application/operation/testing/meeting.h"
#include "application/quality/samples.h"

namespace parley::application::quality {
namespace {

using access::Role;
using meetings::Presence;
using operation::Json;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class QualityTest : public operation::testing::InMeeting {
 protected:
  QualityTest() : InMeeting(quality_operations()) {}

  /// A half minute of somebody, as a node reports it.
  plane::QualityReport report(const Tab& tab, std::int64_t minute, std::uint32_t score = 90,
                              livekit::ConnectionQuality quality = livekit::EXCELLENT) {
    plane::QualityReport out;
    out.set_room(meeting().room());
    out.set_room_sid("RM_1");
    out.set_ended_at(to_seconds(minute) * 1000 + 250);
    auto& of = *out.add_participants();
    of.set_identity(tab.participant);
    of.set_seconds(30);
    of.set_quality(quality);
    of.set_score(score);
    auto& camera = *of.add_sent();
    camera.set_type(livekit::VIDEO);
    camera.set_source(livekit::CAMERA);
    camera.set_streams(1);
    camera.set_packets(2000);
    camera.set_lost(100);
    camera.set_bytes(3'750'000);
    camera.set_jitter_us(7'900);
    camera.set_round_trip_us(81'000);
    camera.set_score(score);
    auto& layer = *camera.add_layers();
    layer.set_layer(1);
    layer.set_packets(500);
    layer.set_bytes(750'000);
    layer.set_frames(450);
    auto& sound = *of.add_received();
    sound.set_type(livekit::AUDIO);
    sound.set_streams(3);
    return out;
  }
  std::int64_t keep_one(const plane::QualityReport& report) {
    return write([&](store::Transaction& t) { return keep(t, report); });
  }
  static std::int64_t to_seconds(std::int64_t minute) {
    return std::chrono::floor<std::chrono::seconds>(kStart).time_since_epoch().count() +
           60 * minute;
  }
  Json read(const Tab& of, const Names& query = {}) {
    return ask(host_, "getQuality", {{"participant", of.participant}}, nullptr, query);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, QualityTest, store::testing::engines(),
                         store::testing::engine_name);

TEST_P(QualityTest, IsASeriesOfWhatWasSentAndReceived) {
  const Tab ann = come("Ann");
  EXPECT_EQ(keep_one(report(ann, 5)), 1);
  const Json series = read(ann);
  EXPECT_EQ(series.at("next"), nullptr);
  ASSERT_THAT(series.at("items"), SizeIs(1));
  const Json& item = series.at("items")[0];
  EXPECT_EQ(item.at("seconds"), 30);
  EXPECT_EQ(item.at("quality"), "excellent");
  EXPECT_EQ(item.at("score"), 90);
  EXPECT_EQ(item.at("sent"), (Json{{{"what", "camera"},
                                    {"streams", 1},
                                    {"bits_per_second", 1'000'000},
                                    {"loss_per_mille", 50},
                                    {"jitter_ms", 7},
                                    {"round_trip_ms", 81},
                                    {"score", 90},
                                    {"paused_seconds", 0},
                                    {"layers",
                                     {{{"layer", 1},
                                       {"bits_per_second", 200'000},
                                       {"loss_per_mille", 0},
                                       {"frames_per_second", 15}}}}}}));
  EXPECT_EQ(item.at("received")[0].at("what"), "audio");
  EXPECT_EQ(item.at("received")[0].at("streams"), 3);
}

TEST_P(QualityTest, TellsWhyACallWasBadAtATime) {
  const Tab ann = come("Ann");
  for (std::int64_t minute = 0; minute < 20; ++minute) {
    keep_one(report(ann, minute, minute == 7 ? 35 : 95,
                    minute == 7 ? livekit::POOR : livekit::EXCELLENT));
  }
  const Json then =
      read(ann, {{"from", std::to_string(to_seconds(6))}, {"to", std::to_string(to_seconds(9))}});
  ASSERT_THAT(then.at("items"), SizeIs(3));
  EXPECT_EQ(then.at("items")[0].at("quality"), "excellent");
  EXPECT_EQ(then.at("items")[1].at("quality"), "poor");
  EXPECT_EQ(then.at("items")[1].at("score"), 35);
}

TEST_P(QualityTest, WhoHadTheWorstStandsFirst) {
  const Tab ann = come("Ann");
  const Tab ben = come("Ben");
  keep_one(report(ann, 1));
  keep_one(report(ben, 1, 20, livekit::LOST));
  keep_one(report(ben, 2, 60, livekit::GOOD));
  const Json people = ask(host_, "listQuality").at("participants");
  ASSERT_THAT(people, SizeIs(2));
  EXPECT_EQ(people[0].at("participant"), ben.participant);
  EXPECT_EQ(people[0].at("name"), "Ben");
  EXPECT_EQ(people[0].at("worst_score"), 20);
  EXPECT_EQ(people[0].at("samples"), 2);
  EXPECT_EQ(people[0].at("bad_samples"), 1);
  EXPECT_EQ(people[1].at("bad_samples"), 0);
}

TEST_P(QualityTest, ManySamplesComeInPages) {
  const Tab ann = come("Ann");
  std::vector<plane::QualityReport> reports;
  for (std::int64_t minute = 0; minute <= kMaxSamples; ++minute) {
    reports.push_back(report(ann, minute));
  }
  write([&](store::Transaction& t) {
    for (const auto& one : reports) keep(t, one);
  });
  const Json first = read(ann);
  EXPECT_THAT(first.at("items"), SizeIs(static_cast<std::size_t>(kMaxSamples)));
  ASSERT_TRUE(first.at("next").is_number());
  const Json rest = read(ann, {{"from", std::to_string(first.at("next").get<std::int64_t>())}});
  EXPECT_THAT(rest.at("items"), SizeIs(1));
  EXPECT_EQ(rest.at("next"), nullptr);
}

TEST_P(QualityTest, IsForTheOwnerAndForWhoMayChangeSettings) {
  const Tab ann = come("Ann", Role::cohost);
  const Names path{{"participant", ann.participant}};
  for (const std::string operation : {"listQuality", "getQuality"}) {
    EXPECT_EQ(code(ann, operation, path), "forbidden") << "not even of oneself";
    set_role(ann, Role::host);
    EXPECT_EQ(code(ann, operation, path), "");
    set_role(ann, Role::cohost);
  }
  set_role(host_, Role::attendee);
  set_presence(host_, Presence::left);
  EXPECT_EQ(code(host_, "listQuality"), "");
}

TEST_P(QualityTest, KeepsNothingOfWhoIsNoParticipantOfAMeeting) {
  const Tab ann = come("Ann");
  auto other = report(ann, 1);
  other.mutable_participants(0)->set_identity("nobody");
  EXPECT_EQ(keep_one(other), 0);
  for (const std::string room :
       {"", "lobby", "-", "lobby-", "lobby-x", "lobby-1", "lobby-99999999999999999999"}) {
    other = report(ann, 1);
    other.set_room(room);
    EXPECT_EQ(keep_one(other), 0) << room;
  }
  EXPECT_THAT(read(ann).at("items"), IsEmpty());
}

TEST_P(QualityTest, ABreakoutRoomIsPartOfItsMeeting) {
  const Tab ann = come("Ann");
  auto one = report(ann, 1);
  one.set_room(meeting().room() + "-b2");
  EXPECT_EQ(keep_one(one), 1);
  EXPECT_EQ(keep_one(one), 0) << "told twice, kept once";
}

TEST_P(QualityTest, OfAnEarlierRunIsReadByItsNumber) {
  const Tab ann = come("Ann");
  keep_one(report(ann, 1));
  const std::int64_t run = meeting().run;
  begin_again();
  EXPECT_THAT(ask(host_, "listQuality").at("participants"), IsEmpty());
  EXPECT_THAT(
      ask(host_, "listQuality", {}, nullptr, {{"run", std::to_string(run)}}).at("participants"),
      SizeIs(1));
}

TEST_P(QualityTest, GoesAfterItsTimeAndWithTheMeeting) {
  const Tab ann = come("Ann");
  keep_one(report(ann, 0));
  keep_one(report(ann, 10));
  const auto old = WallTime(std::chrono::seconds(to_seconds(5)));
  EXPECT_EQ(write([&](store::Transaction& t) { return trim(t, old); }), 1);
  EXPECT_THAT(read(ann).at("items"), SizeIs(1));
  write([&, here = meeting()](store::Transaction& t) {
    meetings::remove_meetings_of(t, here.tenant, here.owner);
  });
  EXPECT_EQ(write([&](store::Transaction& t) {
              return t.first("SELECT COUNT(*) FROM connection_quality", {})->integer(0);
            }),
            0);
}

}  // namespace
}  // namespace parley::application::quality
