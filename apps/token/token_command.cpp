#include "apps/token/token_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/config/parse.h"

namespace parley::apps {
namespace {

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

}  // namespace

std::expected<std::string, std::string> create_token(const TokenRequest& request,
                                                     const signaling::ApiKey& key, Random& random,
                                                     WallTime now) {
  const auto life = parse_seconds(request.valid_for);
  if (!life)
    return std::unexpected(
        fmt::format("--valid-for {}: must be a time like 6h, 30m or 90s", request.valid_for));
  if (request.room.empty()) return std::unexpected("--room: must not be empty");

  const std::string identity =
      request.identity.empty() ? "user-" + random.token(8) : request.identity;
  signaling::Token token = signaling::join_token(request.room, identity, request.name, now + *life);
  token.metadata = request.metadata;
  for (const std::string& attribute : request.attributes) {
    const std::size_t equals = attribute.find('=');
    if (equals == std::string::npos || equals == 0) {
      return std::unexpected(fmt::format("--attribute {}: must be key=value", attribute));
    }
    token.attributes[attribute.substr(0, equals)] = attribute.substr(equals + 1);
  }
  if (!livekit::ParticipantInfo::Kind_Parse(upper(request.kind), &token.kind)) {
    return std::unexpected(
        fmt::format("--kind {}: must be standard, agent, egress, ingress or sip", request.kind));
  }
  plane::Grants& grants = token.grants;
  grants.set_can_publish(request.can_publish);
  grants.set_can_subscribe(request.can_subscribe);
  grants.set_can_publish_data(request.can_publish_data.value_or(request.can_publish));
  grants.set_can_update_own_metadata(request.can_update_own_metadata);
  grants.set_room_admin(request.admin);
  grants.set_hidden(request.hidden);
  for (const std::string& name : request.sources) {
    livekit::TrackSource source{};
    if (!livekit::TrackSource_Parse(upper(name), &source) || source == livekit::UNKNOWN) {
      return std::unexpected(fmt::format(
          "--source {}: must be camera, microphone, screen_share or screen_share_audio", name));
    }
    grants.add_can_publish_sources(source);
  }
  return signaling::mint_token(token, key, now);
}

}  // namespace parley::apps
