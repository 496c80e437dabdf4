#include "media/room/room_fixture.h"

namespace parley::media {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

TEST_F(RoomTest, TheFirstMessageIsTheJoinWithAllThatClientsRead) {
  Session& ann = join(start("ann"));
  const auto& messages = uplink_.sent["c-ann"];
  ASSERT_FALSE(messages.empty());
  ASSERT_TRUE(messages[0].has_join());
  const livekit::JoinResponse& join = messages[0].join();
  EXPECT_TRUE(join.participant().sid().starts_with("PA_"));
  EXPECT_EQ(join.participant().sid(), ann.participant().sid);
  EXPECT_TRUE(join.room().sid().starts_with("RM_"));
  EXPECT_FALSE(join.server_info().version().empty());
  EXPECT_FALSE(join.subscriber_primary());
  EXPECT_EQ(join.ping_interval(), 5);
  EXPECT_EQ(join.ping_timeout(), 15);
  EXPECT_EQ(join.enabled_publish_codecs(0).mime(), "video/VP8");
  EXPECT_TRUE(join.ice_servers().empty()) << "no third party is ever asked";
}

TEST_F(RoomTest, TwoPeerConnectionsGetAnOfferAtOnceAndOneGetsNone) {
  join(start("old", false));
  EXPECT_TRUE(uplink_.sent["c-old"][0].join().subscriber_primary());
  EXPECT_TRUE(uplink_.last("c-old", livekit::SignalResponse::kOffer).has_offer());
  join(start("new", true));
  EXPECT_FALSE(uplink_.last("c-new", livekit::SignalResponse::kOffer).has_offer());
  EXPECT_THAT(shard_.all<CreateTransport>(), SizeIs(3));
  EXPECT_TRUE(shard_.all<CreateTransport>()[1].opens_channels);
}

TEST_F(RoomTest, OthersLearnOfSomebodyWhenTheirMediaIsConnected) {
  Session& ann = join_active("ann");
  Session& ben = join(start("ben"));
  EXPECT_THAT(last(ben, livekit::SignalResponse::kJoin).join().other_participants(), SizeIs(1));
  EXPECT_NE(last(ann, livekit::SignalResponse::kUpdate).update().participants(0).identity(), "ben");
  connect(ben);
  const auto update = last(ann, livekit::SignalResponse::kUpdate).update();
  EXPECT_EQ(update.participants(0).identity(), "ben");
  EXPECT_EQ(update.participants(0).state(), livekit::ParticipantInfo::ACTIVE);
}

TEST_F(RoomTest, APublishedTrackIsTakenFromThePublisherAndOfferedToOthers) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  offer(ben, {section("video", 0, "recvonly")});
  const std::string sid = publish_camera(ann);
  EXPECT_TRUE(sid.starts_with("TR_VC"));

  const auto streams = shard_.all<AddStream>();
  ASSERT_THAT(streams, SizeIs(1));
  EXPECT_EQ(streams[0].mid, "0");
  EXPECT_EQ(last(ben, livekit::SignalResponse::kUpdate).update().participants(0).tracks(0).sid(),
            sid);

  // Ben has a free section; the server asks for an offer, without more sections.
  run_until(now_ + 20ms);
  const auto asked = last(ben, livekit::SignalResponse::kMediaSectionsRequirement);
  ASSERT_TRUE(asked.has_media_sections_requirement());
  EXPECT_EQ(asked.media_sections_requirement().num_videos(), 0u);
  offer(ben, {section("video", 0, "recvonly")});
  const auto answer = last(ben, livekit::SignalResponse::kAnswer).answer();
  EXPECT_EQ(answer.mid_to_track_id().at("0"), sid);
  EXPECT_NE(answer.sdp().find("a=msid:" + ann.participant().sid + "|camera " + sid),
            std::string::npos);
  const auto subscriptions = shard_.all<Subscribe>();
  ASSERT_THAT(subscriptions, SizeIs(1));
  EXPECT_EQ(subscriptions[0].stream, streams[0].stream);
  EXPECT_NE(subscriptions[0].rtx_ssrc, 0u);
  EXPECT_EQ(last(ann, livekit::SignalResponse::kTrackSubscribed).track_subscribed().track_sid(),
            sid);
}

