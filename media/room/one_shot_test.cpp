#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/room/room_fixture.h"
#include "protocols/sdp/sdp.h"

// Clients without a WebSocket, WHIP and WHEP, as the room and its other participants see them.
namespace parley::media {
namespace {

using testing::SizeIs;

class OneShotTest : public RoomTest {
 protected:
  plane::StartSession whip(const std::string& identity, const std::vector<std::string>& sections) {
    plane::StartSession out = start(identity);
    out.clear_connection_id();
    out.mutable_settings()->set_auto_subscribe(false);
    *out.mutable_publisher_offer() = offer_of(sections);
    out.mutable_whip();
    return out;
  }
  plane::StartSession whep(const std::string& identity, const std::string& follow = {}) {
    plane::StartSession out =
        whip(identity, {section("audio", 0, "recvonly"), section("video", 1, "recvonly")});
    out.mutable_whep()->set_identity(follow);
    return out;
  }
  Room::Joined begin(const plane::StartSession& request) {
    auto joined = room_->join(request, now_);
    EXPECT_TRUE(joined) << joined.error().reason;
    return *joined;
  }
  plane::ResourceResult call(Session& session, plane::ResourceCall request) {
    request.set_identity(session.participant().identity);
    auto result = session.serve(request, now_);
    room_->sweep();
    return result;
  }
  std::vector<Subscribe> given_to(const Session& session) {
    std::vector<Subscribe> out;
    for (const Subscribe& s : shard_.all<Subscribe>()) {
      if (s.transport == session.transports()[0]) out.push_back(s);
    }
    return out;
  }
  static std::string ufrag_of(const std::string& answer) {
    const auto description = sdp::parse(answer);
    return description && description->media[0].ice ? description->media[0].ice->ufrag : "";
  }
  static plane::ResourceCall ice(const std::string& if_match, const std::string& ufrag) {
    plane::ResourceCall out;
    out.mutable_ice()->set_if_match(if_match);
    out.mutable_ice()->set_ufrag(ufrag);
    out.mutable_ice()->set_password("another-password-01234");
    return out;
  }
};

TEST_F(OneShotTest, WhatIsPublishedByHttpIsSeenLikeAnyTrack) {
  Session& ben = join_active("ben");
  const Room::Joined obs = begin(
      whip("obs", {section("audio", 0, "sendonly", "a"), section("video", 1, "sendonly", "v")}));
  const auto answer = sdp::parse(obs.answer);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->media[0].direction, sdp::Direction::recvonly);
  EXPECT_EQ(sdp::fmtp_value(answer->media[0].formats[0].fmtp, "usedtx"), std::nullopt);
  const auto seen = last(ben, livekit::SignalResponse::kUpdate).update().participants(0);
  ASSERT_EQ(seen.tracks_size(), 2);
  EXPECT_EQ(seen.tracks(0).name(), "synthesized-microphone");
  EXPECT_EQ(seen.tracks(1).name(), "synthesized-camera");
  EXPECT_EQ(seen.tracks(1).source(), livekit::CAMERA);
  EXPECT_THAT(shard_.all<AddStream>(), SizeIs(2));
}

TEST_F(OneShotTest, WhatTheTokenForbidsIsRefusedByName) {
  plane::StartSession request = whip("obs", {section("audio", 0, "sendonly", "a")});
  request.mutable_grants()->add_can_publish_sources(livekit::CAMERA);
  const auto refused = room_->join(request, now_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().http_status, 403u);
  EXPECT_THAT(refused.error().reason, testing::HasSubstr("synthesized-microphone"));
  room_->sweep();
  EXPECT_EQ(room_->participants(), 0u);
}

TEST_F(OneShotTest, AnOfferOfNothingKnownIsRefused) {
  const auto refused = room_->join(
      whip(
          "obs",
          {"m=video 9 UDP/TLS/RTP/SAVPF 50\r\na=mid:0\r\na=sendonly\r\na=rtpmap:50 MPV/90000\r\n"}),
      now_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().http_status, 422u);
  EXPECT_THAT(shard_.all<CloseTransport>(), testing::IsEmpty());
  room_->sweep();
  EXPECT_THAT(shard_.all<CloseTransport>(), SizeIs(1));
}

TEST_F(OneShotTest, ItsIceIsRestartedByOtherCredentials) {
  const Room::Joined obs = begin(whip("obs", {section("video", 0, "sendonly", "v")}));
  const std::string etag = ufrag_of(obs.answer);
  EXPECT_EQ(call(*obs.session, ice("\"stale\"", "other")).http_status(), 412u);
  EXPECT_EQ(call(*obs.session, ice('"' + etag + '"', "them")).http_status(), 204u) << "a candidate";
  EXPECT_EQ(call(*obs.session, ice("*", "them")).http_status(), 204u);
  EXPECT_THAT(shard_.all<RestartIce>(), testing::IsEmpty());

  const auto restarted = call(*obs.session, ice("\"*\"", "anew"));
  EXPECT_EQ(restarted.http_status(), 200u);
  ASSERT_THAT(shard_.all<RestartIce>(), SizeIs(1));
  EXPECT_EQ(restarted.etag(), shard_.all<RestartIce>()[0].local.ufrag);
  EXPECT_NE(restarted.etag(), etag);
  EXPECT_THAT(restarted.fragment(), testing::HasSubstr("a=ice-ufrag:" + restarted.etag()));
  EXPECT_THAT(restarted.fragment(), testing::HasSubstr("m=video 9 "));
  const SetRemote remote = shard_.all<SetRemote>().back();
  EXPECT_EQ(remote.remote.ufrag, "anew");
  EXPECT_EQ(remote.fingerprint, shard_.all<SetRemote>().front().fingerprint);
  EXPECT_EQ(call(*obs.session, ice('"' + etag + '"', "anew")).http_status(), 412u);
}

TEST_F(OneShotTest, OnlyItsOwnTokenEndsIt) {
  const Room::Joined obs = begin(whip("obs", {section("video", 0, "sendonly", "v")}));
  plane::ResourceCall end;
  end.mutable_end();
  end.set_identity("ben");
  EXPECT_EQ(obs.session->serve(end, now_).http_status(), 403u);
  end.set_whep(true);
  end.set_identity("obs");
  EXPECT_EQ(obs.session->serve(end, now_).http_status(), 404u);
  end.set_whep(false);
  EXPECT_EQ(call(*obs.session, end).http_status(), 200u);
  EXPECT_EQ(room_->participants(), 0u);
}

TEST_F(OneShotTest, ASessionWithAWebSocketIsNoResource) {
  Session& ann = join_active("ann");
  plane::ResourceCall end;
  end.mutable_end();
  EXPECT_EQ(call(ann, end).http_status(), 404u);
  EXPECT_EQ(room_->participants(), 1u);
}

TEST_F(OneShotTest, ItEndsWhenItNeverConnectsAndWhenItIsLost) {
  begin(whip("obs", {section("video", 0, "sendonly", "v")}));
  run_until(now_ + Session::kJoinTimeout + 1s);
  EXPECT_EQ(room_->participants(), 0u);

  const Room::Joined again = begin(whip("obs", {section("video", 0, "sendonly", "v")}));
  connect(*again.session);
  run_until(now_ + 1h);
  EXPECT_EQ(room_->participants(), 1u);
  const TransportId transport = again.session->transports()[0];
  room_->on_transport_event(transport,
                            TransportLost{transport, TransportLost::Reason::consent_expired}, now_);
  run_until(now_ + Session::kResumeTimeout - 1s);
  EXPECT_EQ(room_->participants(), 1u) << "an ICE restart may still bring it back";
  run_until(now_ + 2s);
  EXPECT_EQ(room_->participants(), 0u);
}

TEST_F(OneShotTest, APlayerSeesAndHearsWhoPublishesFirst) {
  Session& ann = join_active("ann");
  publish_camera(ann);
  Session& ben = join_active("ben");
  publish_camera(ben);
  const Room::Joined tv = begin(whep("tv"));
  ASSERT_THAT(given_to(*tv.session), SizeIs(1));
  EXPECT_EQ(given_to(*tv.session)[0].stream, ann.publisher().tracks()[0]->stream);
}

TEST_F(OneShotTest, APlayerGoesOverToTheNextUnderTheSameSsrc) {
  const Room::Joined tv = begin(whep("tv"));
  const auto answer = sdp::parse(tv.answer);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->media[0].direction, sdp::Direction::sendonly);
  EXPECT_EQ(answer->media[1].direction, sdp::Direction::sendonly);
  EXPECT_EQ(answer->media[0].msid.substr(0, 5), answer->media[1].msid.substr(0, 5));
  EXPECT_THAT(shard_.all<Subscribe>(), testing::IsEmpty());

