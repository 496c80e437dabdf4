#include "signaling/session/frames.h"

#include <google/protobuf/util/json_util.h>

namespace parley::signaling {

namespace json = google::protobuf::util;

std::string_view to_string(FrameError error) {
  switch (error) {
    case FrameError::not_protobuf:
      return "not_protobuf";
    case FrameError::not_json:
      return "not_json";
  }
  return "other";
}

std::expected<void, FrameError> from_json(std::string_view text,
                                          google::protobuf::Message& message) {
  json::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status = json::JsonStringToMessage(
      google::protobuf::StringPiece(text.data(), text.size()), &message, options);
  if (!status.ok()) return std::unexpected(FrameError::not_json);
  return {};
}

std::expected<std::string, FrameError> to_json(const google::protobuf::Message& message) {
  std::string out;
  if (!json::MessageToJsonString(message, &out).ok()) return std::unexpected(FrameError::not_json);
  return out;
}

std::expected<livekit::SignalRequest, FrameError> request_from_json(std::string_view text) {
  livekit::SignalRequest request;
  if (const auto read = from_json(text, request); !read) return std::unexpected(read.error());
  return request;
}

std::expected<std::string, FrameError> response_to_json(std::string_view response_bytes) {
  livekit::SignalResponse response;
  if (!response.ParseFromArray(response_bytes.data(), static_cast<int>(response_bytes.size()))) {
    return std::unexpected(FrameError::not_protobuf);
  }
  return to_json(response);
}

std::optional<int> leading_field(std::string_view message_bytes) {
  std::uint32_t tag = 0;
  for (std::size_t i = 0; i < message_bytes.size() && i < 5; ++i) {
    const auto byte = static_cast<std::uint8_t>(message_bytes[i]);
    tag |= static_cast<std::uint32_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) return static_cast<int>(tag >> 3);
  }
  return std::nullopt;
}

}  // namespace parley::signaling
