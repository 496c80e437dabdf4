#include "media/room/agent_service.h"

#include <string>
#include <string_view>

#include "livekit_agent_dispatch.pb.h"
#include "media/room/room_service.h"

namespace parley::media {
namespace {

constexpr std::string_view kCreate = "CreateDispatch";
constexpr std::string_view kDelete = "DeleteDispatch";
constexpr std::string_view kList = "ListDispatch";

plane::ApiResult malformed() { return api_error("malformed", "the request could not be read"); }

plane::ApiResult answer(const google::protobuf::MessageLite& response) {
  plane::ApiResult out;
  out.set_response(response.SerializeAsString());
  return out;
}

plane::ApiResult create(Dispatcher& agents, const plane::ApiCall& call, Time now) {
  livekit::CreateAgentDispatchRequest request;
  if (!request.ParseFromString(call.request())) return malformed();
  if (auto fault = Dispatcher::fault_of(request); !fault.empty()) {
    return api_error("invalid_argument", std::move(fault));
  }
  const auto created = agents.create(request, now);
  if (!created) return api_error("resource_exhausted", "the room has too many dispatches");
  return answer(*created);
}

plane::ApiResult remove(Dispatcher& agents, const plane::ApiCall& call, Time now) {
  livekit::DeleteAgentDispatchRequest request;
  if (!request.ParseFromString(call.request())) return malformed();
  const auto removed = agents.remove(request.dispatch_id(), now);
  if (!removed) return api_error("not_found", "the room has no such dispatch");
  return answer(*removed);
}

plane::ApiResult list(Dispatcher& agents, const plane::ApiCall& call) {
  livekit::ListAgentDispatchRequest request;
  if (!request.ParseFromString(call.request())) return malformed();
  livekit::ListAgentDispatchResponse out;
  for (auto& dispatch : agents.list(request.dispatch_id())) {
    *out.add_agent_dispatches() = std::move(dispatch);
  }
  return answer(out);
}

}  // namespace

bool is_agent_method(std::string_view method) {
  return method == kCreate || method == kDelete || method == kList;
}

plane::ApiResult serve(Dispatcher& agents, const plane::ApiCall& call, Time now) {
  if (call.method() == kCreate) return create(agents, call, now);
  if (call.method() == kDelete) return remove(agents, call, now);
  return list(agents, call);
}

}  // namespace parley::media
