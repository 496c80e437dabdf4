#include "media/room/room_fixture.h"

namespace parley::media {
namespace {

using livekit::RequestResponse;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RoomDataTest : public RoomTest {
 protected:
  Session& arrive(const std::string& identity, bool single_peer = true) {
    Session& session = join_active(identity, single_peer);
    open_channels(session);
    return session;
  }
  livekit::PublishDataTrackRequest track(std::uint32_t handle, const std::string& name) {
    livekit::PublishDataTrackRequest out;
    out.set_pub_handle(handle);
    out.set_name(name);
    return out;
  }
  void publish(Session& session, const livekit::PublishDataTrackRequest& request) {
    livekit::SignalRequest message;
    *message.mutable_publish_data_track_request() = request;
    say(session, message);
  }
  std::string publish_good(Session& session, std::uint32_t handle, const std::string& name) {
    publish(session, track(handle, name));
    return last(session, livekit::SignalResponse::kPublishDataTrackResponse)
        .publish_data_track_response()
        .info()
        .sid();
  }
  RequestResponse::Reason refusal(Session& session, const livekit::PublishDataTrackRequest& wish) {
    publish(session, wish);
    const auto response =
        last(session, livekit::SignalResponse::kRequestResponse).request_response();
    EXPECT_EQ(response.publish_data_track().pub_handle(), wish.pub_handle());
    return response.reason();
  }
  void subscribe(Session& session, const std::string& sid, bool wanted = true) {
    livekit::SignalRequest request;
    auto& update = *request.mutable_update_data_subscription()->add_updates();
    update.set_track_sid(sid);
    update.set_subscribe(wanted);
    say(session, request);
  }
  std::map<std::uint32_t, std::string> handles(const Session& session) {
    std::map<std::uint32_t, std::string> out;
    const auto response = last(session, livekit::SignalResponse::kDataTrackSubscriberHandles);
    for (const auto& [handle, published] : response.data_track_subscriber_handles().sub_handles()) {
      out[handle] = published.track_sid();
    }
    return out;
  }
  static ByteVector packet(std::uint16_t handle) {
    return {0x18,
            0,
            static_cast<std::uint8_t>(handle >> 8),
            static_cast<std::uint8_t>(handle),
            0,
            1,
            0,
            1,
            0,
            0,
            0,
            9,
            'x'};
  }
};

TEST_F(RoomDataTest, ADataTrackReachesWhoSubscribedUnderTheHandleTheyWereTold) {
  Session& ann = arrive("ann");
  Session& ben = arrive("ben", false);
  arrive("cat");
  const std::string sid = publish_good(ann, 5, "pose");
  EXPECT_TRUE(sid.starts_with("DTR_"));
  const auto seen = last(ben, livekit::SignalResponse::kUpdate).update().participants(0);
  ASSERT_THAT(seen.data_tracks(), SizeIs(1));
  EXPECT_EQ(seen.data_tracks(0).name(), "pose");

  data(ann, Channel::data_track, packet(5));
  EXPECT_THAT(shard_.all<SendData>(), IsEmpty()) << "nobody has subscribed";
  subscribe(ben, sid);
  ASSERT_THAT(handles(ben), SizeIs(1));
  EXPECT_EQ(handles(ben).begin()->second, sid);
  data(ann, Channel::data_track, packet(5));
  const auto sent = data_to(ben);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].channel, Channel::data_track);
  EXPECT_EQ(*sent[0].payload, packet(static_cast<std::uint16_t>(handles(ben).begin()->first)));
  EXPECT_THAT(shard_.all<SendData>(), IsEmpty()) << "nobody else has";

  subscribe(ben, sid, false);
  EXPECT_THAT(handles(ben), IsEmpty());
  data(ann, Channel::data_track, packet(5));
  EXPECT_THAT(data_to(ben), IsEmpty());
}

