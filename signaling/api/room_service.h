#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "bus/bus.h"
#include "livekit_room.pb.h"
#include "plane.pb.h"
#include "signaling/api/twirp.h"
#include "signaling/placement/placement.h"
#include "signaling/revocation/revocations.h"
#include "signaling/room_config/room_config.h"
#include "signaling/token/token.h"

namespace parley::signaling {

/// livekit.RoomService and livekit.AgentDispatchService at the edge: reads the call, checks the
/// grant that it needs, and has the node that holds the room carry it out.
///
///  owner    Routes
///  thread   the edge's loop
class RoomService {
 public:
  /// ForwardParticipant is the edge's own work: `signaling/forward`.
  using Forward = std::function<asio::awaitable<std::expected<void, twirp::Error>>(
      const livekit::ForwardParticipantRequest&)>;

  RoomService(bus::Bus& bus, Placement& placement, Revocations& revocations,
              const RoomPresets& presets, Forward forward)
      : bus_(bus),
        placement_(placement),
        revocations_(revocations),
        presets_(presets),
        forward_(std::move(forward)) {}

  /// The body of the answer, in the form of the call.
  using Answer = std::expected<std::string, twirp::Error>;
  asio::awaitable<Answer> call(std::string_view service, std::string_view method,
                               std::string_view body, twirp::Form form, const Token& token);
  static bool offers(std::string_view service);

 private:
  using Result = std::expected<plane::ApiResult, twirp::Error>;
  asio::awaitable<Result> list_rooms(plane::ApiCall call);
  asio::awaitable<Result> forward_participant(const livekit::ForwardParticipantRequest& request);
  asio::awaitable<Result> remove_participant(plane::ApiCall call, Duration patience);

  bus::Bus& bus_;
  Placement& placement_;
  Revocations& revocations_;
  const RoomPresets& presets_;
  Forward forward_;
};

}  // namespace parley::signaling
