#include "signaling/api/room_service.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/internal_room.h"
#include "livekit_agent_dispatch.pb.h"
#include "livekit_room.pb.h"
#include "signaling/api/ask.h"
#include "signaling/clock.h"

namespace parley::signaling {
namespace {

using google::protobuf::Message;
using twirp::Code;

constexpr Duration kNodeTimeout = 4s;
// As the room sees them (RpcCalls).
constexpr Duration kRpcTimeout = 10s;
constexpr Duration kMaxRpcTimeout = 60s;

enum class Needs : std::uint8_t {
  room_create,
  room_list,
  room_admin,   ///< Of the room that the call names.
  destination,  ///< That, and leave to bring people into the other room.
};

struct Method {
  std::string_view name;
  Needs needs;
  const Message& (*request)();
  const Message& (*response)();
};

template <typename Request, typename Response>
constexpr Method method(std::string_view name, Needs needs) {
  return {name, needs, []() -> const Message& { return Request::default_instance(); },
          []() -> const Message& { return Response::default_instance(); }};
}

constexpr std::array kMethods{
    method<livekit::CreateRoomRequest, livekit::Room>("CreateRoom", Needs::room_create),
    method<livekit::ListRoomsRequest, livekit::ListRoomsResponse>("ListRooms", Needs::room_list),
    method<livekit::DeleteRoomRequest, livekit::DeleteRoomResponse>("DeleteRoom",
                                                                    Needs::room_create),
    method<livekit::ListParticipantsRequest, livekit::ListParticipantsResponse>("ListParticipants",
                                                                                Needs::room_admin),
    method<livekit::RoomParticipantIdentity, livekit::ParticipantInfo>("GetParticipant",
                                                                       Needs::room_admin),
    method<livekit::RoomParticipantIdentity, livekit::RemoveParticipantResponse>(
        "RemoveParticipant", Needs::room_admin),
    method<livekit::MuteRoomTrackRequest, livekit::MuteRoomTrackResponse>("MutePublishedTrack",
                                                                          Needs::room_admin),
    method<livekit::UpdateParticipantRequest, livekit::ParticipantInfo>("UpdateParticipant",
                                                                        Needs::room_admin),
    method<livekit::UpdateSubscriptionsRequest, livekit::UpdateSubscriptionsResponse>(
        "UpdateSubscriptions", Needs::room_admin),
    method<livekit::SendDataRequest, livekit::SendDataResponse>("SendData", Needs::room_admin),
    method<livekit::UpdateRoomMetadataRequest, livekit::Room>("UpdateRoomMetadata",
                                                              Needs::room_admin),
    method<livekit::MoveParticipantRequest, livekit::MoveParticipantResponse>("MoveParticipant",
                                                                              Needs::destination),
    method<livekit::ForwardParticipantRequest, livekit::ForwardParticipantResponse>(
        "ForwardParticipant", Needs::destination),
    method<livekit::PerformRpcRequest, livekit::PerformRpcResponse>("PerformRpc",
                                                                    Needs::room_admin),
};

/// How long the node may take: a participant's answer takes as long as its caller allows.
Duration patience_for(const Message& request) {
  if (request.GetDescriptor() != livekit::PerformRpcRequest::descriptor()) return kNodeTimeout;
  const auto& rpc = static_cast<const livekit::PerformRpcRequest&>(request);
  const Duration wished = std::chrono::milliseconds(rpc.response_timeout_ms());
  return kNodeTimeout + (wished == 0ms ? kRpcTimeout : std::min<Duration>(wished, kMaxRpcTimeout));
}

constexpr std::array kAgentMethods{
    method<livekit::CreateAgentDispatchRequest, livekit::AgentDispatch>("CreateDispatch",
                                                                        Needs::room_admin),
    method<livekit::DeleteAgentDispatchRequest, livekit::AgentDispatch>("DeleteDispatch",
                                                                        Needs::room_admin),
    method<livekit::ListAgentDispatchRequest, livekit::ListAgentDispatchResponse>(
        "ListDispatch", Needs::room_admin),
};

struct Service {
  std::string_view name;
  std::span<const Method> methods;
};
constexpr std::array kServices{Service{"livekit.RoomService", kMethods},
                               Service{"livekit.AgentDispatchService", kAgentMethods}};

/// The room need not exist yet.
bool makes_room(std::string_view method) {
  return method == "CreateRoom" || method == "CreateDispatch";
}

/// Every request names its room; CreateRoom calls it `name`.
std::string text_field(const Message& request, const char* name) {
  const auto* field = request.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? std::string() : request.GetReflection()->GetString(request, field);
}

bool allows(const Token& token, Needs needs, const Message& request, const std::string& room) {
  switch (needs) {
    case Needs::room_create:
      return token.grants.room_create();
    case Needs::room_list:
      return token.room_list;
    case Needs::room_admin:
      return token.grants.room_admin() && token.room == room;
    case Needs::destination:
      return token.grants.room_admin() && token.room == room &&
             token.destination_room == text_field(request, "destination_room");
  }
  return false;
}

std::unexpected<twirp::Error> fail(Code code, std::string text) {
  return std::unexpected(twirp::Error{code, std::move(text)});
}

}  // namespace

bool RoomService::offers(std::string_view service) {
  return std::ranges::find(kServices, service, &Service::name) != kServices.end();
}

asio::awaitable<RoomService::Answer> RoomService::call(std::string_view service,
                                                       std::string_view name, std::string_view body,
                                                       twirp::Form form, const Token& token) {
  const auto methods = std::ranges::find(kServices, service, &Service::name)->methods;
  const auto found = std::ranges::find(methods, name, &Method::name);
  if (found == methods.end()) {
    co_return fail(Code::bad_route, fmt::format("{} has no method {}", service, name));
  }
  const std::unique_ptr<Message> request(found->request().New());
  if (auto read = twirp::read(body, form, *request); !read) {
    co_return std::unexpected(std::move(read.error()));
  }
  const bool names_rooms = found->needs != Needs::room_list;
  const std::string room =
      names_rooms ? text_field(*request, name == "CreateRoom" ? "name" : "room") : std::string();
  if (!allows(token, found->needs, *request, room)) {
    // LiveKit's own server says 401 for a missing grant, too, and clients know it so.
    co_return fail(Code::unauthenticated, "permissions denied");
  }
  if (names_rooms && room.empty()) co_return fail(Code::invalid_argument, "no room was named");
  if (found->needs == Needs::destination && token.destination_room.empty()) {
    co_return fail(Code::invalid_argument, "no destination room was named");
  }
  if (room.size() > kMaxNameLength) {
    co_return fail(Code::invalid_argument,
                   "the room's name is longer than " + std::to_string(kMaxNameLength) + " bytes");
  }

  if (name == "CreateRoom") {
    auto& create = static_cast<livekit::CreateRoomRequest&>(*request);
    if (const auto applied = apply_preset(create, presets_); !applied) {
      co_return fail(Code::invalid_argument, applied.error());
    }
  }
  plane::ApiCall call;
  call.set_method(std::string(name));
  call.set_room(room);
  call.set_request(request->SerializeAsString());
  const Duration patience = patience_for(*request);
  auto asked =
      name == "ForwardParticipant"
          ? forward_participant(static_cast<const livekit::ForwardParticipantRequest&>(*request))
      : name == "RemoveParticipant" ? remove_participant(std::move(call), patience)
      : names_rooms ? ask_room(bus_, placement_, std::move(call), makes_room(name), patience)
                    : list_rooms(std::move(call));
  auto result = co_await std::move(asked);
  if (!result) co_return std::unexpected(std::move(result.error()));
  if (!result->error().empty()) {
    twirp::Error error{twirp::code_named(result->error()), result->text()};
    error.meta.insert(result->meta().begin(), result->meta().end());
    co_return std::unexpected(std::move(error));
  }
  if (form == twirp::Form::protobuf) co_return std::move(*result->mutable_response());
  const std::unique_ptr<Message> response(found->response().New());
  if (!response->ParseFromString(result->response())) {
    co_return fail(Code::internal, "the media node's answer could not be read");
  }
  co_return twirp::print(*response, form);
}

/// First the tokens, then the person: nobody is faster to come back than we are to forbid it. Who
/// is not there at this moment (but perhaps reconnecting) is kept out, too.
asio::awaitable<RoomService::Result> RoomService::remove_participant(plane::ApiCall call,
                                                                     Duration patience) {
  livekit::RoomParticipantIdentity who;
  who.ParseFromString(call.request());
  auto revoking = revocations_.revoke(who.room(), who.identity(),
                                      revoke_before(who.revoke_token_ts(), wall_now()));
  const auto revoked = co_await std::move(revoking);
  auto asked = ask_room(bus_, placement_, std::move(call), false, patience);
  auto result = co_await std::move(asked);
  if (!result || revoked) co_return result;
  co_return fail(Code::unavailable,
                 "removed, but the tokens could not be revoked: the message bus is not available");
}

asio::awaitable<RoomService::Result> RoomService::forward_participant(
    const livekit::ForwardParticipantRequest& request) {
  auto forwarding = forward_(request);
  auto forwarded = co_await std::move(forwarding);
  if (!forwarded) co_return std::unexpected(std::move(forwarded.error()));
  co_return Result(plane::ApiResult());
}

/// Each node knows its own.
asio::awaitable<RoomService::Result> RoomService::list_rooms(plane::ApiCall call) {
  std::vector<std::string> nodes;
  for (const auto& [id, node] : placement_.nodes().all()) nodes.push_back(id);
  livekit::ListRoomsResponse all;
  for (const std::string& node : nodes) {
    auto asked = ask_node(bus_, node, call, kNodeTimeout);
    const auto result = co_await std::move(asked);
    livekit::ListRoomsResponse some;
    // A node that has just died has no rooms any more.
    if (!result || !some.ParseFromString(result->response())) continue;
    for (livekit::Room& room : *some.mutable_rooms()) {
      if (!is_internal_room(room.name())) *all.add_rooms() = std::move(room);
    }
  }
  plane::ApiResult out;
  out.set_response(all.SerializeAsString());
  co_return Result(std::move(out));
}

}  // namespace parley::signaling