TEST_F(RoomDataTest, ADataTrackThatCannotBeIsRefusedWithTheReason) {
  Session& ann = arrive("ann");
  publish_good(ann, 5, "pose");
  EXPECT_EQ(refusal(ann, track(0, "x")), RequestResponse::INVALID_HANDLE);
  EXPECT_EQ(refusal(ann, track(65536, "x")), RequestResponse::INVALID_HANDLE);
  EXPECT_EQ(refusal(ann, track(6, "")), RequestResponse::INVALID_NAME);
  EXPECT_EQ(refusal(ann, track(6, std::string(257, 'x'))), RequestResponse::INVALID_NAME);
  EXPECT_EQ(refusal(ann, track(5, "x")), RequestResponse::DUPLICATE_HANDLE);
  EXPECT_EQ(refusal(ann, track(6, "pose")), RequestResponse::DUPLICATE_NAME);
  auto strange = track(6, "x");
  strange.mutable_frame_encoding()->set_custom("");
  EXPECT_EQ(refusal(ann, strange), RequestResponse::INVALID_REQUEST);
  strange.mutable_frame_encoding()->set_custom("protobuf");
  strange.mutable_schema()->mutable_encoding()->set_custom(std::string(33, 'x'));
  EXPECT_EQ(refusal(ann, strange), RequestResponse::INVALID_REQUEST);
  for (std::uint32_t i = 10; i < 10 + DataTracks::kMaxPerParticipant - 1; ++i) {
    publish(ann, track(i, std::to_string(i)));
  }
  EXPECT_EQ(refusal(ann, track(1000, "one more")), RequestResponse::LIMIT_EXCEEDED);

  auto listener = start("ben");
  listener.mutable_grants()->set_can_publish_data(false);
  Session& ben = join(listener);
  EXPECT_EQ(refusal(ben, track(1, "x")), RequestResponse::NOT_ALLOWED);

  livekit::SignalRequest request;
  request.mutable_unpublish_data_track_request()->set_pub_handle(77);
  say(ann, request);
  EXPECT_EQ(last(ann, livekit::SignalResponse::kRequestResponse).request_response().reason(),
            RequestResponse::INVALID_HANDLE);
}

TEST_F(RoomDataTest, ADataTrackThatEndsTakesItsHandleAlong) {
  Session& ann = arrive("ann");
  Session& ben = arrive("ben");
  const std::string first = publish_good(ann, 1, "one");
  const std::string second = publish_good(ann, 2, "two");
  subscribe(ben, first);
  subscribe(ben, second);
  ASSERT_THAT(handles(ben), SizeIs(2));
  livekit::SignalRequest request;
  request.mutable_unpublish_data_track_request()->set_pub_handle(1);
  say(ann, request);
  EXPECT_EQ(last(ann, livekit::SignalResponse::kUnpublishDataTrackResponse)
                .unpublish_data_track_response()
                .info()
                .sid(),
            first);
  ASSERT_THAT(handles(ben), SizeIs(1));
  EXPECT_EQ(handles(ben).begin()->second, second);
  livekit::SignalRequest leave;
  leave.mutable_leave();
  say(ann, leave);
  EXPECT_THAT(handles(ben), IsEmpty());
}

TEST_F(RoomDataTest, AClientThatAskedForAllDataTracksGetsThemEarlyAndLate) {
  Session& ann = arrive("ann");
  const std::string early = publish_good(ann, 1, "early");
  auto request = start("ben");
  request.mutable_settings()->set_auto_subscribe_data_track(true);
  Session& ben = join(request);
  connect(ben);
  EXPECT_THAT(handles(ben), SizeIs(1));
  publish_good(ann, 2, "late");
  EXPECT_THAT(handles(ben), SizeIs(2));
}

TEST_F(RoomDataTest, PacketsOfNoDataTrackAreCountedAndDropped) {
  Session& ann = arrive("ann");
  arrive("ben");
  data(ann, Channel::data_track, packet(9));
  data(ann, Channel::data_track, ByteVector{1, 2, 3});
  EXPECT_EQ(rejected_, 2u);
  EXPECT_THAT(shard_.all<SendData>(), IsEmpty());
}

TEST_F(RoomDataTest, AResumeThatClaimsAnUnknownDataTrackIsSentBackToStart) {
  Session& ann = arrive("ann");
  const std::string sid = publish_good(ann, 1, "one");
  livekit::SignalRequest sync;
  sync.mutable_sync_state()->add_publish_data_tracks()->mutable_info()->set_sid(sid);
  say(ann, sync);
  EXPECT_FALSE(ann.ended());
  sync.mutable_sync_state()->mutable_publish_data_tracks(0)->mutable_info()->set_sid("DTR_gone");
  const auto before = uplink_.sent["c-ann"].size();
  ann.on_signal(sync, now_);
  ASSERT_GT(uplink_.sent["c-ann"].size(), before);
  EXPECT_EQ(uplink_.last("c-ann", livekit::SignalResponse::kLeave).leave().action(),
            livekit::LeaveRequest::RECONNECT);
}

TEST_F(RoomDataTest, WhoComesBackGetsTheReliableMessagesThatItMissed) {
  Session& ann = arrive("ann");
  Session& ben = arrive("ben");
  livekit::DataPacket message;
  for (std::uint32_t i = 1; i <= 3; ++i) {
    message.set_sequence(i);
    message.mutable_user()->set_payload(std::to_string(i));
    data(ann, Channel::reliable, message);
  }
  EXPECT_THAT(data_to(ben), SizeIs(3));
  livekit::SignalRequest sync;
  auto& state = *sync.mutable_sync_state()->add_datachannel_receive_states();
  state.set_publisher_sid(ann.participant().sid);
  state.set_last_seq(1);
  say(ben, sync);
  const auto again = data_to(ben);
  ASSERT_THAT(again, SizeIs(2));
  EXPECT_EQ(packet_in(again[0]).sequence(), 2u);
  EXPECT_EQ(packet_in(again[1]).user().payload(), "3");
}

