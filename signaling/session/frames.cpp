#include "signaling/session/frames.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/wire_format_lite.h>

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

std::string extended(std::string message_bytes, std::string_view inner_fields) {
  using google::protobuf::internal::WireFormatLite;
  using google::protobuf::io::CodedInputStream;
  CodedInputStream in(reinterpret_cast<const std::uint8_t*>(message_bytes.data()),
                      static_cast<int>(message_bytes.size()));
  const std::uint32_t tag = in.ReadTag();
  std::uint32_t size = 0;
  if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED ||
      !in.ReadVarint32(&size)) {
    return message_bytes;
  }
  const std::string_view inner =
      std::string_view(message_bytes).substr(static_cast<std::size_t>(in.CurrentPosition()));
  if (inner.size() != size) return message_bytes;

  std::string out;
  out.reserve(message_bytes.size() + inner_fields.size() + sizeof size);
  google::protobuf::io::StringOutputStream sink(&out);
  google::protobuf::io::CodedOutputStream to(&sink);
  to.WriteTag(tag);
  to.WriteVarint32(static_cast<std::uint32_t>(inner.size() + inner_fields.size()));
  to.WriteRaw(inner.data(), static_cast<int>(inner.size()));
  to.WriteRaw(inner_fields.data(), static_cast<int>(inner_fields.size()));
  to.Trim();
  return out;
}

}  // namespace parley::signaling
