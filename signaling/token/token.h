#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "livekit_room.pb.h"
#include "plane.pb.h"
#include "signaling/token/keys.h"

/// LiveKit access tokens: JWTs (RFC 7519) signed with HS256, made by the user's backend with an API
/// key. Pure functions; the time comes in. Nothing here logs, and no error text repeats what a
/// token held.
namespace parley::signaling {

/// Longer ones are refused unread. Metadata and attributes travel inside, hence the size.
inline constexpr std::size_t kMaxTokenBytes = 256 * 1024;
/// How far the clocks of token maker and server may be apart (RFC 7519 section 4.1.4).
inline constexpr std::chrono::seconds kTokenLeeway{60};
inline constexpr std::size_t kMaxNameLength = 256;

enum class TokenError : std::uint8_t {
  missing,
  not_bearer,  ///< An Authorization header of another scheme.
  oversized,
  malformed,        ///< Not three base64url parts with JSON objects inside.
  wrong_algorithm,  ///< Anything but HS256, "none" above all.
  unknown_key,      ///< `iss` is no key of ours.
  bad_signature,
  no_expiry,
  expired,
  not_yet_valid,
  bad_claims,       ///< A claim has the wrong type.
  bad_room_config,  ///< `roomConfig` is no RoomConfiguration.
  revoked,          ///< Its holder was removed from the room since (signaling/revocation).
};
inline constexpr std::size_t kTokenErrors = static_cast<std::size_t>(TokenError::revoked) + 1;
/// A sentence for the developer who holds the token.
std::string_view describe(TokenError error);
/// A metric label.
std::string_view to_string(TokenError error);

/// What a token says, defaults applied.
struct Token {
  std::string api_key;
  std::string identity;  ///< `sub`, or `jti` where there is none.
  std::string name;
  std::string metadata;
  std::map<std::string, std::string> attributes;
  livekit::ParticipantInfo::Kind kind = livekit::ParticipantInfo::STANDARD;
  std::vector<livekit::ParticipantInfo::KindDetail> kind_details;
  std::string room;
  plane::Grants grants;
  // For backends; no session is concerned, so these are no plane::Grants.
  bool room_list = false;
  std::string destination_room;  ///< Whither participants may be moved or forwarded.
  std::int64_t expires_at = 0;   ///< Unix seconds
  /// `iat`, or `nbf` where there is none, as with LiveKit's own SDKs; 0: it says neither.
  std::int64_t issued_at = 0;
  livekit::RoomConfiguration room_config;  ///< What it says itself of a room that it opens.
  std::string room_preset;                 ///< What it calls such a room.
};

/// What a refreshed token takes over from the one that its holder came with: a revocation finds it
/// by the same date, and a room that it opens anew is as the first one was to be.
struct TokenOrigin {
  std::int64_t issued_at = 0;
  livekit::RoomConfiguration room_config;
};

std::expected<Token, TokenError> verify_token(std::string_view jwt, const KeyRing& keys,
                                              WallTime now);

/// Signs `token` (its `api_key` is ignored, `expires_at` counts, `issued_at` 0 is now).
std::string mint_token(const Token& token, const ApiKey& key, WallTime now);

/// Signs any payload as it is: for tests, which must say what minting never would.
std::string sign_payload(std::string_view payload_json, const ApiKey& key);

/// What a session asks the edge for every few minutes, so that a client that must reconnect has a
/// token that is still good: valid for ten minutes, or as long as the first one if that is longer.
/// Metadata, attributes or a room configuration that would make it too large to be presented again
/// are left out.
std::string mint_refresh_token(const plane::ToClient::TokenWanted& wanted,
                               const TokenOrigin& origin, const ApiKey& key, WallTime now);

/// LiveKit's defaults for a token that allows joining `room` and says nothing else.
Token join_token(std::string room, std::string identity, std::string name, WallTime expires);

}  // namespace parley::signaling
