#include "media/room/room_fixture.h"

// What a room makes of its shards' statistics: what clients are told of connections, and what is
// handed on of them. Scores by themselves: quality_test.cpp.
namespace parley::media {
namespace {

using livekit::ConnectionQuality;
using livekit::EXCELLENT;
using livekit::GOOD;
using livekit::LOST;
using livekit::POOR;
using livekit::SignalResponse;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// Ann has a camera and ben watches it.
class RoomQualityTest : public RoomTest {
 protected:
  void SetUp() override {
    ann_ = &join_active("ann");
    camera_ = publish_camera(*ann_);
    ben_ = &join_active("ben");
    offer(*ben_, {section("video", 0, "recvonly")});
    ASSERT_THAT(shard_.all<Subscribe>(), SizeIs(1));
    subscribed_ = shard_.all<Subscribe>()[0];
    uplink_.sent.clear();
  }

  StreamStats camera(std::uint64_t lost = 0) const {
    return {.stream = subscribed_.stream,
            .packets = 1000 - lost,
            .lost = lost,
            .bytes = 500'000,
            .jitter = 4ms,
            .round_trip = 60ms,
            .layers = {{0, 400, 0, 100'000, 75}, {1, 600 - lost, lost, 400'000, 75}}};
  }
  SubscriptionStats watched(std::uint64_t reported = 600, std::uint64_t lost = 0) const {
    return {.subscription = subscribed_.subscription,
            .packets = 600,
            .reported = reported,
            .lost = lost,
            .bytes = 400'000,
            .jitter = 6ms,
            .round_trip = 90ms};
  }
  void pass(const std::vector<StreamStats>& streams,
            const std::vector<SubscriptionStats>& subscriptions, int periods = 1) {
    for (int i = 0; i < periods; ++i) {
      now_ += kStatsInterval;
      room_->on_stats(0, streams, subscriptions, now_);
    }
  }
  std::vector<ConnectionQuality> told(const Session& whom, const Session& of) {
    std::vector<ConnectionQuality> out;
    for (const SignalResponse& response : uplink_.sent["c-" + whom.participant().identity]) {
      for (const auto& update : response.connection_quality().updates()) {
        if (update.participant_sid() == of.participant().sid) out.push_back(update.quality());
      }
    }
    return out;
  }
  void tell_transport(Session& of, const Event& event) {
    room_->on_transport_event(of.transports()[0], event, now_);
    room_->sweep();
  }
  void lose(Session& who, TransportLost::Reason reason = TransportLost::Reason::consent_expired) {
    tell_transport(who, TransportLost{who.transports()[0], reason});
  }

