#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "livekit_rtc.pb.h"

/// What a WebSocket frame holds: protobuf in a binary frame, protobuf's JSON in a text frame.
namespace parley::signaling {

enum class FrameError : std::uint8_t {
  not_protobuf,
  not_json,
};
std::string_view to_string(FrameError error);

/// JSON of any message; unknown fields are skipped, names may be camelCase or snake_case.
std::expected<void, FrameError> from_json(std::string_view json,
                                          google::protobuf::Message& message);
/// camelCase, defaults left out, as protobuf's own JSON is written.
std::expected<std::string, FrameError> to_json(const google::protobuf::Message& message);

/// JSON of a SignalRequest; unknown fields are skipped, names may be camelCase or snake_case.
std::expected<livekit::SignalRequest, FrameError> request_from_json(std::string_view json);
/// camelCase, defaults left out, as protobuf's own JSON is written.
std::expected<std::string, FrameError> response_to_json(std::string_view response_bytes);

/// The number of the field that a SignalRequest or SignalResponse begins with, which is its case;
/// reads nothing else. nullopt: not a protobuf message.
std::optional<int> leading_field(std::string_view message_bytes);

/// A message that holds one other, as a SignalResponse does, with more fields at the end of the
/// inner one; neither they nor the rest are read. As it was if it is not such a message.
std::string extended(std::string message_bytes, std::string_view inner_fields);

}  // namespace parley::signaling
