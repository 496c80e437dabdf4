#pragma once

#include "base/time.h"
#include "media/room/room.h"
#include "plane.pb.h"

namespace parley::media {

/// livekit.RoomService, done to one room: people, their tracks and permissions, data, metadata.
/// Making, ending and listing rooms is the node's. The edge has checked the grants.
///
///  errors  Twirp codes: malformed, unimplemented, not_found, failed_precondition, invalid_argument
plane::ApiResult serve(Room& room, const plane::ApiCall& call, Time now);

plane::ApiResult api_error(std::string_view code, std::string text);
/// With what the participant said, or what became of the call, in `meta`.
plane::ApiResult api_error(const livekit::RpcError& error);

}  // namespace parley::media
