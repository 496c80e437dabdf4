// What backends do to a room by livekit.RoomService, and what the people in it notice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "livekit_room.pb.h"
#include "sim/meeting.h"

namespace parley::sim {
namespace {

using livekit::AUDIO;
using livekit::SignalResponse;
using livekit::VIDEO;
using testing::IsEmpty;

constexpr std::string_view kRoom = "meeting";

World& world() {
  static World shared;
  return shared;
}

ParticipantConfig person(std::string identity, bool single_peer = true) {
  ParticipantConfig config;
  config.identity = std::move(identity);
  config.single_peer = single_peer;
  config.up = config.down = {.delay = 25ms};
  return config;
}

class RoomServiceSim : public testing::TestWithParam<bool> {
 protected:
  RoomServiceSim() { meeting.run(3s); }

  template <typename Response = livekit::ParticipantInfo>
  Response good(std::string_view method, const google::protobuf::Message& request) {
    const plane::ApiResult result = meeting.call(method, kRoom, request);
    EXPECT_EQ(result.error(), "") << method << ": " << result.text();
    Response out;
    EXPECT_TRUE(out.ParseFromString(result.response()));
    meeting.run(200ms);
    return out;
  }
  std::string error(std::string_view method, const google::protobuf::Message& request,
                    std::string_view room = kRoom) {
    return meeting.call(method, room, request).error();
  }
  static livekit::RoomParticipantIdentity who(const std::string& identity) {
    livekit::RoomParticipantIdentity out;
    out.set_room(std::string(kRoom));
    out.set_identity(identity);
    return out;
  }
  const SignalResponse* newest(const Participant& of, SignalResponse::MessageCase kind) {
    for (auto at = of.responses.rbegin(); at != of.responses.rend(); ++at) {
      if (at->message_case() == kind) return &*at;
    }
    return nullptr;
  }