TEST_F(RoomTest, MissingSectionsAreAskedForOnceAndCounted) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  offer(ben, {section("audio", 0, "inactive")});
  publish_camera(ann);
  run_until(now_ + 20ms);
  auto asked =
      last(ben, livekit::SignalResponse::kMediaSectionsRequirement).media_sections_requirement();
  EXPECT_EQ(asked.num_videos(), 1u);
  EXPECT_EQ(asked.num_audios(), 0u);
  const std::size_t before = uplink_.sent["c-ben"].size();
  run_until(now_ + 200ms);
  EXPECT_EQ(
      std::ranges::count_if(uplink_.sent["c-ben"].begin() + static_cast<std::ptrdiff_t>(before),
                            uplink_.sent["c-ben"].end(),
                            [](const auto& m) { return m.has_media_sections_requirement(); }),
      0);
}

TEST_F(RoomTest, ATrackThatEndsEmptiesItsSectionOnceBeforeAnotherUsesIt) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  offer(ben, {section("video", 0, "recvonly")});
  const std::string first = publish_camera(ann);
  offer(ben, {section("video", 0, "recvonly")});
  ASSERT_EQ(last(ben, livekit::SignalResponse::kAnswer).answer().mid_to_track_id().at("0"), first);

  offer(ann, {section("video", 0, "inactive")});
  EXPECT_THAT(shard_.all<RemoveStream>(), SizeIs(1));
  EXPECT_THAT(shard_.all<Unsubscribe>(), SizeIs(1));
  const std::string second = publish_camera(ann);
  ASSERT_NE(first, second);
  offer(ben, {section("video", 0, "recvonly")});
  EXPECT_TRUE(last(ben, livekit::SignalResponse::kAnswer).answer().mid_to_track_id().empty());
  offer(ben, {section("video", 0, "recvonly")});
  EXPECT_EQ(last(ben, livekit::SignalResponse::kAnswer).answer().mid_to_track_id().at("0"), second);
}

TEST_F(RoomTest, TheOfferMayComeBeforeTheAnnouncement) {
  Session& ann = join_active("ann");
  offer(ann, {section("video", 0, "sendonly", "cam")});
  EXPECT_THAT(shard_.all<AddStream>(), SizeIs(0));
  livekit::SignalRequest add;
  *add.mutable_add_track() = camera("cam");
  say(ann, add);
  EXPECT_THAT(shard_.all<AddStream>(), SizeIs(1));
  EXPECT_THAT(ann.info().tracks(), SizeIs(1));
}

TEST_F(RoomTest, ASectionThatOnlyJoinsABundleIsNotARejectedOne) {
  Session& ann = join_active("ann");
  livekit::SignalRequest add;
  *add.mutable_add_track() = camera("cam");
  say(ann, add);
  std::string bundled = section("video", 0, "sendonly", "cam") + "a=bundle-only\r\n";
  bundled.replace(bundled.find(" 9 "), 3, " 0 ");
  offer(ann, {bundled});
  EXPECT_THAT(shard_.all<AddStream>(), SizeIs(1));
}

TEST_F(RoomTest, MuteReachesTheOthersAndAnUnknownTrackIsRefused) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  const std::string sid = publish_camera(ann);
  livekit::SignalRequest mute;
  mute.mutable_mute()->set_sid(sid);
  mute.mutable_mute()->set_muted(true);
  say(ann, mute);
  EXPECT_TRUE(
      last(ben, livekit::SignalResponse::kUpdate).update().participants(0).tracks(0).muted());
  mute.mutable_mute()->set_sid("TR_nobody");
  say(ann, mute);
  EXPECT_EQ(last(ann, livekit::SignalResponse::kRequestResponse).request_response().reason(),
            livekit::RequestResponse::NOT_FOUND);
}

TEST_F(RoomTest, ASectionThatNoOfferNamesAnyMoreIsGone) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  offer(ben, {section("video", 0, "recvonly")});
  publish_camera(ann);
  offer(ben, {section("video", 0, "recvonly")});
  ASSERT_THAT(shard_.all<Subscribe>(), SizeIs(1));

  // Ben gives his section another mid, which makes it another section.
  offer(ben, {section("video", 8, "recvonly")});
  EXPECT_THAT(shard_.all<Unsubscribe>(), SizeIs(1));
  EXPECT_THAT(shard_.all<Subscribe>(), SizeIs(2));
  EXPECT_EQ(shard_.all<Subscribe>()[1].mid, "8");

  offer(ann, {section("audio", 9, "recvonly")});
  EXPECT_THAT(shard_.all<RemoveStream>(), SizeIs(1));
  EXPECT_EQ(room_->tracks(), 0u);
}