  Session* ann_ = nullptr;
  Session* ben_ = nullptr;
  std::string camera_;
  Subscribe subscribed_;
};

TEST_F(RoomQualityTest, EachIsToldOfItselfAndOfWhomItWatches) {
  pass({camera()}, {watched()});
  EXPECT_THAT(told(*ann_, *ann_), ElementsAre(EXCELLENT));
  EXPECT_THAT(told(*ben_, *ben_), ElementsAre(EXCELLENT));
  EXPECT_THAT(told(*ben_, *ann_), ElementsAre(EXCELLENT));
  EXPECT_THAT(told(*ann_, *ben_), IsEmpty()) << "nothing of ben's is to be seen";
  pass({camera(200)}, {watched()}, 3);
  EXPECT_EQ(told(*ben_, *ann_).back(), POOR);
  EXPECT_THAT(told(*ben_, *ben_), ElementsAre(EXCELLENT)) << "the fault is hers";
}

TEST_F(RoomQualityTest, WhoComesLaterIsToldOfTheOthersOnce) {
  pass({camera()}, {watched()}, 3);
  Session& cat = join_active("cat");
  offer(cat, {section("video", 0, "recvonly")});
  EXPECT_THAT(told(cat, *ann_), IsEmpty());
  pass({camera()}, {watched()}, 3);
  EXPECT_THAT(told(cat, *ann_), ElementsAre(EXCELLENT));
  EXPECT_THAT(told(cat, *ben_), IsEmpty()) << "whom she does not watch";
}

TEST_F(RoomQualityTest, LateReportsAreNoNews) {
  pass({camera()}, {watched()});
  pass({camera()}, {watched(0)}, 10);
  pass({camera()}, {watched(6600, 30)});
  EXPECT_THAT(told(*ben_, *ben_), ElementsAre(EXCELLENT)) << "0.5 % of all that they speak of";
  pass({camera()}, {watched(600, 100)}, 3);
  EXPECT_EQ(told(*ben_, *ben_).back(), POOR);
  pass({camera()}, {watched(0)}, 10);
  EXPECT_EQ(told(*ben_, *ben_).back(), POOR) << "who cannot report is not well for that";
}

TEST_F(RoomQualityTest, WhatIsMutedOrSendsNothingIsAllRight) {
  pass({camera()}, {watched()});
  pass({}, {}, 10);
  livekit::SignalRequest mute;
  mute.mutable_mute()->set_sid(camera_);
  mute.mutable_mute()->set_muted(true);
  say(*ann_, mute);
  pass({camera(900)}, {});
  pass({}, {}, 10);
  EXPECT_THAT(told(*ann_, *ann_), ElementsAre(EXCELLENT));
}

TEST_F(RoomQualityTest, AnotherShardsStatisticsEndNobodysPeriod) {
  pass({camera(200)}, {watched()}, 3);
  ASSERT_EQ(told(*ann_, *ann_).back(), POOR);
  for (int i = 0; i < 20; ++i) room_->on_stats(1, {}, {}, now_);
  EXPECT_EQ(told(*ann_, *ann_).back(), POOR) << "no better by that";
}

TEST_F(RoomQualityTest, WhoseTransportIsGoneIsLostToTheOthersUntilItIsBack) {
  pass({camera(30)}, {watched()}, 3);
  ASSERT_EQ(told(*ben_, *ann_).back(), GOOD);
  lose(*ann_);
  EXPECT_EQ(told(*ben_, *ann_).back(), LOST);
  pass({}, {watched(0)}, 2);
  EXPECT_EQ(told(*ben_, *ann_).back(), LOST);
  tell_transport(*ann_, TransportConnected{ann_->transports()[0], Protocol::udp});
  EXPECT_EQ(told(*ben_, *ann_).back(), GOOD) << "what she was before";
  EXPECT_THAT(told(*ann_, *ann_), Not(Contains(LOST)));
}

TEST_F(RoomQualityTest, WhoSaysGoodbyeIsNotLost) {
  pass({camera()}, {watched()});
  lose(*ann_, TransportLost::Reason::dtls_closed);
  EXPECT_THAT(told(*ben_, *ann_), ElementsAre(EXCELLENT));
}

TEST_F(RoomQualityTest, AHalfMinuteIsHandedOnAsOneRecord) {
  pass({camera()}, {watched()}, 2);
  pass({camera(100)}, {watched(600, 60)});
  pass({camera()}, {watched()}, 2);
  EXPECT_THAT(quality_.reports, IsEmpty());
  pass({camera()}, {watched()});
  ASSERT_THAT(quality_.reports, SizeIs(1));
  const plane::QualityReport& report = quality_.reports[0];
  EXPECT_EQ(report.room(), "lobby");
  EXPECT_EQ(report.room_sid(), room_->sid());
  EXPECT_EQ(report.ended_at(), to_ms(now_.time_since_epoch()));
  ASSERT_EQ(report.participants_size(), 2);
  const bool ann_first = report.participants(0).identity() == "ann";
  const auto& ann = report.participants(ann_first ? 0 : 1);
  const auto& ben = report.participants(ann_first ? 1 : 0);

  EXPECT_EQ(ann.identity(), "ann");
  EXPECT_EQ(ann.sid(), ann_->participant().sid);
  EXPECT_EQ(ann.seconds(), 30u);
  EXPECT_EQ(ann.quality(), GOOD) << "the worst of it";
  EXPECT_LT(ann.score(), 80u);
  ASSERT_EQ(ann.sent_size(), 1);
  EXPECT_EQ(ann.received_size(), 0);
  const auto& sent = ann.sent(0);
  EXPECT_EQ(sent.track_sid(), camera_);
  EXPECT_EQ(sent.source(), livekit::CAMERA);
  EXPECT_EQ(sent.packets(), 6000u);
  EXPECT_EQ(sent.lost(), 100u);
  EXPECT_EQ(sent.bytes(), 3'000'000u);
  EXPECT_EQ(sent.round_trip_us(), 60'000u);
  EXPECT_EQ(sent.score(), 30u);
  ASSERT_EQ(sent.layers_size(), 2);
  EXPECT_EQ(sent.layers(0).frames(), 450u);
  EXPECT_EQ(sent.layers(0).lost(), 0u);
  EXPECT_EQ(sent.layers(1).lost(), 100u);

  ASSERT_EQ(ben.received_size(), 1);
  EXPECT_EQ(ben.received(0).type(), livekit::VIDEO);
  EXPECT_EQ(ben.received(0).streams(), 1u);
  EXPECT_EQ(ben.received(0).packets(), 3600u);
  EXPECT_EQ(ben.received(0).lost(), 60u);
  EXPECT_EQ(ben.received(0).jitter_us(), 6000u);
}

TEST_F(RoomQualityTest, WhoLeavesIsHandedOnAtOnce) {
  pass({camera(100)}, {watched()}, 2);
  ann_->dismiss(livekit::LeaveRequest::DISCONNECT, livekit::PARTICIPANT_REMOVED, now_);
  ASSERT_THAT(quality_.reports, SizeIs(1));
  ASSERT_EQ(quality_.reports[0].participants_size(), 1);
  EXPECT_EQ(quality_.reports[0].participants(0).identity(), "ann");
  EXPECT_EQ(quality_.reports[0].participants(0).seconds(), 10u);
  room_->sweep();
  pass({}, {watched()}, 6);
  ASSERT_THAT(quality_.reports, SizeIs(2));
  EXPECT_EQ(quality_.reports[1].participants_size(), 1) << "and only once";
}

TEST_F(RoomQualityTest, APausedPictureIsCountedInSeconds) {
  room_->on_transport_event(subscribed_.transport,
                            StreamStates{subscribed_.transport, {{subscribed_.subscription, true}}},
                            now_);
  pass({camera()}, {}, 6);
  ASSERT_THAT(quality_.reports, SizeIs(1));
  for (const auto& of : quality_.reports[0].participants()) {
    if (of.identity() != "ben") continue;
    EXPECT_EQ(of.quality(), POOR);
    ASSERT_EQ(of.received_size(), 1);
    EXPECT_EQ(of.received(0).paused_seconds(), 30u);
  }
}

}  // namespace
}  // namespace parley::media
