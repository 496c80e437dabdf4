#include "signaling/connect/connect.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "signaling/encoding/base64.h"
#include "signaling/encoding/gzip.h"

namespace parley::signaling {
namespace {

using Json = nlohmann::json;
using Sdk = livekit::ClientInfo;

std::unexpected<Refusal> refuse(unsigned status, std::string text) {
  return std::unexpected(Refusal{status, std::move(text)});
}

Sdk::SDK sdk_from(std::string_view name) {
  // The names that the SDKs send, where they are not the lower-case enum name.
  if (name == "ios") return Sdk::SWIFT;
  if (name == "reactnative") return Sdk::REACT_NATIVE;
  if (name == "unityweb") return Sdk::UNITY_WEB;
  std::string upper(name);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  Sdk::SDK sdk = Sdk::UNKNOWN;
  Sdk::SDK_Parse(upper, &sdk);
  return sdk;
}

livekit::ClientInfo client_from(const Query& query) {
  livekit::ClientInfo client;
  client.set_sdk(sdk_from(query.get("sdk")));
  client.set_version(std::string(query.get("version")));
  client.set_protocol(query.number("protocol").value_or(0));
  client.set_client_protocol(query.number("client_protocol").value_or(0));
  client.set_os(std::string(query.get("os")));
  client.set_os_version(std::string(query.get("os_version")));
  client.set_device_model(std::string(query.get("device_model")));
  client.set_browser(std::string(query.get("browser")));
  client.set_browser_version(std::string(query.get("browser_version")));
  client.set_network(std::string(query.get("network")));
  std::string_view rest = query.get("capabilities");
  while (!rest.empty()) {
    const std::size_t end = rest.find(',');
    Sdk::Capability capability{};
    if (Sdk::Capability_Parse(std::string(rest.substr(0, end)), &capability)) {
      client.add_capabilities(capability);
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return client;
}

std::optional<std::map<std::string, std::string>> attributes_from(std::string_view text) {
  const auto bytes = base64_decode_any(text);
  if (!bytes) return std::nullopt;
  const Json json = Json::parse(bytes->begin(), bytes->end(), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) return std::nullopt;
    out.emplace(key, value.get<std::string>());
  }
  return out;
}

livekit::ReconnectReason reason_from(int number) {
  return livekit::ReconnectReason_IsValid(number) ? static_cast<livekit::ReconnectReason>(number)
                                                  : livekit::RR_UNKNOWN;
}

void read_query(const Query& query, plane::StartSession& start) {
  *start.mutable_client() = client_from(query);
  livekit::ConnectionSettings& settings = *start.mutable_settings();
  settings.set_auto_subscribe(query.flag_or("auto_subscribe", true));
  settings.set_adaptive_stream(query.flag("adaptive_stream"));
  settings.set_disable_ice_lite(query.flag("disable_ice_lite"));
  if (query.has("subscriber_allow_pause")) {
    settings.set_subscriber_allow_pause(query.flag("subscriber_allow_pause"));
  }
  if (query.has("auto_subscribe_data_track")) {
    settings.set_auto_subscribe_data_track(query.flag("auto_subscribe_data_track"));
  }
  start.set_reconnect(query.flag("reconnect"));
  if (start.reconnect()) {
    start.set_participant_sid(std::string(query.get("sid")));
    start.set_reconnect_reason(reason_from(query.number("reconnect_reason").value_or(0)));
  }
  if (const std::string_view publish = query.get("publish"); !publish.empty()) {
    // The legacy second connection that only publishes: a participant of its own.
    start.set_identity(fmt::format("{}#{}", start.identity(), publish));
    start.mutable_grants()->set_can_subscribe(false);
    settings.set_auto_subscribe(false);
  }
}

std::expected<void, Refusal> read_join_request(livekit::JoinRequest& join,
                                               plane::StartSession& start) {
  *start.mutable_client() = std::move(*join.mutable_client_info());
  *start.mutable_settings() = std::move(*join.mutable_connection_settings());
  *start.mutable_add_tracks() = std::move(*join.mutable_add_track_requests());
  if (join.has_publisher_offer()) {
    *start.mutable_publisher_offer() = std::move(*join.mutable_publisher_offer());
  }
  start.set_reconnect(join.reconnect());
  if (join.reconnect()) {
    start.set_participant_sid(join.participant_sid());
    start.set_reconnect_reason(reason_from(join.reconnect_reason()));
  }
  const bool wants_change = !join.metadata().empty() ||
                            std::ranges::any_of(join.participant_attributes(),
                                                [](const auto& a) { return !a.second.empty(); });
  if (wants_change && !start.grants().can_update_own_metadata()) {
    return refuse(401,
                  "the token does not allow to set own metadata or attributes "
                  "(video.canUpdateOwnMetadata)");
  }
  if (!join.metadata().empty()) start.set_metadata(join.metadata());
  for (const auto& [key, value] : join.participant_attributes()) {
    if (!value.empty()) (*start.mutable_attributes())[key] = value;
  }
  return {};
}

std::expected<void, Refusal> read_attributes(const ConnectRequest& request, const Query& query,
                                             plane::StartSession& start) {
  const std::string_view text = query.get("attributes");
  if (text.empty()) return {};
  const auto attributes = attributes_from(text);
  if (!attributes) {
    if (!request.validate) return {};
    return refuse(400, "attributes is not base64 of a JSON object of strings");
  }
  const bool wants_change =
      std::ranges::any_of(*attributes, [](const auto& a) { return !a.second.empty(); });
  if (wants_change && !start.grants().can_update_own_metadata()) {
    return refuse(401,
                  "the token does not allow to set own attributes (video.canUpdateOwnMetadata)");
  }
  for (const auto& [key, value] : *attributes) {
    if (!value.empty()) (*start.mutable_attributes())[key] = value;
  }
  return {};
}

std::expected<void, Refusal> check_sizes(const plane::StartSession& start,
                                         const ConnectLimits& limits) {
  if (start.identity().size() > limits.name_bytes) {
    return refuse(400, fmt::format("identity is longer than {} bytes", limits.name_bytes));
  }
  if (start.metadata().size() > limits.metadata_bytes) {
    return refuse(400, fmt::format("metadata is larger than {} bytes", limits.metadata_bytes));
  }
  std::size_t attributes = 0;
  for (const auto& [key, value] : start.attributes()) attributes += key.size() + value.size();
  if (attributes > limits.attributes_bytes) {
    return refuse(400, fmt::format("attributes are larger than {} bytes", limits.attributes_bytes));
  }
  return {};
}

}  // namespace

std::expected<void, Refusal> check_join(const Token& token, const Query& query,
                                        const ConnectLimits& limits) {
  if (!token.grants.room_join()) {
    return refuse(401, "the token does not allow to join a room (video.roomJoin)");
  }
  if (token.room.empty()) {
    return refuse(401, "the token names no room (video.room)");
  }
  if (const std::string_view asked = query.get("room"); !asked.empty() && asked != token.room) {
    return refuse(401, "the token is for another room than the one asked for (video.room)");
  }
  if (token.identity.empty()) return refuse(400, "the token names no identity (sub)");
  const auto too_long = [&limits](const char* what) {
    return refuse(400, fmt::format("{} is longer than {} bytes", what, limits.name_bytes));
  };
  if (token.identity.size() > limits.name_bytes) return too_long("identity");
  if (token.name.size() > limits.name_bytes) return too_long("name");
  if (token.room.size() > limits.name_bytes) return too_long("room name");
  return {};
}

std::expected<plane::StartSession, Refusal> start_session(const ConnectRequest& request,
                                                          const Query& query, const Token& token,
                                                          const ConnectLimits& limits) {
  plane::StartSession start;
  start.set_room(token.room);
  start.set_identity(token.identity);
  start.set_name(token.name);
  start.set_metadata(token.metadata);
  start.mutable_attributes()->insert(token.attributes.begin(), token.attributes.end());
  start.set_kind(token.kind);
  for (const auto detail : token.kind_details) start.add_kind_details(detail);
  *start.mutable_grants() = token.grants;
  start.set_token_expires_at(token.expires_at);
  start.set_token_issued_at(token.issued_at);
  start.set_api_key(token.api_key);

  if (request.v1 || query.has("join_request")) {
    auto join = decode_join_request(query.get("join_request"), limits);
    if (!join) return std::unexpected(join.error());
    start.set_single_peer_connection(true);
    if (auto read = read_join_request(*join, start); !read) return std::unexpected(read.error());
  } else {
    read_query(query, start);
    if (auto read = read_attributes(request, query, start); !read) {
      return std::unexpected(read.error());
    }
  }
  if (start.reconnect() && start.participant_sid().empty()) {
    return refuse(400, "reconnect needs the participant's sid");
  }
  start.mutable_client()->set_address(std::string(request.client_address));
  fill_from_user_agent(*start.mutable_client(), request.user_agent);
  if (auto sized = check_sizes(start, limits); !sized) return std::unexpected(sized.error());
  return start;
}

std::expected<void, Refusal> configure_room(plane::StartSession& start, const Token& token,
                                            const RoomPresets& presets) {
  auto room = resolve(token.room_config, token.room_preset, presets);
  if (!room) return refuse(400, "roomPreset: " + room.error());
  *start.mutable_room_config() = std::move(*room);
  start.set_room_preset(token.room_preset);
  return {};
}

std::expected<livekit::JoinRequest, Refusal> decode_join_request(std::string_view text,
                                                                 const ConnectLimits& limits) {
  if (text.empty()) return refuse(400, "join_request is missing");
  const auto bytes = base64_decode_any(text);
  if (!bytes) return refuse(400, "join_request is not base64");
  livekit::WrappedJoinRequest wrapped;
  if (!wrapped.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) {
    return refuse(400, "join_request is not a WrappedJoinRequest");
  }
  livekit::JoinRequest join;
  bool parsed = false;
  if (wrapped.compression() == livekit::WrappedJoinRequest::GZIP) {
    const auto plain = gunzip(as_bytes(wrapped.join_request()), limits.join_request_bytes);
    if (!plain) {
      return refuse(400, plain.error() == GzipError::too_large
                             ? fmt::format("join_request is larger than {} bytes unpacked",
                                           limits.join_request_bytes)
                             : "join_request is not well-formed gzip");
    }
    parsed = join.ParseFromArray(plain->data(), static_cast<int>(plain->size()));
  } else if (wrapped.compression() == livekit::WrappedJoinRequest::NONE) {
    if (wrapped.join_request().size() > limits.join_request_bytes) {
      return refuse(400,
                    fmt::format("join_request is larger than {} bytes", limits.join_request_bytes));
    }
    parsed = join.ParseFromString(wrapped.join_request());
  } else {
    return refuse(400, "join_request has an unknown compression");
  }
  if (!parsed) return refuse(400, "join_request does not hold a JoinRequest");
  return join;
}

}  // namespace parley::signaling