TEST_F(RoomTest, AttributesAreLimitedInAllAndNotOnlyEachTime) {
  auto request = start("ann");
  request.mutable_grants()->set_can_update_own_metadata(true);
  Session& ann = join(request);
  livekit::SignalRequest update;
  auto& attributes = *update.mutable_update_metadata()->mutable_attributes();
  const std::string large(40'000, 'x');
  attributes["a"] = large;
  say(ann, update);
  attributes.clear();
  attributes["b"] = large;
  say(ann, update);
  EXPECT_EQ(last(ann, livekit::SignalResponse::kRequestResponse).request_response().reason(),
            livekit::RequestResponse::LIMIT_EXCEEDED);
  attributes["a"] = "";
  say(ann, update);
  EXPECT_EQ(last(ann, livekit::SignalResponse::kRequestResponse).request_response().reason(),
            livekit::RequestResponse::OK);
  EXPECT_THAT(ann.participant().attributes, SizeIs(1));
}

TEST_F(RoomTest, WhoMayNotPublishIsToldSo) {
  auto request = start("guest");
  request.mutable_grants()->set_can_publish(false);
  Session& guest = join(request);
  livekit::SignalRequest add;
  *add.mutable_add_track() = camera("cam");
  say(guest, add);
  const auto reply = last(guest, livekit::SignalResponse::kRequestResponse).request_response();
  EXPECT_EQ(reply.reason(), livekit::RequestResponse::NOT_ALLOWED);
  EXPECT_EQ(reply.add_track().cid(), "cam");
}

TEST_F(RoomTest, ANewSessionOfTheSameIdentityReplacesTheOld) {
  Session& ann = join_active("ann");
  const std::string old_sid = ann.participant().sid;
  auto again = start("ann");
  again.set_connection_id("c-ann-2");
  join(again);
  EXPECT_EQ(uplink_.last("c-ann", livekit::SignalResponse::kLeave).leave().reason(),
            livekit::DUPLICATE_IDENTITY);
  EXPECT_THAT(uplink_.closed, ElementsAre("c-ann"));
  EXPECT_THAT(room_->sweep(), ElementsAre(old_sid));
  EXPECT_EQ(room_->participants(), 1u);
}

TEST_F(RoomTest, ASessionOutlivesItsWebSocketAndIsResumedWithEverythingKept) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  const std::string sid = publish_camera(ann);
  ann.on_closed("c-ann", now_);
  run_until(now_ + 5s);
  EXPECT_FALSE(ann.ended());
  EXPECT_THAT(shard_.all<RemoveStream>(), SizeIs(0)) << "picture and sound go on";

  livekit::SignalRequest leave;
  leave.mutable_leave()->set_reason(livekit::CLIENT_INITIATED);
  say(ben, leave);

  auto back = start("ann");
  back.set_connection_id("c-ann-2");
  back.set_reconnect(true);
  back.set_participant_sid(ann.participant().sid);
  ASSERT_EQ(room_->resume(back, now_), &ann);
  const auto& messages = uplink_.sent["c-ann-2"];
  ASSERT_GE(messages.size(), 3u);
  EXPECT_TRUE(messages[0].has_reconnect());
  ASSERT_TRUE(messages[1].has_update());
  EXPECT_EQ(messages[1].update().participants(0).state(), livekit::ParticipantInfo::DISCONNECTED)
      << "who left meanwhile";
  EXPECT_EQ(messages[1].update().participants(1).identity(), "ann");
  EXPECT_TRUE(messages[2].has_room_update());

  livekit::SignalRequest sync;
  sync.mutable_sync_state()->add_publish_tracks()->mutable_track()->set_sid(sid);
  say(ann, sync);
  EXPECT_FALSE(ann.ended());
}

