#include "media/room/room_service.h"

#include <array>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "livekit_room.pb.h"

namespace parley::media {
namespace {

template <typename Response>
using Outcome = std::expected<Response, plane::ApiResult>;

std::unexpected<plane::ApiResult> fail(std::string_view code, std::string text) {
  return std::unexpected(api_error(code, std::move(text)));
}
std::unexpected<plane::ApiResult> nobody() {
  return fail("not_found", "participant does not exist");
}

Outcome<livekit::ListParticipantsResponse> list_participants(
    Room& room, const livekit::ListParticipantsRequest&, Time) {
  livekit::ListParticipantsResponse out;
  for (auto& info : room.everybody()) *out.add_participants() = std::move(info);
  return out;
}

Outcome<livekit::ParticipantInfo> get_participant(Room& room,
                                                  const livekit::RoomParticipantIdentity& request,
                                                  Time) {
  const Session* session = room.find_identity(request.identity());
  if (session == nullptr) return nobody();
  return session->info();
}

Outcome<livekit::RemoveParticipantResponse> remove_participant(
    Room& room, const livekit::RoomParticipantIdentity& request, Time now) {
  Session* session = room.find_identity(request.identity());
  if (session == nullptr) return nobody();
  session->dismiss(livekit::LeaveRequest::DISCONNECT, livekit::PARTICIPANT_REMOVED, now);
  return livekit::RemoveParticipantResponse();
}

Outcome<livekit::MuteRoomTrackResponse> mute_published_track(
    Room& room, const livekit::MuteRoomTrackRequest& request, Time now) {
  Session* session = room.find_identity(request.identity());
  if (session == nullptr) return nobody();
  const PublishedTrack* track = session->track(request.track_sid());
  if (track == nullptr) return fail("not_found", "track does not exist");
  if (!request.muted() && track->info.muted() && !room.config().enable_remote_unmute) {
    return fail("failed_precondition", "remote unmute is not enabled (room.enable_remote_unmute)");
  }
  session->mute_remotely(request.track_sid(), request.muted(), now);
  livekit::MuteRoomTrackResponse out;
  *out.mutable_track() = track->info;
  return out;
}

Outcome<livekit::ParticipantInfo> update_participant(
    Room& room, const livekit::UpdateParticipantRequest& request, Time now) {
  Session* session = room.find_identity(request.identity());
  if (session == nullptr) return nobody();
  const Profile change{request.name(),
                       request.metadata(),
                       {request.attributes().begin(), request.attributes().end()}};
  if (!session->update_profile(change, now)) {
    return fail("invalid_argument", "metadata, attributes or name too large");
  }
  if (request.has_permission()) session->set_permission(request.permission(), now);
  return session->info();
}

Outcome<livekit::UpdateSubscriptionsResponse> update_subscriptions(
    Room& room, const livekit::UpdateSubscriptionsRequest& request, Time now) {
  Session* session = room.find_identity(request.identity());
  if (session == nullptr) return nobody();
  livekit::UpdateSubscription wish;
  *wish.mutable_track_sids() = request.track_sids();
  *wish.mutable_participant_tracks() = request.participant_tracks();
  wish.set_subscribe(request.subscribe());
  session->update_subscription(wish, now);
  return livekit::UpdateSubscriptionsResponse();
}

Outcome<livekit::SendDataResponse> send_data(Room& room, const livekit::SendDataRequest& request,
                                             Time now) {
  if (!request.nonce().empty() && request.nonce().size() != 16) {
    return fail("invalid_argument", "nonce must be empty or 16 bytes");
  }
  livekit::DataPacket packet;
  packet.set_kind(request.kind());
  *packet.mutable_destination_identities() = request.destination_identities();
  livekit::UserPacket& user = *packet.mutable_user();
  user.set_payload(request.data());
  *user.mutable_destination_identities() = request.destination_identities();
  *user.mutable_destination_sids() = request.destination_sids();
  if (request.has_topic()) user.set_topic(request.topic());
  user.set_nonce(request.nonce());
  room.send_from_outside(packet, now);
  return livekit::SendDataResponse();
}

Outcome<livekit::Room> update_room_metadata(Room& room,
                                            const livekit::UpdateRoomMetadataRequest& request,
                                            Time) {
  if (request.metadata().size() > kMaxMetadata) {
    return fail("invalid_argument", "metadata too large");
  }
  room.set_metadata(request.metadata());
  return room.info();
}

/// Reads the request, runs the method, writes its response.
template <typename Request, typename Response,
          Outcome<Response> (*Method)(Room&, const Request&, Time)>
plane::ApiResult run(Room& room, const plane::ApiCall& call, Time now) {
  Request request;
  if (!request.ParseFromString(call.request())) {
    return api_error("malformed", "the request could not be read");
  }
  auto response = Method(room, request, now);
  if (!response) return std::move(response.error());
  plane::ApiResult out;
  out.set_response(response->SerializeAsString());
  return out;
}

struct Row {
  std::string_view name;
  plane::ApiResult (*run)(Room&, const plane::ApiCall&, Time);
};
constexpr std::array kMethods{
    Row{"ListParticipants", run<livekit::ListParticipantsRequest, livekit::ListParticipantsResponse,
                                list_participants>},
    Row{"GetParticipant",
        run<livekit::RoomParticipantIdentity, livekit::ParticipantInfo, get_participant>},
    Row{"RemoveParticipant", run<livekit::RoomParticipantIdentity,
                                 livekit::RemoveParticipantResponse, remove_participant>},
    Row{"MutePublishedTrack",
        run<livekit::MuteRoomTrackRequest, livekit::MuteRoomTrackResponse, mute_published_track>},
    Row{"UpdateParticipant",
        run<livekit::UpdateParticipantRequest, livekit::ParticipantInfo, update_participant>},
    Row{"UpdateSubscriptions", run<livekit::UpdateSubscriptionsRequest,
                                   livekit::UpdateSubscriptionsResponse, update_subscriptions>},
    Row{"SendData", run<livekit::SendDataRequest, livekit::SendDataResponse, send_data>},
    Row{"UpdateRoomMetadata",
        run<livekit::UpdateRoomMetadataRequest, livekit::Room, update_room_metadata>},
};

}  // namespace

plane::ApiResult api_error(std::string_view code, std::string text) {
  plane::ApiResult out;
  out.set_error(std::string(code));
  out.set_text(std::move(text));
  return out;
}

plane::ApiResult api_error(const livekit::RpcError& error) {
  std::string_view code = "unknown";  // An error of the application's own.
  switch (static_cast<RpcCode>(error.code())) {
    case RpcCode::recipient_not_found:
      code = "not_found";
      break;
    case RpcCode::request_too_large:
      code = "invalid_argument";
      break;
    case RpcCode::connection_timeout:
    case RpcCode::response_timeout:
      code = "deadline_exceeded";
      break;
    case RpcCode::recipient_disconnected:
      code = "unavailable";
      break;
  }
  plane::ApiResult out = api_error(code, error.message());
  auto& meta = *out.mutable_meta();
  meta["rpc_code"] = std::to_string(error.code());
  if (!error.data().empty()) meta["rpc_data"] = error.data();
  return out;
}

plane::ApiResult serve(Room& room, const plane::ApiCall& call, Time now) {
  for (const Row& row : kMethods) {
    if (row.name == call.method()) return row.run(room, call, now);
  }
  return api_error("unimplemented", call.method() + " is not available yet");
}

}  // namespace parley::media
