#include "media/room/room_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::media {
namespace {

using ::testing::ElementsAre;

struct Told final : WebhookSink {
  void emit(livekit::WebhookEvent event, Time now) override {
    names.push_back(event.event());
    times.push_back(now);
    last = std::move(event);
  }
  std::vector<std::string> names;
  std::vector<Time> times;
  livekit::WebhookEvent last;
};

class RoomEventsTest : public ::testing::Test {
 protected:
  RoomEventsTest() { room_.set_name("lobby"); }

  static livekit::ParticipantInfo person(const std::string& sid) {
    livekit::ParticipantInfo info;
    info.set_sid(sid);
    info.set_metadata("host");
    return info;
  }

  livekit::Room room_;
  Told told_;
  RoomEvents events_{&told_, room_, Time(1s)};
};

TEST_F(RoomEventsTest, TellOfTheRoomFirstAndAsItIsAfterTheInputThatOpenedIt) {
  room_.set_metadata("weekly");
  events_.started();
  events_.started();
  EXPECT_THAT(told_.names, ElementsAre("room_started"));
  EXPECT_EQ(told_.times.front(), Time(1s));
  EXPECT_EQ(told_.last.room().metadata(), "weekly");
}

TEST_F(RoomEventsTest, TellOfNothingBeforeTheRoom) {
  events_.active(person("PA_1"), Time(2s));
  EXPECT_THAT(told_.names, ElementsAre("room_started", "participant_joined"));
  EXPECT_EQ(told_.last.participant().metadata(), "host");
}

TEST_F(RoomEventsTest, TellWhoLeftFromWhoNeverCame) {
  events_.active(person("PA_1"), Time(2s));
  events_.active(person("PA_1"), Time(3s));
  events_.left(person("PA_2"), Time(4s));
  events_.left(person("PA_1"), Time(5s));
  events_.finished(Time(6s));
  events_.finished(Time(7s));
  EXPECT_THAT(told_.names,
              ElementsAre("room_started", "participant_joined", "participant_connection_aborted",
                          "participant_left", "room_finished"));
}

TEST_F(RoomEventsTest, SayOfATracksPublisherOnlyWhoItIs) {
  PublishedTrack track;
  track.publisher_sid = "PA_1";
  track.publisher_identity = "ann";
  track.info.set_sid("TR_1");
  events_.published(track, Time(2s));
  EXPECT_EQ(told_.last.event(), "track_published");
  EXPECT_EQ(told_.last.track().sid(), "TR_1");
  EXPECT_EQ(told_.last.participant().sid(), "PA_1");
  EXPECT_EQ(told_.last.participant().identity(), "ann");
  events_.unpublished(track, Time(3s));
  EXPECT_EQ(told_.last.event(), "track_unpublished");
}

TEST_F(RoomEventsTest, TellNobodyWhereNobodyWantsToKnow) {
  RoomEvents silent(nullptr, room_, Time());
  silent.started();
  silent.active(person("PA_1"), Time());
  silent.left(person("PA_1"), Time());
  silent.finished(Time());
  EXPECT_TRUE(told_.names.empty());
}

TEST_F(RoomEventsTest, TellOfAgentsJobs) {
  livekit::Job job;
  job.set_id("AJ_1");
  events_.job_started(job, Time(2s));
  events_.job_ended(job, Time(3s));
  EXPECT_THAT(told_.names, ElementsAre("room_started", "agent_job_started", "agent_job_ended"));
  EXPECT_EQ(told_.last.job().id(), "AJ_1");
  EXPECT_EQ(told_.last.room().name(), "lobby");
}

}  // namespace
}  // namespace parley::media