// Clients remove whoever is said to have left by the identity, whatever the SID.
TEST_F(RoomTest, WhoLeftAndIsBackHasNotLeftForWhoWasAway) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  ann.on_closed("c-ann", now_);
  livekit::SignalRequest leave;
  leave.mutable_leave()->set_reason(livekit::CLIENT_INITIATED);
  say(ben, leave);
  room_->sweep();
  join_active("ben");

  auto back = start("ann");
  back.set_connection_id("c-ann-2");
  back.set_reconnect(true);
  back.set_participant_sid(ann.participant().sid);
  ASSERT_EQ(room_->resume(back, now_), &ann);
  const auto& update = uplink_.sent["c-ann-2"][1].update();
  ASSERT_EQ(update.participants_size(), 2);
  EXPECT_EQ(update.participants(0).identity(), "ben");
  EXPECT_EQ(update.participants(0).state(), livekit::ParticipantInfo::ACTIVE);
  EXPECT_EQ(update.participants(1).identity(), "ann");
}

// Whoever joined with a token for this room comes back with it, long after that one has expired.
TEST_F(RoomTest, TheNewTokenIsForTheSameRoomAndPerson) {
  join_active("ann");
  ASSERT_THAT(uplink_.tokens["c-ann"], testing::SizeIs(testing::Ge(1u)));
  const auto& wanted = uplink_.tokens["c-ann"].back();
  EXPECT_EQ(wanted.room(), room_->name());
  EXPECT_EQ(wanted.identity(), "ann");
  EXPECT_TRUE(wanted.grants().room_join());
}

TEST_F(RoomTest, WhatIsPublishedWhileAClientIsAwayIsAskedForWhenItIsBack) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  offer(ben, {section("audio", 0, "recvonly")});
  ben.on_closed("c-ben", now_);
  publish_camera(ann);
  run_until(now_ + 1s);
  auto back = start("ben");
  back.set_connection_id("c-ben-2");
  back.set_reconnect(true);
  back.set_participant_sid(ben.participant().sid);
  ASSERT_EQ(room_->resume(back, now_), &ben);
  run_until(now_ + 1s);
  const auto asked = uplink_.last("c-ben-2", livekit::SignalResponse::kMediaSectionsRequirement);
  EXPECT_EQ(asked.media_sections_requirement().num_videos(), 1u);
}

TEST_F(RoomTest, AnIceRestartByTheClientGetsNewCredentialsOfOurs) {
  Session& ann = join_active("ann");
  offer(ann, {section("audio", 0, "recvonly")}, "first");
  offer(ann, {section("audio", 0, "recvonly")}, "first");
  EXPECT_THAT(shard_.all<RestartIce>(), SizeIs(0));
  offer(ann, {section("audio", 0, "recvonly")}, "second");
  ASSERT_THAT(shard_.all<RestartIce>(), SizeIs(1));
  EXPECT_NE(last(ann, livekit::SignalResponse::kAnswer)
                .answer()
                .sdp()
                .find("a=ice-ufrag:" + shard_.all<RestartIce>()[0].local.ufrag),
            std::string::npos);
}

TEST_F(RoomTest, AResumeThatClaimsAnUnknownTrackIsSentBackToStart) {
  Session& ann = join_active("ann");
  livekit::SignalRequest sync;
  sync.mutable_sync_state()->add_publish_tracks()->mutable_track()->set_sid("TR_lost");
  say(ann, sync);
  EXPECT_EQ(uplink_.last("c-ann", livekit::SignalResponse::kLeave).leave().action(),
            livekit::LeaveRequest::RECONNECT);
}

TEST_F(RoomTest, AResumeForAnotherIdentityIsNoResume) {
  Session& ann = join_active("ann");
  auto thief = start("mallory");
  thief.set_reconnect(true);
  thief.set_participant_sid(ann.participant().sid);
  EXPECT_EQ(room_->resume(thief, now_), nullptr);
}

TEST_F(RoomTest, ALostTransportIsGivenTimeToComeBackAndThenRemoved) {
  Session& ann = join_active("ann");
  const TransportId transport = ann.transports()[0];
  room_->on_transport_event(transport,
                            TransportLost{transport, TransportLost::Reason::consent_expired}, now_);
  EXPECT_EQ(uplink_.last("c-ann", livekit::SignalResponse::kLeave).leave().action(),
            livekit::LeaveRequest::RESUME);
  run_until(now_ + 9s);
  EXPECT_EQ(room_->participants(), 1u);
  run_until(now_ + 2s);
  EXPECT_EQ(room_->participants(), 0u);
}

// The edge was killed and took the leave message along.
TEST_F(RoomTest, WhoClosesTheirConnectionIsGoneEvenIfTheirWordForItWasLost) {
  Session& ann = join_active("ann");
  join_active("ben");
  const TransportId transport = ann.transports()[0];
  room_->on_transport_event(transport, TransportLost{transport, TransportLost::Reason::dtls_closed},
                            now_);
  EXPECT_FALSE(ann.ended());
  run_until(now_ + 3s);
  EXPECT_EQ(room_->participants(), 1u);
}

