#include "media/room/room_fixture.h"

// What a client is told of videos that its bandwidth has no room for (`stream_state_update`), and
// what the shard is told of what it wishes.
namespace parley::media {
namespace {

using livekit::SignalResponse;
using livekit::StreamState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

/// Ann has two cameras; ben watches.
class StreamStateTest : public RoomTest {
 protected:
  void gather(const plane::StartSession& request, RoomConfig config = {}) {
    make(config);
    ann_ = &join_active("ann");
    for (const char* cid : {"one", "two"}) {
      livekit::SignalRequest add;
      *add.mutable_add_track() = camera(cid);
      if (std::string_view(cid) == "two") {
        add.mutable_add_track()->set_source(livekit::SCREEN_SHARE);
      }
      say(*ann_, add);
    }
    offer(*ann_, {section("video", 0, "sendonly", "one"), section("video", 1, "sendonly", "two")});
    shard_.commands.clear();
    ben_ = &join(request);
    connect(*ben_);
    offer(*ben_, {section("video", 0, "recvonly"), section("video", 1, "recvonly")});
    subscribed_ = shard_.all<Subscribe>();
    ASSERT_THAT(subscribed_, SizeIs(2));
  }
  void gather() {
    auto request = start("ben");
    request.mutable_settings()->set_subscriber_allow_pause(true);
    gather(request);
  }
  /// As the shard says it.
  void change(const std::vector<media::StreamState>& states) {
    const TransportId transport = subscribed_[0].transport;
    room_->on_transport_event(transport, StreamStates{transport, states}, now_);
    room_->sweep();
  }
  SubscriptionId first() const { return subscribed_[0].subscription; }
  SubscriptionId second() const { return subscribed_[1].subscription; }
  std::string sid(std::size_t track) const { return ann_->publisher().tracks()[track]->info.sid(); }
  /// All messages of that kind on a connection: track and state.
  std::vector<std::vector<std::pair<std::string, StreamState>>> told(
      const std::string& connection = "c-ben") {
    std::vector<std::vector<std::pair<std::string, StreamState>>> out;
    for (const SignalResponse& response : uplink_.sent[connection]) {
      if (!response.has_stream_state_update()) continue;
      auto& message = out.emplace_back();
      for (const auto& info : response.stream_state_update().stream_states()) {
        EXPECT_EQ(info.participant_sid(), ann_->participant().sid);
        message.emplace_back(info.track_sid(), info.state());
      }
    }
    return out;
  }
  void come_back() {
    ben_->on_closed("c-ben", now_);
    auto back = start("ben");
    back.set_connection_id("c-ben-2");
    back.set_reconnect(true);
    back.set_participant_sid(ben_->participant().sid);
    ASSERT_EQ(room_->resume(back, now_), ben_);
  }

  Session* ann_ = nullptr;
  Session* ben_ = nullptr;
  std::vector<Subscribe> subscribed_;
};

TEST_F(StreamStateTest, WhatChangesTogetherIsToldInOneMessage) {
  gather();
  EXPECT_THAT(told(), IsEmpty());
  change({{first(), true}, {second(), true}});
  change({{second(), false}});
  EXPECT_THAT(told(), ElementsAre(ElementsAre(Pair(sid(0), StreamState::PAUSED),
                                              Pair(sid(1), StreamState::PAUSED)),
                                  ElementsAre(Pair(sid(1), StreamState::ACTIVE))));
  EXPECT_THAT(told("c-ann"), IsEmpty());
}

TEST_F(StreamStateTest, WhatIsKnownIsNotToldAgain) {
  gather();
  change({{first(), false}});
  EXPECT_THAT(told(), IsEmpty());
  change({{first(), true}});
  change({{first(), true}, {SubscriptionId(12345), true}});
  EXPECT_THAT(told(), SizeIs(1));
}

TEST_F(StreamStateTest, WhoResumesIsToldAllThatItWasEverTold) {
  gather();
  change({{first(), true}});
  change({{second(), true}});
  change({{second(), false}});
  come_back();
  EXPECT_THAT(told("c-ben-2"), ElementsAre(ElementsAre(Pair(sid(0), StreamState::PAUSED),
                                                       Pair(sid(1), StreamState::ACTIVE))));
}

TEST_F(StreamStateTest, WhatChangesWhileNobodyListensIsToldToWhoComesBack) {
  gather();
  ben_->on_closed("c-ben", now_);
  change({{first(), true}});
  EXPECT_THAT(told(), IsEmpty());
  come_back();
  EXPECT_THAT(told("c-ben-2"), ElementsAre(ElementsAre(Pair(sid(0), StreamState::PAUSED))));
}

TEST_F(StreamStateTest, WhoNeverRanShortIsToldNothingOnAResume) {
  gather();
  come_back();
  EXPECT_THAT(told("c-ben-2"), IsEmpty());
}

TEST_F(StreamStateTest, MayBePausedByConfigurationUnlessTheClientSaysOtherwise) {
  const auto pausable = [&](std::optional<bool> client, bool server) {
    auto request = start("ben");
    if (client) request.mutable_settings()->set_subscriber_allow_pause(*client);
    gather(request, {.allow_pause = server});
    return shard_.all<ConfigureSubscription>().back().may_pause;
  };
  EXPECT_FALSE(pausable(std::nullopt, false));
  EXPECT_TRUE(pausable(std::nullopt, true));
  EXPECT_TRUE(pausable(true, false));
  EXPECT_FALSE(pausable(false, true));
}

TEST_F(StreamStateTest, AScreenIsMoreImportantUnlessTheClientSaysOtherwise) {
  gather();
  auto wishes = shard_.all<ConfigureSubscription>();
  ASSERT_THAT(wishes, SizeIs(2));
  EXPECT_EQ(wishes[0].priority, 1);
  EXPECT_FALSE(wishes[0].screen_share);
  EXPECT_EQ(wishes[1].priority, 255);
  EXPECT_TRUE(wishes[1].screen_share);

  livekit::SignalRequest setting;
  setting.mutable_track_setting()->add_track_sids(sid(1));
  setting.mutable_track_setting()->set_width(640);
  setting.mutable_track_setting()->set_height(360);
  setting.mutable_track_setting()->set_priority(7);
  say(*ben_, setting);
  const auto wish = shard_.all<ConfigureSubscription>().back();
  EXPECT_EQ(wish.subscription, second());
  EXPECT_EQ(wish.priority, 7);
  EXPECT_EQ(wish.pixels, 640u * 360u);
  setting.mutable_track_setting()->set_priority(1000);
  say(*ben_, setting);
  EXPECT_EQ(shard_.all<ConfigureSubscription>().back().priority, 255);
}

// Contract section 4: a paused track is as bad as a track can be.
TEST_F(StreamStateTest, AConnectionWithoutRoomForAPictureIsAPoorOne) {
  gather();
  change({{first(), true}});
  const std::vector<StreamStats> streams = {{.stream = subscribed_[0].stream, .packets = 1000}};
  for (int i = 0; i < 3; ++i) room_->on_stats(0, streams, {}, now_);
  const auto quality = last(*ben_, SignalResponse::kConnectionQuality);
  ASSERT_EQ(quality.connection_quality().updates_size(), 1);
  EXPECT_EQ(quality.connection_quality().updates(0).participant_sid(), ben_->participant().sid);
  EXPECT_EQ(quality.connection_quality().updates(0).quality(), livekit::POOR);
}

}  // namespace
}  // namespace parley::media
