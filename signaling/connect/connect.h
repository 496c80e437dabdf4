#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "plane.pb.h"
#include "signaling/encoding/query.h"
#include "signaling/room_config/room_config.h"
#include "signaling/token/token.h"

/// From an HTTP request for a WebSocket to what a media node is asked for. Pure functions.
namespace parley::signaling {

/// Why a request is answered without an upgrade: the status that clients act on, and words for a
/// developer.
struct Refusal {
  unsigned status = 500;
  std::string text;
};

/// Same numbers as LiveKit's `limit.*`.
struct ConnectLimits {
  std::size_t name_bytes = 256;
  std::size_t metadata_bytes = 512 * 1024;
  std::size_t attributes_bytes = 64 * 1024;
  std::size_t join_request_bytes = 1024 * 1024;  ///< Unpacked.
};

struct ConnectRequest {
  bool v1 = false;        ///< /rtc/v1: one peer connection, `join_request` is mandatory.
  bool validate = false;  ///< Only asks whether it would be let in; stricter about `attributes`.
  std::string_view user_agent;
  std::string_view client_address;
};

/// May this token join, and which room? Statuses as LiveKit: 401 for grants, 400 for what is
/// malformed.
std::expected<void, Refusal> check_join(const Token& token, const Query& query,
                                        const ConnectLimits& limits);

/// Everything but `connection_id` and `edge_id`. Expects that `check_join` was happy.
std::expected<plane::StartSession, Refusal> start_session(const ConnectRequest& request,
                                                          const Query& query, const Token& token,
                                                          const ConnectLimits& limits);

/// How a room that this session opens is to be: as the token says, and the preset that it names.
std::expected<void, Refusal> configure_room(plane::StartSession& start, const Token& token,
                                            const RoomPresets& presets);

/// `join_request` of /rtc/v1: base64 of a WrappedJoinRequest, perhaps gzipped inside.
std::expected<livekit::JoinRequest, Refusal> decode_join_request(std::string_view text,
                                                                 const ConnectLimits& limits);

/// Browser, system and device as far as the User-Agent tells, for clients that did not say.
void fill_from_user_agent(livekit::ClientInfo& client, std::string_view user_agent);

}  // namespace parley::signaling
