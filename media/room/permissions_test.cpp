#include "media/room/room_fixture.h"

namespace parley::media {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// Who may have what of whom, what a client wants before it can have it, and what a publisher is
/// told of all that.
class PermissionsTest : public RoomTest {
 protected:
  PermissionsTest() : ann_(&join_active("ann")), ben_(&join_active("ben")) {
    offer(*ben_, {section("video", 0, "recvonly")});
  }

  /// Ben answers when he is asked for sections.
  void settle() {
    run_until(now_ + 20ms);
    offer(*ben_, {section("video", 0, "recvonly")});
    offer(*ben_, {section("video", 0, "recvonly")});
  }
  void permit(const std::string& identity) {
    livekit::SignalRequest request;
    auto& permission = *request.mutable_subscription_permission();
    permission.set_all_participants(identity == "*");
    if (identity != "*" && !identity.empty()) {
      permission.add_track_permissions()->set_participant_identity(identity);
      permission.mutable_track_permissions(0)->set_all_tracks(true);
    }
    say(*ann_, request);
  }
  void ask(const std::string& sid, bool subscribe) {
    livekit::SignalRequest request;
    request.mutable_subscription()->add_track_sids(sid);
    request.mutable_subscription()->set_subscribe(subscribe);
    say(*ben_, request);
  }
  livekit::SubscriptionPermissionUpdate told() {
    return last(*ben_, livekit::SignalResponse::kSubscriptionPermissionUpdate)
        .subscription_permission_update();
  }
  bool flows() { return shard_.all<Subscribe>().size() > shard_.all<Unsubscribe>().size(); }

