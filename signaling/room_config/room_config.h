#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "livekit_room.pb.h"

/// What a room that does not exist yet is to be like. Pure functions.
namespace parley::signaling {

/// `room.room_configurations`: by the name that tokens (`roomPreset`) and CreateRoom
/// (`room_preset`) say.
using RoomPresets = std::map<std::string, livekit::RoomConfiguration, std::less<>>;

/// Newer clients may know fields that this schema does not have; an operator misspells them.
enum class UnknownFields : std::uint8_t { ignored, refused };
/// A livekit.RoomConfiguration in JSON, field names in either spelling. The error is a sentence.
std::expected<livekit::RoomConfiguration, std::string> read_room_config(std::string_view json,
                                                                        UnknownFields unknown);
/// The same back, for a token.
std::string print_room_config(const livekit::RoomConfiguration& config);

/// The preset with what `own` says itself put over it. The error, a sentence: there is no such
/// preset.
std::expected<livekit::RoomConfiguration, std::string> resolve(
    const livekit::RoomConfiguration& own, std::string_view preset, const RoomPresets& presets);

/// Fills what the request leaves open from the preset that it names.
std::expected<void, std::string> apply_preset(livekit::CreateRoomRequest& request,
                                              const RoomPresets& presets);

}  // namespace parley::signaling
