#include "signaling/token/token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/assert.h"
#include "signaling/encoding/base64.h"
#include "signaling/room_config/room_config.h"

namespace parley::signaling {
namespace {

using Json = nlohmann::json;
using Info = livekit::ParticipantInfo;

std::array<std::uint8_t, 32> hmac_sha256(const Secret& secret, std::string_view text) {
  std::array<std::uint8_t, 32> mac{};
  unsigned int length = 0;
  const unsigned char* done =
      HMAC(EVP_sha256(), secret.reveal().data(), static_cast<int>(secret.reveal().size()),
           as_bytes(text).data(), text.size(), mac.data(), &length);
  PARLEY_ASSERT(done != nullptr && length == mac.size());
  return mac;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

/// Brackets within brackets: what walks a document later does so recursively.
bool nested_too_deep(std::string_view json) {
  constexpr int kDeepest = 64;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\') ++i;
    if (quoted) continue;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > kDeepest) return true;
  }
  return false;
}

std::optional<Json> parse_object(std::string_view base64) {
  const auto bytes = base64url_decode_strict(base64);
  if (!bytes || nested_too_deep(as_chars(*bytes))) return std::nullopt;
  Json json = Json::parse(bytes->begin(), bytes->end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

/// Reads claims of one object; a claim of the wrong type spoils the whole, an absent or null one is
/// its default.
class Claims {
 public:
  explicit Claims(const Json& object) : object_(object) {}

  bool ok() const { return ok_; }

  std::string text(const char* name) {
    const Json* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_string()) return fail<std::string>();
    return value->get<std::string>();
  }
  bool flag(const char* name, bool otherwise) {
    const Json* value = find(name);
    if (value == nullptr) return otherwise;
    if (!value->is_boolean()) return fail<bool>();
    return value->get<bool>();
  }
  /// NumericDate (RFC 7519 section 2): seconds, perhaps with a fraction.
  std::optional<std::int64_t> seconds(const char* name) {
    const Json* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number()) return fail<std::optional<std::int64_t>>();
    const double number = value->get<double>();
    // Beyond this a comparison with a leeway could overflow; no such year is meant seriously.
    if (!std::isfinite(number) || std::abs(number) > 1e15) {
      return fail<std::optional<std::int64_t>>();
    }
    return static_cast<std::int64_t>(number);
  }
  std::vector<std::string> list(const char* name) {
    const Json* value = find(name);
    std::vector<std::string> out;
    if (value == nullptr) return out;
    if (!value->is_array()) return fail<std::vector<std::string>>();
    for (const Json& item : *value) {
      if (!item.is_string()) return fail<std::vector<std::string>>();
      out.push_back(item.get<std::string>());
    }
    return out;
  }
  std::map<std::string, std::string> map(const char* name) {
    const Json* value = find(name);
    std::map<std::string, std::string> out;
    if (value == nullptr) return out;
    if (!value->is_object()) return fail<std::map<std::string, std::string>>();
    for (const auto& [key, item] : value->items()) {
      if (!item.is_string()) return fail<std::map<std::string, std::string>>();
      out.emplace(key, item.get<std::string>());
    }
    return out;
  }
  const Json* object(const char* name) {
    const Json* value = find(name);
    if (value != nullptr && !value->is_object()) return fail<const Json*>();
    return value;
  }

 private:
  const Json* find(const char* name) const {
    const auto at = object_.find(name);
    return at == object_.end() || at->is_null() ? nullptr : &*at;
  }
  template <typename T>
  T fail() {
    ok_ = false;
    return T();
  }

  const Json& object_;
  bool ok_ = true;
};

bool read_grants(const Json& video, Token& token) {
  Claims claims(video);
  plane::Grants& grants = token.grants;
  token.room = claims.text("room");
  grants.set_room_join(claims.flag("roomJoin", false));
  grants.set_room_create(claims.flag("roomCreate", false));
  grants.set_room_admin(claims.flag("roomAdmin", false));
  grants.set_can_publish(claims.flag("canPublish", true));
  grants.set_can_subscribe(claims.flag("canSubscribe", true));
  grants.set_can_publish_data(claims.flag("canPublishData", grants.can_publish()));
  grants.set_can_update_own_metadata(claims.flag("canUpdateOwnMetadata", false));
  grants.set_can_subscribe_metrics(claims.flag("canSubscribeMetrics", false));
  grants.set_hidden(claims.flag("hidden", false));
  grants.set_recorder(claims.flag("recorder", false));
  grants.set_agent(claims.flag("agent", false));
  token.room_list = claims.flag("roomList", false);
  token.destination_room = claims.text("destinationRoom");
  for (const std::string& name : claims.list("canPublishSources")) {
    livekit::TrackSource source = livekit::UNKNOWN;
    // A source that we do not know still restricts: it must not turn the list into an empty one,
    // which would allow everything.
    livekit::TrackSource_Parse(upper(name), &source);
    grants.add_can_publish_sources(source);
  }
  return claims.ok();
}

bool read_claims(const Json& payload, Token& token) {
  Claims claims(payload);
  token.identity = claims.text("sub");
  if (token.identity.empty()) token.identity = claims.text("jti");
  token.name = claims.text("name");
  token.metadata = claims.text("metadata");
  token.attributes = claims.map("attributes");
  token.room_preset = claims.text("roomPreset");
  Info::Kind kind = Info::STANDARD;
  if (Info::Kind_Parse(upper(claims.text("kind")), &kind)) token.kind = kind;
  for (const std::string& name : claims.list("kindDetails")) {
    Info::KindDetail detail{};
    if (Info::KindDetail_Parse(upper(name), &detail)) token.kind_details.push_back(detail);
  }
  const Json* video = claims.object("video");
  const Json none = Json::object();
  return read_grants(video != nullptr ? *video : none, token) && claims.ok();
}

/// False: it says something of its room that cannot be read.
bool read_room(const Json& payload, Token& token) {
  const auto at = payload.find("roomConfig");
  if (at == payload.end() || at->is_null()) return true;
  auto config = read_room_config(at->dump(), UnknownFields::ignored);
  if (!config) return false;
  token.room_config = std::move(*config);
  return true;
}

std::int64_t unix_seconds(WallTime t) {
  return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

/// Invalid UTF-8 in a name must not take the process down: it is replaced.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string_view describe(TokenError error) {
  switch (error) {
    case TokenError::missing:
      return "no access token was sent";
    case TokenError::not_bearer:
      return "invalid Authorization header: it must begin with Bearer";
    case TokenError::oversized:
      return "invalid token: larger than 256 KiB";
    case TokenError::malformed:
      return "invalid token: not a JSON Web Token";
    case TokenError::wrong_algorithm:
      return "invalid token: only the algorithm HS256 is accepted";
    case TokenError::unknown_key:
      return "invalid token: its issuer is not an API key of this server";
    case TokenError::bad_signature:
      return "invalid token: the signature does not match the secret of its API key";
    case TokenError::no_expiry:
      return "invalid token: it has no expiry (exp)";
    case TokenError::expired:
      return "invalid token: it is expired (exp)";
    case TokenError::not_yet_valid:
      return "invalid token: it is not valid yet (nbf)";
    case TokenError::bad_claims:
      return "invalid token: a claim has the wrong type";
    case TokenError::bad_room_config:
      return "invalid token: roomConfig is not a RoomConfiguration";
    case TokenError::revoked:
      return "revoked token: its holder was removed from the room";
  }
  return "invalid token";
}

std::string_view to_string(TokenError error) {
  switch (error) {
    case TokenError::missing:
      return "missing";
    case TokenError::not_bearer:
      return "not_bearer";
    case TokenError::oversized:
      return "oversized";
    case TokenError::malformed:
      return "malformed";
    case TokenError::wrong_algorithm:
      return "wrong_algorithm";
    case TokenError::unknown_key:
      return "unknown_key";
    case TokenError::bad_signature:
      return "bad_signature";
    case TokenError::no_expiry:
      return "no_expiry";
    case TokenError::expired:
      return "expired";
    case TokenError::not_yet_valid:
      return "not_yet_valid";
    case TokenError::bad_claims:
      return "bad_claims";
    case TokenError::bad_room_config:
      return "bad_room_config";
    case TokenError::revoked:
      return "revoked";
  }
  return "other";
}

std::expected<Token, TokenError> verify_token(std::string_view jwt, const KeyRing& keys,
                                              WallTime now) {
  if (jwt.empty()) return std::unexpected(TokenError::missing);
  if (jwt.size() > kMaxTokenBytes) return std::unexpected(TokenError::oversized);
  const std::size_t first = jwt.find('.');
  const std::size_t second = jwt.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos || jwt.find('.', second + 1) != std::string_view::npos) {
    return std::unexpected(TokenError::malformed);
  }

