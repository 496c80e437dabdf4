#include "media/room/room_fixture.h"

namespace parley::media {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// Ann publishes VP9 and can add VP8; Ben decodes VP8 alone, Cat both.
class BackupCodecTest : public RoomTest {
 protected:
  BackupCodecTest()
      : ann_(&join_active("ann")), ben_(&join_active("ben")), cat_(&join_active("cat")) {}

  static std::string vp9(int mid, std::string_view direction, std::string_view track,
                         bool and_vp8 = false) {
    return fmt::format(
        "m=video 9 UDP/TLS/RTP/SAVPF 98{}\r\na=mid:{}\r\na={}\r\na=rtcp-mux\r\n"
        "a=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=0\r\n{}{}",
        and_vp8 ? " 96" : "", mid, direction, and_vp8 ? "a=rtpmap:96 VP8/90000\r\n" : "",
        track.empty() ? "" : fmt::format("a=msid:- {}\r\n", track));
  }
  /// `and_vp8`: as browsers offer it, with the other codecs behind the one that they send.
  void publish(bool and_vp8 = false,
               livekit::BackupCodecPolicy policy = livekit::PREFER_REGRESSION) {
    livekit::SignalRequest add;
    *add.mutable_add_track() = camera("cam");
    add.mutable_add_track()->set_backup_codec_policy(policy);
    for (const char* codec : {"vp9", "vp8"}) {
      livekit::SimulcastCodec& entry = *add.mutable_add_track()->add_simulcast_codecs();
      entry.set_codec(codec);
      if (entry.codec() == "vp9") entry.set_cid("cam");
    }
    say(*ann_, add);
    offer(*ann_, {vp9(0, "sendonly", "cam", and_vp8)});
    sid_ = last(*ann_, livekit::SignalResponse::kTrackPublished).track_published().track().sid();
  }
  void watch() {
    for (int i = 0; i < 2; ++i) {
      offer(*ben_, {section("video", 0, "recvonly")});
      offer(*cat_, {vp9(0, "recvonly", "", true)});
    }
  }
  /// What Ann does when she is told that her second codec is wanted.
  void add_backup() {
    livekit::SignalRequest add;
    *add.mutable_add_track() = camera("cam-vp8");
    add.mutable_add_track()->set_sid(sid_);
    auto& codec = *add.mutable_add_track()->add_simulcast_codecs();
    codec.set_codec("vp8");
    codec.set_cid("cam-vp8");
    say(*ann_, add);
    offer(*ann_, {vp9(0, "sendonly", "cam"), section("video", 1, "sendonly", "cam-vp8")});
  }
  int enabled(const std::string& codec) {
    run_until(now_ + 1ms);
    const auto update =
        last(*ann_, livekit::SignalResponse::kSubscribedQualityUpdate).subscribed_quality_update();
    for (const auto& entry : update.subscribed_codecs()) {
      if (entry.codec() != codec) continue;
      return static_cast<int>(
          std::ranges::count_if(entry.qualities(), [](const auto& q) { return q.enabled(); }));
    }
    return -1;
  }

