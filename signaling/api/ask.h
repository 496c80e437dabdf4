#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <string>

#include "bus/bus.h"
#include "plane.pb.h"
#include "signaling/api/twirp.h"
#include "signaling/placement/placement.h"

/// Calls of the server APIs to the node that carries them out. An error is the caller's to pass on:
/// nobody answered, or the room is not there. What the node itself refuses is in the result.
namespace parley::signaling {

using ApiReply = std::expected<plane::ApiResult, twirp::Error>;

asio::awaitable<ApiReply> ask_node(bus::Bus& bus, std::string node, plane::ApiCall call,
                                   Duration timeout);
/// The node that holds `call.room()`; with `may_place` one is found for it.
asio::awaitable<ApiReply> ask_room(bus::Bus& bus, Placement& placement, plane::ApiCall call,
                                   bool may_place, Duration timeout);

}  // namespace parley::signaling