  Meeting meeting{world(), 60};
  Participant& ann = meeting.join(person("ann", GetParam()));
  Participant& ben = meeting.join(person("ben", GetParam()));
};

INSTANTIATE_TEST_SUITE_P(Paths, RoomServiceSim, testing::Values(true, false),
                         [](const auto& path) { return path.param ? "v1" : "v0"; });

TEST_P(RoomServiceSim, TellsWhoIsThere) {
  const auto all = good<livekit::ListParticipantsResponse>("ListParticipants",
                                                           livekit::ListParticipantsRequest());
  ASSERT_EQ(all.participants_size(), 2);
  EXPECT_EQ(all.participants(0).tracks_size(), 2);
  const auto one = good("GetParticipant", who("ben"));
  EXPECT_EQ(one.sid(), ben.sid());
  EXPECT_EQ(one.state(), livekit::ParticipantInfo::ACTIVE);
  EXPECT_EQ(error("GetParticipant", who("nobody")), "not_found");
  EXPECT_EQ(error("GetParticipant", who("ben"), "elsewhere"), "not_found");
  EXPECT_EQ(error("Sing", who("ben")), "unimplemented");
}

TEST_P(RoomServiceSim, MutesATrackWithItsOwnersKnowledge) {
  livekit::MuteRoomTrackRequest request;
  request.set_identity("ann");
  request.set_track_sid(ben.track_of("ann", AUDIO));
  request.set_muted(true);
  EXPECT_TRUE(good<livekit::MuteRoomTrackResponse>("MutePublishedTrack", request).track().muted());
  ASSERT_NE(newest(ann, SignalResponse::kMute), nullptr);
  EXPECT_EQ(newest(ann, SignalResponse::kMute)->mute().sid(), request.track_sid());
  const auto& tracks = ben.other("ann")->tracks();
  EXPECT_TRUE(std::ranges::any_of(
      tracks, [&](const auto& t) { return t.sid() == request.track_sid() && t.muted(); }));

  request.set_muted(false);
  EXPECT_EQ(error("MutePublishedTrack", request), "failed_precondition")
      << "nobody's microphone is turned on for them";
  request.set_track_sid("TR_none");
  EXPECT_EQ(error("MutePublishedTrack", request), "not_found");
}

TEST_P(RoomServiceSim, RemovesSomebody) {
  good<livekit::RemoveParticipantResponse>("RemoveParticipant", who("ann"));
  ASSERT_NE(newest(ann, SignalResponse::kLeave), nullptr);
  EXPECT_EQ(newest(ann, SignalResponse::kLeave)->leave().reason(), livekit::PARTICIPANT_REMOVED);
  EXPECT_EQ(ann.state(), Participant::State::left);
  EXPECT_EQ(ben.other("ann"), nullptr);
  EXPECT_EQ(error("RemoveParticipant", who("ann")), "not_found");
}

TEST_P(RoomServiceSim, ChangesWhatEverybodySeesOfSomebody) {
  livekit::UpdateParticipantRequest request;
  request.set_identity("ann");
  request.set_name("Ann Lee");
  request.set_metadata("speaker");
  (*request.mutable_attributes())["hand"] = "up";
  EXPECT_EQ(good("UpdateParticipant", request).name(), "Ann Lee");
  EXPECT_EQ(ben.other("ann")->metadata(), "speaker");
  EXPECT_EQ(ben.other("ann")->attributes().at("hand"), "up");

  livekit::UpdateParticipantRequest lower;
  lower.set_identity("ann");
  (*lower.mutable_attributes())["hand"] = "";
  const auto info = good("UpdateParticipant", lower);
  EXPECT_THAT(info.attributes(), IsEmpty());
  EXPECT_EQ(info.metadata(), "speaker") << "what is not said stays";
  lower.set_metadata(std::string(600 * 1024, 'x'));
  EXPECT_EQ(error("UpdateParticipant", lower), "invalid_argument");
}

TEST_P(RoomServiceSim, TakesTheStageAwayAndGivesItBack) {
  livekit::UpdateParticipantRequest request;
  request.set_identity("ann");
  request.mutable_permission()->set_can_subscribe(true);
  good("UpdateParticipant", request);
  EXPECT_EQ(ann.count(SignalResponse::kTrackUnpublished), 2u);
  EXPECT_EQ(ben.track_of("ann", VIDEO), "");
  EXPECT_EQ(ben.live_tracks(), 0u);
  EXPECT_EQ(meeting.counters().streams, 2u) << "ben's";
  EXPECT_GT(ann.live_tracks(), 0u);

  request.mutable_permission()->set_can_subscribe(false);
  request.mutable_permission()->set_can_publish(true);
  good("UpdateParticipant", request);
  meeting.run(1s);
  EXPECT_EQ(ann.live_tracks(), 0u);
  EXPECT_EQ(meeting.counters().subscriptions, 0u);

  request.mutable_permission()->set_can_subscribe(true);
  good("UpdateParticipant", request);
  ann.publish_camera(meeting.now);
  meeting.run(2s);
  EXPECT_EQ(ann.live_tracks(), 2u);
  EXPECT_GT(ben.received("ann", VIDEO)->video->frames().size(), 30u);
}

TEST_P(RoomServiceSim, SubscribesForSomebody) {
  livekit::UpdateSubscriptionsRequest request;
  request.set_identity("ben");
  request.add_track_sids(ben.track_of("ann", VIDEO));
  good<livekit::UpdateSubscriptionsResponse>("UpdateSubscriptions", request);
  meeting.run(1s);
  EXPECT_EQ(ben.received("ann", VIDEO), nullptr);
  request.set_subscribe(true);
  good<livekit::UpdateSubscriptionsResponse>("UpdateSubscriptions", request);
  meeting.run(1s);
  EXPECT_NE(ben.received("ann", VIDEO), nullptr);
}

TEST_P(RoomServiceSim, SendsDataThatNobodySent) {
  livekit::SendDataRequest request;
  request.set_data("fire drill");
  request.set_topic("announcement");
  request.add_destination_identities("ben");
  good<livekit::SendDataResponse>("SendData", request);
  EXPECT_THAT(ann.data, IsEmpty());
  ASSERT_EQ(ben.data.size(), 1u);
  EXPECT_EQ(ben.data[0].label, "_reliable");
  EXPECT_EQ(ben.data[0].packet.user().payload(), "fire drill");
  EXPECT_EQ(ben.data[0].packet.user().topic(), "announcement");
  EXPECT_EQ(ben.data[0].packet.participant_identity(), "");
  request.set_nonce("short");
  EXPECT_EQ(error("SendData", request), "invalid_argument");
}

TEST_P(RoomServiceSim, KeepsAndEndsRooms) {
  livekit::UpdateRoomMetadataRequest metadata;
  metadata.set_metadata("topic: parsley");
  EXPECT_EQ(good<livekit::Room>("UpdateRoomMetadata", metadata).metadata(), "topic: parsley");
  ASSERT_NE(newest(ben, SignalResponse::kRoomUpdate), nullptr);
  EXPECT_EQ(newest(ben, SignalResponse::kRoomUpdate)->room_update().room().metadata(),
            "topic: parsley");

  livekit::CreateRoomRequest again;
  again.set_max_participants(2);
  const auto room = good<livekit::Room>("CreateRoom", again);
  EXPECT_EQ(room.max_participants(), 2u);
  EXPECT_EQ(room.metadata(), "topic: parsley") << "a room that exists keeps what is not said";
  Participant& cat = meeting.join(person("cat"));
  meeting.run(500ms);
  EXPECT_EQ(cat.state(), Participant::State::refused);

  EXPECT_EQ(good<livekit::ListRoomsResponse>("ListRooms", livekit::ListRoomsRequest()).rooms_size(),
            1);
  livekit::ListRoomsRequest others;
  others.add_names("attic");
  EXPECT_EQ(good<livekit::ListRoomsResponse>("ListRooms", others).rooms_size(), 0);

  good<livekit::DeleteRoomResponse>("DeleteRoom", livekit::DeleteRoomRequest());
  EXPECT_EQ(newest(ann, SignalResponse::kLeave)->leave().reason(), livekit::ROOM_DELETED);
  EXPECT_EQ(meeting.node->totals().rooms, 0u);
  EXPECT_EQ(meeting.counters().transports, 0u);
  EXPECT_EQ(error("DeleteRoom", livekit::DeleteRoomRequest()), "not_found");
}

// A room made before anybody comes waits for its empty timeout, not for the departure's.
TEST_P(RoomServiceSim, ARoomThatNobodyJoinsClosesInTime) {
  livekit::CreateRoomRequest wish;
  wish.set_empty_timeout(40);
  EXPECT_EQ(meeting.call("CreateRoom", "early", wish).error(), "");
  meeting.run(35s);
  EXPECT_EQ(meeting.node->totals().rooms, 2u);
  meeting.run(10s);
  EXPECT_EQ(meeting.node->totals().rooms, 1u);
}

}  // namespace
}  // namespace parley::sim