TEST_F(RoomTest, AResumeThatBringsNoMediaBackIsNotForEver) {
  for (const bool closes : {false, true}) {
    Session& ann = join_active("ann");
    const TransportId transport = ann.transports()[0];
    room_->on_transport_event(
        transport, TransportLost{transport, TransportLost::Reason::consent_expired}, now_);
    auto back = start("ann");
    back.set_connection_id("c-ann-2");
    back.set_reconnect(true);
    back.set_participant_sid(ann.participant().sid);
    ASSERT_EQ(room_->resume(back, now_), &ann);
    run_until(now_ + 2s);
    if (closes) ann.on_closed("c-ann-2", now_);
    run_until(now_ + 16s);
    EXPECT_EQ(room_->participants(), 0u);
  }
}

TEST_F(RoomTest, AResumeWhoseMediaComesBackStays) {
  Session& ann = join_active("ann");
  const TransportId transport = ann.transports()[0];
  room_->on_transport_event(transport,
                            TransportLost{transport, TransportLost::Reason::consent_expired}, now_);
  auto back = start("ann");
  back.set_reconnect(true);
  back.set_participant_sid(ann.participant().sid);
  ASSERT_EQ(room_->resume(back, now_), &ann);
  connect(ann);
  run_until(now_ + 60s);
  EXPECT_EQ(room_->participants(), 1u);
}

TEST_F(RoomTest, WhoNeverConnectsIsRemovedAfterAMinute) {
  join(start("slow"));
  run_until(now_ + 59s);
  EXPECT_EQ(room_->participants(), 1u);
  run_until(now_ + 2s);
  EXPECT_EQ(room_->participants(), 0u);
  EXPECT_EQ(uplink_.last("c-slow", livekit::SignalResponse::kLeave).leave().reason(),
            livekit::JOIN_FAILURE);
}

TEST_F(RoomTest, DataGoesToThoseItNamesWithTheTruthAboutItsSender) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  Session& cat = join_active("cat");
  for (Session* session : {&ann, &ben, &cat}) {
    const TransportId transport = session->transports()[0];
    room_->on_transport_event(transport, ChannelOpened{transport, Channel::reliable}, now_);
  }
  livekit::DataPacket packet;
  packet.mutable_user()->set_payload("hello");
  packet.set_participant_identity("somebody else");
  packet.add_destination_identities("cat");
  packet.set_sequence(1);
  const std::string text = packet.SerializeAsString();
  const TransportId from = ann.transports()[0];
  const DataReceived event{from, Channel::reliable, {text.begin(), text.end()}};
  room_->on_transport_event(from, event, now_);
  room_->on_transport_event(from, event, now_);  // Replayed after a resume.

  const auto sent = shard_.all<SendData>();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].transport, cat.transports()[0]);
  livekit::DataPacket got;
  ASSERT_TRUE(
      got.ParseFromArray(sent[0].payload->data(), static_cast<int>(sent[0].payload->size())));
  EXPECT_EQ(got.participant_identity(), "ann");
  EXPECT_EQ(got.participant_sid(), ann.participant().sid);
  EXPECT_EQ(got.user().payload(), "hello");
}

TEST_F(RoomTest, ReliableDataWaitsAMomentForAChannelThatIsAboutToOpen) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  livekit::DataPacket packet;
  packet.mutable_user()->set_payload("early");
  const std::string text = packet.SerializeAsString();
  const TransportId from = ann.transports()[0];
  room_->on_transport_event(from, DataReceived{from, Channel::reliable, {text.begin(), text.end()}},
                            now_);
  EXPECT_THAT(shard_.all<SendData>(), SizeIs(0));
  const TransportId to = ben.transports()[0];
  room_->on_transport_event(to, ChannelOpened{to, Channel::reliable}, now_ + 1s);
  EXPECT_THAT(shard_.all<SendData>(), SizeIs(1));
}