TEST_F(RoomDataTest, AnAgentMaySpeakForAnotherInChatAndNobodyElseMay) {
  auto request = start("bot");
  request.set_kind(livekit::ParticipantInfo::AGENT);
  Session& bot = join(request);
  connect(bot);
  Session& ann = arrive("ann");
  Session& ben = arrive("ben");
  livekit::DataPacket chat;
  chat.set_participant_identity("ann");
  chat.mutable_chat_message()->set_message("hello");
  data(bot, Channel::reliable, chat);
  auto got = packet_in(data_to(ben).at(0));
  EXPECT_EQ(got.participant_identity(), "ann");
  EXPECT_TRUE(got.chat_message().generated());
  EXPECT_EQ(got.participant_sid(), bot.participant().sid);
  chat.set_participant_identity("ben");
  data(ann, Channel::reliable, chat);
  got = packet_in(data_to(ben).at(0));
  EXPECT_EQ(got.participant_identity(), "ann");
  EXPECT_FALSE(got.chat_message().generated());
  livekit::DataPacket user;
  user.set_participant_identity("ann");
  user.mutable_user()->set_payload("x");
  data(bot, Channel::reliable, user);
  EXPECT_EQ(packet_in(data_to(ben).at(0)).participant_identity(), "bot");
}

TEST_F(RoomDataTest, APacketWithTheSameNonceIsHeardOnce) {
  Session& ann = arrive("ann");
  Session& ben = arrive("ben");
  livekit::DataPacket packet;
  packet.mutable_user()->set_payload("x");
  packet.mutable_user()->set_nonce("0123456789abcdef");
  data(ann, Channel::lossy, packet);
  data(ann, Channel::lossy, packet);
  room_->send_from_outside(packet, now_);
  EXPECT_THAT(data_to(ben), SizeIs(1));
  packet.mutable_user()->clear_nonce();
  data(ann, Channel::lossy, packet);
  data(ann, Channel::lossy, packet);
  EXPECT_THAT(data_to(ben), SizeIs(2));
}

TEST_F(RoomDataTest, MeasurementsGoToThoseWhoMayHaveThemAndWatch) {
  Session& ann = arrive("ann");
  auto request = start("meter");
  request.mutable_grants()->set_can_subscribe_metrics(true);
  Session& meter = join(request);
  connect(meter);
  open_channels(meter);
  Session& ben = arrive("ben");
  livekit::DataPacket packet;
  packet.mutable_metrics()->set_timestamp_ms(1);
  data(ann, Channel::reliable, packet);
  EXPECT_THAT(data_to(meter), IsEmpty()) << "it watches nothing of Ann";
  publish_camera(ann);
  data(ann, Channel::reliable, packet);
  EXPECT_THAT(data_to(meter), SizeIs(1));
  EXPECT_THAT(data_to(ben), IsEmpty());
}

// ---------------------------------------------------------------------------------------------------
// A backend's calls

class RpcTest : public RoomDataTest {
 protected:
  void call(const std::string& recipient, const std::string& payload = "ping",
            std::uint32_t timeout_ms = 0) {
    livekit::PerformRpcRequest request;
    request.set_destination_identity(recipient);
    request.set_method("greet");
    request.set_payload(payload);
    request.set_response_timeout_ms(timeout_ms);
    room_->perform_rpc(
        request,
        [this](std::expected<std::string, livekit::RpcError> outcome) {
          outcomes_.push_back(outcome ? *outcome : std::to_string(outcome.error().code()));
        },
        now_);
  }
  livekit::DataPacket request_at(Session& session) { return packet_in(data_to(session).at(0)); }
  void answer(Session& from, const livekit::DataPacket& request, const std::string& payload) {
    livekit::DataPacket response;
    response.add_destination_identities(request.participant_identity());
    response.mutable_rpc_response()->set_request_id(request.rpc_request().id());
    response.mutable_rpc_response()->set_payload(payload);
    data(from, Channel::reliable, response);
  }
  void acknowledge(Session& from, const livekit::DataPacket& request) {
    livekit::DataPacket ack;
    ack.mutable_rpc_ack()->set_request_id(request.rpc_request().id());
    data(from, Channel::reliable, ack);
  }
  std::vector<std::string> outcomes_;
};