  Session& ann = join_active("ann");
  publish_camera(ann);
  Session& ben = join_active("ben");
  publish_camera(ben);
  ASSERT_THAT(given_to(*tv.session), SizeIs(1));
  EXPECT_EQ(given_to(*tv.session)[0].ssrc, answer->media[1].sources[0].ssrc);
  EXPECT_EQ(given_to(*tv.session)[0].stream, ann.publisher().tracks()[0]->stream);

  livekit::SignalRequest leave;
  leave.mutable_leave();
  say(ann, leave);
  ASSERT_THAT(given_to(*tv.session), SizeIs(2));
  EXPECT_EQ(given_to(*tv.session)[1].stream, ben.publisher().tracks()[0]->stream);
  EXPECT_EQ(given_to(*tv.session)[1].ssrc, given_to(*tv.session)[0].ssrc);
  EXPECT_EQ(given_to(*tv.session)[1].rtx_ssrc, given_to(*tv.session)[0].rtx_ssrc);
}

TEST_F(OneShotTest, APlayerThatNamesSomebodyWaitsForThem) {
  const Room::Joined tv = begin(whep("tv", "ben"));
  Session& ann = join_active("ann");
  publish_camera(ann);
  EXPECT_FALSE(tv.session->subscribed_to(ann.participant().sid));
  Session& ben = join_active("ben");
  publish_camera(ben);
  EXPECT_TRUE(tv.session->subscribed_to(ben.participant().sid));
}