  Session* ann_;
  Session* ben_;
};

TEST_F(PermissionsTest, APublisherChoosesItsAudienceAndMayChangeItsMind) {
  const std::string sid = publish_camera(*ann_);
  settle();
  EXPECT_TRUE(flows());

  permit("cat");
  EXPECT_EQ(told().track_sid(), sid);
  EXPECT_EQ(told().participant_sid(), ann_->participant().sid);
  EXPECT_FALSE(told().allowed());
  EXPECT_FALSE(flows());

  permit("ben");
  EXPECT_TRUE(told().allowed());
  settle();
  EXPECT_TRUE(flows());
}

TEST_F(PermissionsTest, WhatIsNotPermittedWaitsUntilItIs) {
  permit("");
  publish_camera(*ann_);
  settle();
  EXPECT_FALSE(told().allowed());
  EXPECT_FALSE(told().track_sid().empty());
  EXPECT_FALSE(flows());
  run_until(now_ + 10min);
  permit("*");
  EXPECT_TRUE(told().allowed());
  settle();
  EXPECT_TRUE(flows());
}

TEST_F(PermissionsTest, WhoIsNotInterestedAnyMoreIsNotGivenItLater) {
  const std::string sid = publish_camera(*ann_);
  settle();
  permit("");
  ask(sid, false);
  permit("*");
  settle();
  EXPECT_FALSE(flows());
}

TEST_F(PermissionsTest, ARecorderIsExempt) {
  auto request = start("recorder");
  request.mutable_grants()->set_recorder(true);
  Session& recorder = join(request);
  connect(recorder);
  permit("");
  publish_camera(*ann_);
  offer(recorder, {section("video", 0, "recvonly")});
  EXPECT_THAT(shard_.all<Subscribe>(), SizeIs(1));
}

TEST_F(PermissionsTest, DataTracksObeyToo) {
  open_channels(*ben_);
  livekit::SignalRequest publish;
  publish.mutable_publish_data_track_request()->set_pub_handle(1);
  publish.mutable_publish_data_track_request()->set_name("pose");
  say(*ann_, publish);
  livekit::SignalRequest wish;
  auto& update = *wish.mutable_update_data_subscription()->add_updates();
  update.set_track_sid(ann_->info().data_tracks(0).sid());
  update.set_subscribe(true);
  say(*ben_, wish);
  const auto handles = [&] {
    return last(*ben_, livekit::SignalResponse::kDataTrackSubscriberHandles)
        .data_track_subscriber_handles()
        .sub_handles();
  };
  EXPECT_THAT(handles(), SizeIs(1));
  permit("");
  EXPECT_THAT(handles(), IsEmpty());
  data(*ann_, Channel::data_track, ByteVector{0x18, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 9});
  EXPECT_THAT(data_to(*ben_), IsEmpty());
  permit("ben");
  EXPECT_THAT(handles(), SizeIs(1));
  data(*ann_, Channel::data_track, ByteVector{0x18, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 9});
  EXPECT_THAT(data_to(*ben_), SizeIs(1));
}

TEST_F(PermissionsTest, WhoMayNotSubscribeAnyMoreGetsNoDataTrackEither) {
  open_channels(*ben_);
  livekit::SignalRequest publish;
  publish.mutable_publish_data_track_request()->set_pub_handle(1);
  publish.mutable_publish_data_track_request()->set_name("pose");
  say(*ann_, publish);
  livekit::SignalRequest wish;
  auto& update = *wish.mutable_update_data_subscription()->add_updates();
  update.set_track_sid(ann_->info().data_tracks(0).sid());
  update.set_subscribe(true);
  say(*ben_, wish);
  const ByteVector packet{0x18, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 9};
  data(*ann_, Channel::data_track, packet);
  EXPECT_THAT(data_to(*ben_), SizeIs(1));
  livekit::ParticipantPermission permission = ben_->participant().permission();
  permission.set_can_subscribe(false);
  ben_->set_permission(permission, now_);
  data(*ann_, Channel::data_track, packet);
  EXPECT_THAT(data_to(*ben_), IsEmpty());
}

TEST_F(PermissionsTest, ATrackThatIsAskedForTooEarlyIsWaitedForAMinute) {
  ask("TR_soon", true);
  run_until(now_ + 59s);
  EXPECT_FALSE(
      last(*ben_, livekit::SignalResponse::kSubscriptionResponse).has_subscription_response());
  run_until(now_ + 2s);
  const auto response =
      last(*ben_, livekit::SignalResponse::kSubscriptionResponse).subscription_response();
  EXPECT_EQ(response.track_sid(), "TR_soon");
  EXPECT_EQ(response.err(), livekit::SE_TRACK_NOTFOUND);
}

TEST_F(PermissionsTest, SomebodyWhoIsHiddenTakesTheirTracksAlongAndBringsThemBack) {
  publish_camera(*ann_);
  settle();
  ASSERT_TRUE(flows());
  livekit::ParticipantPermission permission = ann_->participant().permission();
  permission.set_hidden(true);
  ann_->set_permission(permission, now_);
  EXPECT_FALSE(flows());
  EXPECT_EQ(last(*ben_, livekit::SignalResponse::kUpdate).update().participants(0).state(),
            livekit::ParticipantInfo::DISCONNECTED);
  permission.set_hidden(false);
  ann_->set_permission(permission, now_);
  EXPECT_EQ(last(*ben_, livekit::SignalResponse::kUpdate).update().participants(0).state(),
            livekit::ParticipantInfo::ACTIVE);
  settle();
  EXPECT_TRUE(flows());
}

TEST_F(PermissionsTest, APublisherIsToldWhatIsWatchedOfItsLayers) {
  publish_camera(*ann_);
  run_until(now_ + 6s);
  const auto enabled = [&] {
    const auto update =
        last(*ann_, livekit::SignalResponse::kSubscribedQualityUpdate).subscribed_quality_update();
    EXPECT_THAT(update.subscribed_codecs(), SizeIs(1));
    EXPECT_EQ(update.subscribed_codecs(0).codec(), "vp8");
    return std::ranges::count_if(update.subscribed_qualities(),
                                 [](const auto& q) { return q.enabled(); });
  };
  EXPECT_EQ(enabled(), 0) << "Ben has not negotiated yet";
  settle();
  run_until(now_ + 1ms);
  EXPECT_EQ(enabled(), 3);
  livekit::SignalRequest hide;
  hide.mutable_track_setting()->add_track_sids(ann_->info().tracks(0).sid());
  hide.mutable_track_setting()->set_disabled(true);
  say(*ben_, hide);
  run_until(now_ + 4s);
  EXPECT_EQ(enabled(), 3);
  run_until(now_ + 2s);
  EXPECT_EQ(enabled(), 0);
}

// ---------------------------------------------------------------------------------------------------
// Scenarios that clients ask for to test themselves

TEST_F(PermissionsTest, AResumeIsCutOffAsOftenAsItsClientAskedFor) {
  livekit::SignalRequest request;
  request.mutable_simulate()->set_disconnect_signal_on_resume(true);
  say(*ann_, request);
  auto back = start("ann");
  back.set_reconnect(true);
  back.set_participant_sid(ann_->participant().sid);
  for (const bool cut : {true, false}) {
    back.set_connection_id(cut ? "c-cut" : "c-good");
    ASSERT_EQ(room_->resume(back, now_), ann_);
    EXPECT_TRUE(
        uplink_.last(back.connection_id(), livekit::SignalResponse::kReconnect).has_reconnect());
    EXPECT_EQ(std::ranges::count(uplink_.closed, back.connection_id()), cut ? 1 : 0);
  }
  request.mutable_simulate()->set_disconnect_signal_on_resume_no_messages(true);
  ann_->on_signal(request, now_);
  for (int attempt = 1; attempt <= 4; ++attempt) {
    back.set_connection_id("c-" + std::to_string(attempt));
    ASSERT_EQ(room_->resume(back, now_), ann_);
    EXPECT_EQ(uplink_.sent[back.connection_id()].empty(), attempt <= 3);
  }
}

TEST_F(PermissionsTest, WhoAsksForTlsIsToldFromItsNextJoinOnToUseARelay) {
  const auto forced = [](const livekit::ClientConfiguration& told) { return told.force_relay(); };
  livekit::SignalRequest request;
  request.mutable_simulate()->set_switch_candidate_protocol(livekit::TLS);
  say(*ann_, request);
  ann_ = &join_active("ann");
  EXPECT_EQ(forced(last(*ann_, livekit::SignalResponse::kJoin).join().client_configuration()),
            livekit::ENABLED);
  auto back = start("ann");
  back.set_reconnect(true);
  back.set_participant_sid(ann_->participant().sid);
  back.set_connection_id("c-back");
  ASSERT_EQ(room_->resume(back, now_), ann_);
  EXPECT_EQ(forced(uplink_.last("c-back", livekit::SignalResponse::kReconnect)
                       .reconnect()
                       .client_configuration()),
            livekit::ENABLED);

  request.mutable_simulate()->set_switch_candidate_protocol(livekit::UDP);
  say(*ann_, request);
  ann_ = &join_active("ann");
  EXPECT_FALSE(last(*ann_, livekit::SignalResponse::kJoin).join().has_client_configuration());
}

TEST_F(PermissionsTest, MovedToAnotherRoomTheClientGetsATokenForItFirst) {
  livekit::RoomMovedResponse moved;
  moved.mutable_room()->set_name("attic");
  ann_->move_to("attic", moved, now_);
  room_->sweep();
  const auto& wanted = uplink_.tokens["c-ann"].back();
  EXPECT_EQ(wanted.room(), "attic");
  ASSERT_TRUE(moved.ParseFromString(wanted.room_moved()));
  EXPECT_EQ(moved.room().name(), "attic");
  EXPECT_EQ(moved.participant().identity(), "ann");
  EXPECT_EQ(uplink_.last("c-ann", livekit::SignalResponse::kLeave).leave().action(),
            livekit::LeaveRequest::RECONNECT);
  EXPECT_EQ(last(*ben_, livekit::SignalResponse::kUpdate).update().participants(0).state(),
            livekit::ParticipantInfo::DISCONNECTED);
}

}  // namespace
}  // namespace parley::media
