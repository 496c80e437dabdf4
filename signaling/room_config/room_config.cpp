#include "signaling/room_config/room_config.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

namespace parley::signaling {
namespace {

namespace json = google::protobuf::util;

/// A field that is not set is one that was left open: LiveKit's schema cannot say "zero".
template <typename To>
void fill(To& to, const livekit::RoomConfiguration& from) {
  if (to.empty_timeout() == 0) to.set_empty_timeout(from.empty_timeout());
  if (to.departure_timeout() == 0) to.set_departure_timeout(from.departure_timeout());
  if (to.max_participants() == 0) to.set_max_participants(from.max_participants());
  if (to.metadata().empty()) to.set_metadata(from.metadata());
  if (!to.has_egress() && from.has_egress()) *to.mutable_egress() = from.egress();
  if (to.min_playout_delay() == 0) to.set_min_playout_delay(from.min_playout_delay());
  if (to.max_playout_delay() == 0) to.set_max_playout_delay(from.max_playout_delay());
  if (!to.sync_streams()) to.set_sync_streams(from.sync_streams());
  if (to.agents().empty()) *to.mutable_agents() = from.agents();
  if (to.tags().empty()) *to.mutable_tags() = from.tags();
}

std::expected<const livekit::RoomConfiguration*, std::string> find(std::string_view preset,
                                                                   const RoomPresets& presets) {
  const auto at = presets.find(preset);
  if (at != presets.end()) return &at->second;
  return std::unexpected(
      fmt::format("there is no room preset named {} (room.room_configurations)", preset));
}

}  // namespace

std::expected<livekit::RoomConfiguration, std::string> read_room_config(std::string_view text,
                                                                        UnknownFields unknown) {
  json::JsonParseOptions options;
  options.ignore_unknown_fields = unknown == UnknownFields::ignored;
  livekit::RoomConfiguration config;
  const auto status = json::JsonStringToMessage(
      google::protobuf::StringPiece(text.data(), text.size()), &config, options);
  if (status.ok()) return config;
  return std::unexpected(
      fmt::format("is no RoomConfiguration ({})",
                  std::string_view(status.message().data(), status.message().size())));
}

std::string print_room_config(const livekit::RoomConfiguration& config) {
  std::string out;
  if (!json::MessageToJsonString(config, &out).ok()) return "{}";
  return out;
}

std::expected<livekit::RoomConfiguration, std::string> resolve(
    const livekit::RoomConfiguration& own, std::string_view preset, const RoomPresets& presets) {
  livekit::RoomConfiguration out = own;
  if (preset.empty()) return out;
  const auto base = find(preset, presets);
  if (!base) return std::unexpected(base.error());
  fill(out, **base);
  return out;
}

std::expected<void, std::string> apply_preset(livekit::CreateRoomRequest& request,
                                              const RoomPresets& presets) {
  if (request.room_preset().empty()) return {};
  const auto base = find(request.room_preset(), presets);
  if (!base) return std::unexpected(base.error());
  fill(request, **base);
  return {};
}

}  // namespace parley::signaling