TEST_F(OneShotTest, APlayerSeesNothingWithoutPermissionAndAgainWithIt) {
  Session& ann = join_active("ann");
  publish_camera(ann);
  const Room::Joined tv = begin(whep("tv"));
  EXPECT_TRUE(tv.session->subscribed_to(ann.participant().sid));
  livekit::ParticipantPermission permission = tv.session->participant().permission();
  permission.set_can_subscribe(false);
  tv.session->set_permission(permission, now_);
  EXPECT_FALSE(tv.session->subscribed_to(ann.participant().sid));
  permission.set_can_subscribe(true);
  tv.session->set_permission(permission, now_);
  EXPECT_TRUE(tv.session->subscribed_to(ann.participant().sid));
}

TEST_F(OneShotTest, APlayerChoosesAmongTheLayersThereAre) {
  const Room::Joined obs = begin(
      whip("obs", {section("video", 0, "sendonly", "v") +
                   "a=rid:0 send\r\na=rid:1 send\r\na=rid:2 send\r\na=simulcast:send 0;1;2\r\n"}));
  const Room::Joined tv = begin(whep("tv"));
  plane::ResourceCall request;
  request.set_whep(true);
  request.mutable_list_layers();
  const auto listed = call(*tv.session, request);
  ASSERT_EQ(listed.media_size(), 1);
  EXPECT_EQ(listed.media(0).media_id(), "1");
  EXPECT_EQ(listed.media(0).participant(), "obs");
  ASSERT_EQ(listed.media(0).layers_size(), 3);
  EXPECT_EQ(listed.media(0).layers(0).rid(), "2");
  EXPECT_TRUE(listed.media(0).layers(2).chosen());

  request.mutable_choose_layer()->set_rid("1");
  request.mutable_choose_layer()->set_max_temporal(0);
  EXPECT_EQ(call(*tv.session, request).http_status(), 200u);
  EXPECT_EQ(shard_.all<ConfigureSubscription>().back().max_spatial, 1);
  EXPECT_EQ(shard_.all<ConfigureSubscription>().back().max_temporal, 0);
  request.mutable_choose_layer()->set_rid("h");
  EXPECT_EQ(call(*tv.session, request).http_status(), 400u);
  EXPECT_THAT(call(*tv.session, request).error(), testing::HasSubstr("2, 1, 0"));
  request.mutable_choose_layer();
  request.mutable_choose_layer()->Clear();
  EXPECT_EQ(call(*tv.session, request).http_status(), 200u);
  EXPECT_EQ(shard_.all<ConfigureSubscription>().back().max_spatial, 2);
}

TEST_F(OneShotTest, APlayerIsAnsweredWithAllThatItDecodesAndThePublishersCodecFirst) {
  Session& ann = join_active("ann");
  publish_camera(ann);  // VP8
  plane::StartSession request = whep("tv");
  *request.mutable_publisher_offer() = offer_of(
      {"m=video 9 UDP/TLS/RTP/SAVPF 102 96\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\n"
       "a=rtpmap:102 H264/90000\r\na=fmtp:102 packetization-mode=1;profile-level-id=42e01f\r\n"
       "a=rtpmap:96 VP8/90000\r\n"});
  const auto answer = sdp::parse(begin(request).answer);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->media[0].formats.size(), 2u);
  EXPECT_EQ(answer->media[0].formats[0].name, "VP8");
  EXPECT_EQ(answer->media[0].formats[1].name, "H264");
}

TEST_F(OneShotTest, APlayerIsNotGivenWhatItHasNoDecoderOrNoKeyFor) {
  Session& ann = join_active("ann");
  livekit::SignalRequest add;
  *add.mutable_add_track() = camera("secret");
  add.mutable_add_track()->set_encryption(livekit::Encryption::GCM);
  say(ann, add);
  offer(ann, {section("video", 0, "sendonly", "secret")});
  const Room::Joined tv = begin(whep("tv"));
  EXPECT_FALSE(tv.session->subscribed_to(ann.participant().sid));
  Session& ben = join_active("ben");
  publish_camera(ben);
  EXPECT_TRUE(tv.session->subscribed_to(ben.participant().sid));
}

}  // namespace
}  // namespace parley::media