  Session* ann_;
  Session* ben_;
  Session* cat_;
  std::string sid_;
};

TEST_F(BackupCodecTest, WhoLacksTheFirstCodecGetsTheSecondOnceThePublisherSendsIt) {
  publish();
  watch();
  ASSERT_THAT(shard_.all<Subscribe>(), SizeIs(1)) << "Cat's; Ben waits";
  EXPECT_EQ(enabled("vp8"), 3);
  EXPECT_EQ(enabled("vp9"), 3);
  EXPECT_THAT(last(*ben_, livekit::SignalResponse::kSubscriptionResponse).DebugString(), IsEmpty());

  add_backup();
  const auto reply = last(*ann_, livekit::SignalResponse::kTrackPublished).track_published();
  EXPECT_EQ(reply.cid(), "cam-vp8");
  EXPECT_EQ(reply.track().sid(), sid_);
  EXPECT_THAT(ann_->info().tracks(), SizeIs(1)) << "one track, whatever its codecs";
  const auto subscribed = shard_.all<Subscribe>();
  ASSERT_THAT(subscribed, SizeIs(2));
  EXPECT_EQ(subscribed[1].transport, ben_->transports()[0]);
  EXPECT_EQ(subscribed[1].stream, shard_.all<AddStream>().back().stream);
  EXPECT_NE(subscribed[0].stream, subscribed[1].stream);
}

TEST_F(BackupCodecTest, ACodecThatAPublisherOnlyCouldSendHelpsNobody) {
  publish(true);
  watch();
  ASSERT_THAT(shard_.all<Subscribe>(), SizeIs(1)) << "Cat's; Ben waits";
  EXPECT_EQ(shard_.all<Subscribe>()[0].transport, cat_->transports()[0]);
  EXPECT_EQ(enabled("vp8"), 3);
}

TEST_F(BackupCodecTest, LayersAreNamedByTheirQualityInWhateverOrderTheyCome) {
  livekit::SignalRequest add;
  *add.mutable_add_track() = camera("svc");
  add.mutable_add_track()->clear_layers();
  for (const auto quality : {livekit::HIGH, livekit::MEDIUM, livekit::LOW}) {
    add.mutable_add_track()->add_layers()->set_quality(quality);
  }
  say(*ann_, add);
  const auto told = last(*ann_, livekit::SignalResponse::kTrackPublished).track_published();
  ASSERT_THAT(told.track().layers(), SizeIs(3));
  EXPECT_EQ(told.track().layers(0).rid(), "f");
  EXPECT_EQ(told.track().layers(0).spatial_layer(), 2);
  EXPECT_EQ(told.track().layers(2).rid(), "q");
  EXPECT_EQ(told.track().layers(2).spatial_layer(), 0);
}

TEST_F(BackupCodecTest, WhenTheSecondCodecEndsTheFirstGoesOn) {
  publish();
  watch();
  add_backup();
  offer(*ann_, {vp9(0, "sendonly", "cam"), section("video", 1, "inactive")});
  EXPECT_THAT(shard_.all<RemoveStream>(), SizeIs(1));
  EXPECT_THAT(shard_.all<Unsubscribe>(), SizeIs(1));
  EXPECT_THAT(ann_->info().tracks(), SizeIs(1));
  EXPECT_EQ(enabled("vp8"), 3) << "Ben still wants it";
  add_backup();
  EXPECT_THAT(shard_.all<Subscribe>(), SizeIs(3));
}

TEST_F(BackupCodecTest, AsThePublisherWishesAllGoOverToTheSecondOnceItFlows) {
  publish(false, livekit::REGRESSION);
  watch();
  add_backup();
  ASSERT_THAT(shard_.all<Subscribe>(), SizeIs(2)) << "Cat keeps the first until there is another";
  const StreamId second = shard_.all<AddStream>().back().stream;

  room_->on_stream_started(shard_.all<AddStream>().front().stream);
  EXPECT_THAT(shard_.all<Subscribe>(), SizeIs(2)) << "that was the first codec's";
  room_->on_stream_started(second);
  const auto subscribed = shard_.all<Subscribe>();
  ASSERT_THAT(subscribed, SizeIs(3));
  EXPECT_EQ(subscribed[2].stream, second);
  EXPECT_EQ(subscribed[2].transport, cat_->transports()[0]);
  EXPECT_EQ(subscribed[2].ssrc, subscribed[0].ssrc) << "for the client it is the same track";
  room_->on_stream_started(second);  // Again, after a silence.
  EXPECT_THAT(shard_.all<Subscribe>(), SizeIs(3));
  run_until(now_ + Dynacast::kPause);
  EXPECT_EQ(enabled("vp9"), 0);
  EXPECT_EQ(enabled("vp8"), 3);

  Session& dan = join_active("dan");
  for (int i = 0; i < 2; ++i) offer(dan, {vp9(0, "recvonly", "", true)});
  ASSERT_THAT(shard_.all<Subscribe>(), SizeIs(4));
  EXPECT_EQ(shard_.all<Subscribe>()[3].stream, second);

  offer(*ann_, {vp9(0, "sendonly", "cam"), section("video", 1, "inactive")});
  EXPECT_THAT(shard_.all<Subscribe>(), SizeIs(6)) << "back to the first, but for Ben";
  EXPECT_EQ(enabled("vp9"), 3);
}

TEST_F(BackupCodecTest, OtherwiseNobodyHasLessForSomebodyElsesDecoder) {
  for (const auto policy : {livekit::PREFER_REGRESSION, livekit::SIMULCAST}) {
    publish(false, policy);
    watch();
    add_backup();
    const std::size_t before = shard_.all<Subscribe>().size();
    room_->on_stream_started(shard_.all<AddStream>().back().stream);
    EXPECT_THAT(shard_.all<Subscribe>(), SizeIs(before));
    offer(*ann_, {section("video", 0, "inactive"), section("video", 1, "inactive")});
  }
}

TEST_F(BackupCodecTest, ATrackThatEndsTakesBothCodecsAlong) {
  publish();
  watch();
  add_backup();
  offer(*ann_, {section("video", 0, "inactive"), section("video", 1, "sendonly", "cam-vp8")});
  EXPECT_THAT(shard_.all<RemoveStream>(), SizeIs(2));
  EXPECT_THAT(ann_->info().tracks(), IsEmpty());
  EXPECT_EQ(room_->tracks(), 0u);
}

TEST_F(BackupCodecTest, ASecondCodecOfNothingIsRefused) {
  publish_camera(*ann_);
  livekit::SignalRequest add;
  *add.mutable_add_track() = camera("x");
  add.mutable_add_track()->set_sid("TR_nothing");
  say(*ann_, add);
  EXPECT_EQ(last(*ann_, livekit::SignalResponse::kRequestResponse).request_response().reason(),
            livekit::RequestResponse::NOT_FOUND);
  add.mutable_add_track()->set_sid(ann_->info().tracks(0).sid());
  say(*ann_, add);
  EXPECT_EQ(last(*ann_, livekit::SignalResponse::kRequestResponse).request_response().reason(),
            livekit::RequestResponse::INVALID_REQUEST);
}

}  // namespace
}  // namespace parley::media