TEST_F(RoomTest, MalformedOffersAndDataAreCountedAndEndOnlyTheirOwnSession) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  const TransportId from = ann.transports()[0];
  room_->on_transport_event(from, DataReceived{from, Channel::reliable, {0xff, 0xff, 0xff}}, now_);
  EXPECT_EQ(rejected_, 1u);
  livekit::SignalRequest request;
  request.mutable_offer()->set_sdp("not an offer");
  ann.on_signal(request, now_);
  EXPECT_TRUE(ann.ended());
  EXPECT_FALSE(ben.ended());
}

TEST_F(RoomTest, SpeakersAreToldToThoseWhoHearThemAndOnceMoreWhenTheyStop) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  offer(ben, {section("audio", 0, "recvonly")});
  livekit::SignalRequest add;
  add.mutable_add_track()->set_cid("mic");
  add.mutable_add_track()->set_source(livekit::MICROPHONE);
  say(ann, add);
  offer(ann, {section("audio", 0, "sendonly", "mic")});
  const StreamId stream = shard_.all<AddStream>()[0].stream;

  const AudioLevel loud{stream, 400ms, 400ms, 10};
  for (int tick = 0; tick < 3; ++tick) {
    room_->on_audio_levels(std::span(&loud, 1), now_);
    run_until(now_ + 400ms);
  }
  auto speakers = last(ben, livekit::SignalResponse::kSpeakersChanged).speakers_changed();
  ASSERT_THAT(speakers.speakers(), SizeIs(1));
  EXPECT_TRUE(speakers.speakers(0).active());
  EXPECT_EQ(speakers.speakers(0).sid(), ann.participant().sid);
  run_until(now_ + 4s);
  speakers = last(ben, livekit::SignalResponse::kSpeakersChanged).speakers_changed();
  EXPECT_FALSE(speakers.speakers(0).active());
  EXPECT_EQ(speakers.speakers(0).level(), 0);
}

TEST_F(RoomTest, ARoomClosesSomeTimeAfterTheLastOneHasLeft) {
  Session& ann = join_active("ann");
  EXPECT_FALSE(room_->finished(now_ + 24h));
  ann.dismiss(livekit::LeaveRequest::DISCONNECT, livekit::PARTICIPANT_REMOVED, now_);
  room_->sweep();
  EXPECT_FALSE(room_->finished(now_ + 19s));
  EXPECT_TRUE(room_->finished(now_ + 20s));
}

TEST_F(RoomTest, AFullRoomRefusesThePersonAndLetsTheRecorderIn) {
  make({.max_participants = 1});
  join_active("ann");
  const auto refused = room_->join(start("ben"), now_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().http_status, 503u);
  auto recorder = start("rec");
  recorder.mutable_grants()->set_recorder(true);
  EXPECT_TRUE(room_->join(recorder, now_));
}

TEST_F(RoomTest, LeavingTakesEverythingAlong) {
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  offer(ben, {section("video", 0, "recvonly")});
  publish_camera(ann);
  offer(ben, {section("video", 0, "recvonly")});
  livekit::SignalRequest leave;
  leave.mutable_leave();
  say(ann, leave);
  EXPECT_EQ(
      last(ben, livekit::SignalResponse::kUpdate).update().participants(0).disconnect_reason(),
      livekit::CLIENT_INITIATED);
  EXPECT_THAT(shard_.all<RemoveStream>(), SizeIs(1));
  EXPECT_THAT(shard_.all<Unsubscribe>(), SizeIs(1));
  EXPECT_THAT(shard_.all<CloseTransport>(), SizeIs(1));
  EXPECT_EQ(room_->tracks(), 0u);
}

TEST(SpatialLayer, IsTheSmallestThatFillsTheView) {
  livekit::TrackInfo track;
  for (int i = 0; i < 3; ++i) {
    auto* layer = track.add_layers();
    layer->set_quality(static_cast<livekit::VideoQuality>(i));
    layer->set_width(320U << i);
    layer->set_height(180U << i);
  }
  EXPECT_EQ(spatial_layer_for(track, {.quality = livekit::MEDIUM}), 1);
  EXPECT_EQ(spatial_layer_for(track, {.quality = livekit::LOW, .width = 1280, .height = 720}), 2);
  EXPECT_EQ(spatial_layer_for(track, {.width = 300, .height = 150}), 0);
  EXPECT_EQ(spatial_layer_for(track, {.width = 180, .height = 320}), 0) << "held upright";
  EXPECT_EQ(spatial_layer_for(track, {.width = 4000, .height = 4000}), 2);
}