  const auto header = parse_object(jwt.substr(0, first));
  if (!header) return std::unexpected(TokenError::malformed);
  // The algorithm is ours to choose, not the token's (RFC 8725 section 3.1).
  const auto algorithm = header->find("alg");
  if (algorithm == header->end() || *algorithm != "HS256") {
    return std::unexpected(TokenError::wrong_algorithm);
  }
  // RFC 7515 section 4.1.11: extensions that must be understood, of which we understand none.
  if (header->contains("crit")) return std::unexpected(TokenError::malformed);

  const auto payload = parse_object(jwt.substr(first + 1, second - first - 1));
  const auto signature = base64url_decode_strict(jwt.substr(second + 1));
  if (!payload || !signature) return std::unexpected(TokenError::malformed);

  Token token;
  Claims claims(*payload);
  token.api_key = claims.text("iss");
  const ApiKey* key = keys.find(token.api_key);
  if (key == nullptr) return std::unexpected(TokenError::unknown_key);
  const auto expected = hmac_sha256(key->secret, jwt.substr(0, second));
  if (signature->size() != expected.size() ||
      CRYPTO_memcmp(signature->data(), expected.data(), expected.size()) != 0) {
    return std::unexpected(TokenError::bad_signature);
  }

  const auto expires = claims.seconds("exp");
  const auto not_before = claims.seconds("nbf");
  const auto issued = claims.seconds("iat");
  if (!claims.ok()) return std::unexpected(TokenError::bad_claims);
  if (!expires) return std::unexpected(TokenError::no_expiry);
  token.expires_at = *expires;
  token.issued_at = issued.value_or(not_before.value_or(0));
  const std::int64_t seconds = unix_seconds(now);
  if (seconds > *expires + kTokenLeeway.count()) return std::unexpected(TokenError::expired);
  if (not_before && seconds < *not_before - kTokenLeeway.count()) {
    return std::unexpected(TokenError::not_yet_valid);
  }
  if (!read_claims(*payload, token)) return std::unexpected(TokenError::bad_claims);
  if (!read_room(*payload, token)) return std::unexpected(TokenError::bad_room_config);
  return token;
}