TEST_F(RpcTest, ABackendGetsTheAnswerOfTheParticipantAndNobodyElseSeesIt) {
  Session& ann = arrive("ann");
  Session& ben = arrive("ben");
  call("ann");
  const auto request = request_at(ann);
  EXPECT_EQ(request.rpc_request().method(), "greet");
  EXPECT_EQ(request.rpc_request().payload(), "ping");
  EXPECT_EQ(request.rpc_request().version(), 1u);
  EXPECT_FALSE(request.participant_identity().empty());
  EXPECT_THAT(data_to(ben), IsEmpty());
  answer(ben, request, "forged");
  acknowledge(ann, request);
  EXPECT_THAT(outcomes_, IsEmpty());
  answer(ann, request, "pong");
  EXPECT_THAT(outcomes_, ElementsAre("pong"));
  EXPECT_THAT(data_to(ben), IsEmpty());
}

TEST_F(RpcTest, ACallEndsWhateverTheParticipantDoes) {
  Session& ann = arrive("ann");
  call("nobody");
  EXPECT_THAT(outcomes_, ElementsAre("1401"));
  call("ann", std::string(RpcCalls::kMaxPayload + 1, 'x'));
  EXPECT_EQ(outcomes_.back(), "1402");

  call("ann");  // Says nothing.
  const auto first = request_at(ann);
  run_until(now_ + 3s);
  EXPECT_EQ(outcomes_.back(), "1501");
  call("ann", "ping", 4000);  // Acknowledges, and that is all.
  const auto second = request_at(ann);
  acknowledge(ann, second);
  run_until(now_ + 3s);
  EXPECT_THAT(outcomes_, SizeIs(3));
  run_until(now_ + 2s);
  EXPECT_EQ(outcomes_.back(), "1502");
  answer(ann, first, "late");
  EXPECT_THAT(outcomes_, SizeIs(4));

  call("ann");
  livekit::SignalRequest leave;
  leave.mutable_leave();
  say(ann, leave);
  EXPECT_EQ(outcomes_.back(), "1503");
}

TEST_F(RpcTest, AnErrorOfTheParticipantIsTheBackends) {
  Session& ann = arrive("ann");
  call("ann");
  const auto request = request_at(ann);
  livekit::DataPacket response;
  response.mutable_rpc_response()->set_request_id(request.rpc_request().id());
  response.mutable_rpc_response()->mutable_error()->set_code(1500);
  data(ann, Channel::reliable, response);
  EXPECT_THAT(outcomes_, ElementsAre("1500"));
}

TEST_F(RoomTest, ADataBlobIsFetchedByItsOwnersName) {
  make({.data_blobs = true});
  Session& ann = join_active("ann");
  Session& ben = join_active("ben");
  livekit::SignalRequest store;
  store.mutable_store_data_blob_request()->set_request_id(4);
  auto& blob = *store.mutable_store_data_blob_request()->mutable_blob();
  blob.mutable_key()->set_generic("schema");
  blob.set_contents("{}");
  say(ann, store);
  const auto stored = last(ann, livekit::SignalResponse::kStoreDataBlobResponse);
  EXPECT_EQ(stored.store_data_blob_response().request_id(), 4u);
  EXPECT_EQ(stored.store_data_blob_response().key().generic(), "schema");

  livekit::SignalRequest get;
  get.mutable_get_data_blob_request()->set_request_id(5);
  get.mutable_get_data_blob_request()->set_participant_identity("ann");
  *get.mutable_get_data_blob_request()->mutable_key() = blob.key();
  say(ben, get);
  const auto got = last(ben, livekit::SignalResponse::kGetDataBlobResponse);
  EXPECT_EQ(got.get_data_blob_response().request_id(), 5u);
  EXPECT_EQ(got.get_data_blob_response().blob().contents(), "{}");

  get.mutable_get_data_blob_request()->set_participant_identity("cleo");
  get.mutable_get_data_blob_request()->set_request_id(6);
  say(ben, get);
  const auto none = last(ben, livekit::SignalResponse::kRequestResponse).request_response();
  EXPECT_EQ(none.request_id(), 6u);
  EXPECT_EQ(none.reason(), livekit::RequestResponse::NOT_FOUND);
}

TEST_F(RoomTest, DataBlobsAreRefusedWhereTheyAreNotEnabled) {
  Session& ann = join_active("ann");
  livekit::SignalRequest store;
  store.mutable_store_data_blob_request()->set_request_id(4);
  say(ann, store);
  const auto refused = last(ann, livekit::SignalResponse::kRequestResponse).request_response();
  EXPECT_EQ(refused.request_id(), 4u);
  EXPECT_EQ(refused.reason(), livekit::RequestResponse::NOT_ALLOWED);
}

}  // namespace
}  // namespace parley::media
