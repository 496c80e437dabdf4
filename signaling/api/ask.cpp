#include "signaling/api/ask.h"

#include <utility>

#include "bus/subjects.h"
#include "signaling/placement/await_bus.h"

namespace parley::signaling {
namespace {

using twirp::Code;

std::unexpected<twirp::Error> fail(Code code, std::string text) {
  return std::unexpected(twirp::Error{code, std::move(text)});
}

}  // namespace

asio::awaitable<ApiReply> ask_node(bus::Bus& bus, std::string node, plane::ApiCall call,
                                   Duration timeout) {
  const std::string bytes = call.SerializeAsString();
  ByteVector payload(bytes.begin(), bytes.end());
  const auto reply = co_await async_request(bus, bus::node_api(node), std::move(payload), timeout);
  if (!reply) {
    co_return fail(Code::unavailable, "the media node did not answer (" +
                                          std::string(bus::to_string(reply.error())) + ")");
  }
  plane::ApiResult result;
  if (!result.ParseFromArray(reply->data(), static_cast<int>(reply->size()))) {
    co_return fail(Code::internal, "the media node's answer could not be read");
  }
  co_return ApiReply(std::move(result));
}

asio::awaitable<ApiReply> ask_room(bus::Bus& bus, Placement& placement, plane::ApiCall call,
                                   bool may_place, Duration timeout) {
  const auto node = co_await placement.locate(call.room(), may_place);
  if (node) {
    auto asked = ask_node(bus, node->id, std::move(call), timeout);
    co_return co_await std::move(asked);
  }
  switch (node.error()) {
    case PlacementError::no_room:
      if (call.method() == "ListParticipants") co_return ApiReply(plane::ApiResult());
      co_return fail(Code::not_found, "requested room does not exist");
    case PlacementError::no_node:
      co_return fail(Code::unavailable, "no media node is available");
    case PlacementError::no_bus:
      co_return fail(Code::unavailable, "the message bus is not available");
  }
  co_return fail(Code::internal, "internal error");
}

}  // namespace parley::signaling