std::string mint_token(const Token& token, const ApiKey& key, WallTime now) {
  const plane::Grants& grants = token.grants;
  Json video = {{"room", token.room},
                {"roomJoin", grants.room_join()},
                {"canPublish", grants.can_publish()},
                {"canSubscribe", grants.can_subscribe()},
                {"canPublishData", grants.can_publish_data()}};
  const auto set_if = [&video](const char* name, bool value) {
    if (value) video[name] = true;
  };
  set_if("roomCreate", grants.room_create());
  set_if("roomAdmin", grants.room_admin());
  set_if("roomList", token.room_list);
  if (!token.destination_room.empty()) video["destinationRoom"] = token.destination_room;
  set_if("canUpdateOwnMetadata", grants.can_update_own_metadata());
  set_if("canSubscribeMetrics", grants.can_subscribe_metrics());
  set_if("hidden", grants.hidden());
  set_if("recorder", grants.recorder());
  set_if("agent", grants.agent());
  for (const int source : grants.can_publish_sources()) {
    video["canPublishSources"].push_back(
        lower(livekit::TrackSource_Name(static_cast<livekit::TrackSource>(source))));
  }
  Json payload = {{"iss", key.id},
                  {"sub", token.identity},
                  {"nbf", unix_seconds(now)},
                  {"iat", token.issued_at != 0 ? token.issued_at : unix_seconds(now)},
                  {"exp", token.expires_at},
                  {"video", std::move(video)}};
  if (!token.name.empty()) payload["name"] = token.name;
  if (!token.metadata.empty()) payload["metadata"] = token.metadata;
  if (!token.attributes.empty()) payload["attributes"] = token.attributes;
  if (token.kind != Info::STANDARD) payload["kind"] = lower(Info::Kind_Name(token.kind));
  for (const auto detail : token.kind_details) {
    payload["kindDetails"].push_back(lower(Info::KindDetail_Name(detail)));
  }
  if (!token.room_preset.empty()) payload["roomPreset"] = token.room_preset;
  if (token.room_config.ByteSizeLong() > 0) {
    payload["roomConfig"] = Json::parse(print_room_config(token.room_config), nullptr, false);
  }
  return sign_payload(dump(payload), key);
}

std::string sign_payload(std::string_view payload_json, const ApiKey& key) {
  std::string jwt = base64url_encode(as_bytes(R"({"alg":"HS256","typ":"JWT"})"));
  jwt += '.';
  jwt += base64url_encode(as_bytes(payload_json));
  const auto mac = hmac_sha256(key.secret, jwt);
  jwt += '.';
  jwt += base64url_encode(mac);
  return jwt;
}

std::string mint_refresh_token(const plane::ToClient::TokenWanted& wanted,
                               const TokenOrigin& origin, const ApiKey& key, WallTime now) {
  Token token;
  token.issued_at = origin.issued_at;
  token.room_config = origin.room_config;
  token.identity = wanted.identity();
  token.name = wanted.name();
  token.room = wanted.room();
  token.metadata = wanted.metadata();
  token.attributes = {wanted.attributes().begin(), wanted.attributes().end()};
  token.grants = wanted.grants();
  token.kind = wanted.kind();
  token.expires_at =
      std::max(unix_seconds(now + std::chrono::minutes(10)), wanted.not_before_expiry());
  std::string jwt = mint_token(token, key, now);
  if (jwt.size() > kMaxTokenBytes) {
    token.metadata.clear();
    jwt = mint_token(token, key, now);
  }
  if (jwt.size() > kMaxTokenBytes) {
    token.attributes.clear();
    jwt = mint_token(token, key, now);
  }
  if (jwt.size() > kMaxTokenBytes) {
    token.room_config.Clear();
    jwt = mint_token(token, key, now);
  }
  return jwt;
}

Token join_token(std::string room, std::string identity, std::string name, WallTime expires) {
  Token token;
  token.room = std::move(room);
  token.identity = std::move(identity);
  token.name = std::move(name);
  token.grants.set_room_join(true);
  token.grants.set_can_publish(true);
  token.grants.set_can_subscribe(true);
  token.grants.set_can_publish_data(true);
  token.expires_at = unix_seconds(expires);
  return token;
}

}  // namespace parley::signaling
