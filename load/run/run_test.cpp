#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "load/run/report.h"
#include "load/run/scenario.h"
#include "load/run/url.h"

namespace parley::load {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Order order(Shape shape) {
  Order out;
  out.shape = shape;
  out.duration = 10s;
  out.join_rate = 10;
  return out;
}

TEST(Url, IsTakenApart) {
  const auto plain = parse_url("ws://localhost:7880");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->host, "localhost");
  EXPECT_EQ(plain->port, "7880");
  EXPECT_EQ(plain->path, "");
  const auto secure = parse_url("wss://example.org/live/");
  ASSERT_TRUE(secure);
  EXPECT_TRUE(secure->tls);
  EXPECT_EQ(secure->port, "443");
  EXPECT_EQ(secure->path, "/live");
  EXPECT_EQ(parse_url("http://[::1]:80")->host, "::1");
  for (const char* bad : {"", "localhost:7880", "ftp://a", "ws://", "ws://a:b", "ws://[::1"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
  }
}

TEST(Scenario, OfALivestreamHasPublishersFirstAndThenWatchers) {
  Order asked = order(Shape::livestream);
  asked.subscribers = 20;
  const auto scenario = plan_scenario(asked);
  ASSERT_TRUE(scenario);
  ASSERT_EQ(scenario->entries.size(), 21u);
  EXPECT_EQ(scenario->ramp, 21u);
  EXPECT_EQ(scenario->entries[0].plan.publishes.size(), 2u);
  EXPECT_FALSE(scenario->entries[0].plan.subscribes);
  EXPECT_EQ(scenario->entries[1].tracks, 2u);
  EXPECT_EQ(scenario->entries[20].at, 2s);
}

TEST(Scenario, OfAMeetingExpectsNoMoreCamerasThanTheGridHasTiles) {
  Order asked = order(Shape::meeting);
  asked.publishers = 6;
  asked.tiles = 4;
  const auto scenario = plan_scenario(asked);
  ASSERT_TRUE(scenario);
  ASSERT_EQ(scenario->entries.size(), 6u);
  for (const Entry& entry : scenario->entries) {
    EXPECT_EQ(entry.plan.view, View::grid);
    EXPECT_EQ(entry.tracks, 5u + 4u);
  }
}

TEST(Scenario, WithoutPublishersWatchesTheOneOfAnotherProgram) {
  Order asked = order(Shape::livestream);
  asked.publishers = 0;
  asked.subscribers = 3;
  const auto scenario = plan_scenario(asked);
  ASSERT_TRUE(scenario);
  ASSERT_EQ(scenario->entries.size(), 3u);
  for (const Entry& entry : scenario->entries) {
    EXPECT_TRUE(entry.plan.publishes.empty());
    EXPECT_EQ(entry.tracks, 2u);
  }
}

TEST(Scenario, OfSpeakersHasNoCameras) {
  const auto scenario = plan_scenario(order(Shape::audio));
  ASSERT_TRUE(scenario);
  EXPECT_EQ(scenario->entries[0].plan.publishes[0]->codec, Codec::opus);
  EXPECT_EQ(scenario->entries.back().tracks, 10u);
}

TEST(Scenario, OfComingAndGoingKeepsTheRoomAsFull) {
  Order asked = order(Shape::churn);
  asked.subscribers = 20;
  const auto scenario = plan_scenario(asked);
  ASSERT_TRUE(scenario);
  EXPECT_EQ(scenario->ramp, 21u);
  EXPECT_EQ(scenario->entries.size(), 21u + 100u);
  EXPECT_FALSE(scenario->entries[0].stay);
  EXPECT_EQ(scenario->entries[1].stay, 2s);
}

TEST(Scenario, OfSyntheticFramesHasNothingBesideThem) {
  Order asked = order(Shape::livestream);
  asked.packet_size = 1200;
  const auto scenario = plan_scenario(asked);
  ASSERT_TRUE(scenario);
  EXPECT_EQ(scenario->materials.size(), 1u);
}

TEST(Scenario, OfNothingIsRefused) {
  Order asked = order(Shape::livestream);
  asked.audio = asked.video = false;
  EXPECT_EQ(plan_scenario(asked).error(), "nothing is left to publish");
}

Result good() {
  Result out;
  out.asked = 11;
  out.expected_tracks = 20;
  out.measured = true;
  out.window = 10s;
  out.delivered = 1000;
  out.standing.begun = out.standing.ready = out.standing.inside = 11;
  out.standing.tracks_with_media = 20;
  out.standing.received.packets = 1000;
  return out;
}

TEST(Report, FindsNothingWrongWithAGoodRun) { EXPECT_THAT(failures(good(), 0), IsEmpty()); }

TEST(Report, SaysWhatWentWrong) {
  Result bad = good();
  bad.standing.failed = 2;
  bad.standing.dropped = 1;
  bad.standing.received.lost = 10;
  bad.standing.tracks_with_media = 19;
  EXPECT_THAT(failures(bad, 0.5),
              ElementsAre(HasSubstr("2 of 11"), HasSubstr("1 participants were dropped"),
                          HasSubstr("0.990 % of packets lost"), HasSubstr("19 of 20 tracks")));
  EXPECT_EQ(failures(bad, 1).size(), 3u);
}

TEST(Report, HoldsAFaultAgainstTheServerOnlyWhereNothingIsLost) {
  Result bad = good();
  bad.standing.received.incomplete = 1;
  EXPECT_THAT(failures(bad, 1), ElementsAre(HasSubstr("1 frames came incomplete")));
  bad.standing.received.lost = 1;
  EXPECT_THAT(failures(bad, 1), IsEmpty());
}

TEST(Report, AddsProcessesUp) {
  Result result = good();
  result.servers = {{1, 2ms, 1000, 2100}, {2, 3ms, 1000, 1000}};
  result.standing.inside = 11;
  const auto out = nlohmann::json::parse(json(result, {}));
  EXPECT_DOUBLE_EQ(out["us_per_packet"], 5.0);
  EXPECT_DOUBLE_EQ(out["servers"][0]["kb_per_participant"], 100.0);
  EXPECT_THAT(table(result), HasSubstr("2.000 us per packet; 2100 KB, 100 KB per participant"));
}

}  // namespace
}  // namespace parley::load