TEST_F(RoomTest, ATrackOfANameThatIsTakenWaitsForTheOtherToEnd) {
  Session& ann = join_active("ann");
  const std::string first = publish_camera(ann);
  livekit::SignalRequest again;
  *again.mutable_add_track() = camera("cam-ann");
  say(ann, again);
  const auto queued = last(ann, livekit::SignalResponse::kRequestResponse).request_response();
  EXPECT_EQ(queued.reason(), livekit::RequestResponse::QUEUED);
  EXPECT_EQ(queued.add_track().cid(), "cam-ann");
  for (int i = 0; i < 2; ++i) say(ann, again);
  say(ann, again);
  EXPECT_EQ(last(ann, livekit::SignalResponse::kRequestResponse).request_response().reason(),
            livekit::RequestResponse::LIMIT_EXCEEDED);

  // The first ends, and the one that waited begins, in one offer.
  offer(ann, {section("video", 0, "inactive"), section("video", 1, "recvonly"),
              section("video", 2, "sendonly", "cam-ann")});
  const auto published = last(ann, livekit::SignalResponse::kTrackPublished).track_published();
  EXPECT_NE(published.track().sid(), first);
  ASSERT_EQ(ann.publisher().tracks().size(), 1u);
  EXPECT_EQ(ann.publisher().tracks()[0]->info.sid(), published.track().sid());
}

TEST_F(RoomTest, InALargeRoomNewsOfWatchersIsGatheredAndThatOfPublishersIsNot) {
  constexpr int kWatchers = 60;
  join_active("ann");
  for (int i = 0; i < kWatchers; ++i) join_active(fmt::format("watcher-{}", i));
  const auto updates = [&] {
    std::vector<livekit::ParticipantUpdate> out;
    for (const auto& response : uplink_.sent["c-ann"]) {
      if (response.has_update()) out.push_back(response.update());
    }
    return out;
  };
  const std::size_t at_once = updates().size();
  EXPECT_LE(at_once, 1 + Roster::kSmallRoom);
  run_until(now_ + 1s);
  auto all = updates();
  ASSERT_EQ(all.size(), at_once + 1) << "all the others in one";
  EXPECT_EQ(all.back().participants_size(), kWatchers - static_cast<int>(at_once) + 1);

  // Who publishes does not wait, neither in the list of who comes nor when they go.
  Session& ben = join_active("ben");
  publish_camera(ben);
  EXPECT_EQ(updates().back().participants(0).identity(), "ben");
  EXPECT_EQ(updates().back().participants(0).tracks_size(), 1);
  livekit::SignalRequest leave;
  leave.mutable_leave();
  say(ben, leave);
  EXPECT_EQ(updates().back().participants(0).identity(), "ben");
  EXPECT_EQ(updates().back().participants(0).state(), livekit::ParticipantInfo::DISCONNECTED);
}

TEST_F(RoomTest, WatchersBeyondTheLimitAreCountedAndNotNamed) {
  make({.max_listed_watchers = 50});
  for (int i = 0; i < 70; ++i) join_active(fmt::format("watcher-{:02}", i));
  run_until(now_ + 5s);
  Session& ann = join_active("ann");
  const auto joined = last(ann, livekit::SignalResponse::kJoin).join();
  EXPECT_EQ(joined.other_participants_size(), 50);
  EXPECT_EQ(joined.room().num_participants(), 70u);
  EXPECT_EQ(room_->everybody().size(), 71u) << "backends see them all";

  // Who does something becomes somebody.
  Session* const silent = room_->find_identity("watcher-69");
  ASSERT_NE(silent, nullptr);
  Profile raised;
  raised.attributes = {{"hand", "up"}};
  silent->update_profile(raised, now_);
  run_until(now_ + 5s);
  const auto told = last(ann, livekit::SignalResponse::kUpdate).update();
  const auto is_silent = [](const auto& info) { return info.identity() == "watcher-69"; };
  EXPECT_TRUE(std::ranges::any_of(told.participants(), is_silent));

  // Whose place is free is taken by another.
  for (int i = 0; i < 3; ++i) {
    livekit::SignalRequest leave;
    leave.mutable_leave();
    say(*room_->find_identity(fmt::format("watcher-{:02}", i)), leave);
  }
  run_until(now_ + 5s);
  Session& ben = join_active("ben");
  EXPECT_EQ(last(ben, livekit::SignalResponse::kJoin).join().other_participants_size(), 50);
}

}  // namespace
}  // namespace parley::media
