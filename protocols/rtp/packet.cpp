#include "protocols/rtp/packet.h"

#include <cstring>

namespace parley::rtp {

std::string_view name(ParseError error) {
  switch (error) {
    case ParseError::too_short:
      return "too_short";
    case ParseError::wrong_version:
      return "wrong_version";
    case ParseError::extension_overruns:
      return "extension_overruns";
    case ParseError::padding_overruns:
      return "padding_overruns";
  }
  return "unknown";
}

std::expected<PacketView, ParseError> parse(ByteView bytes) {
  if (bytes.size() < kFixedHeaderSize) return std::unexpected(ParseError::too_short);
  const std::uint8_t first = bytes[0];
  if (first >> 6 != 2) return std::unexpected(ParseError::wrong_version);
  const bool has_padding = (first & 0x20) != 0;
  const bool has_extension = (first & 0x10) != 0;
  const std::size_t csrc_bytes = 4u * (first & 0x0f);

  PacketView view;
  view.bytes = bytes;
  view.marker = (bytes[1] & 0x80) != 0;
  view.payload_type = bytes[1] & 0x7f;
  view.sequence = WireSeq(load_be16(bytes.data() + 2));
  view.timestamp = WireTimestamp(load_be32(bytes.data() + 4));
  view.ssrc = load_be32(bytes.data() + 8);

  ByteView rest = bytes.subspan(kFixedHeaderSize);
  if (rest.size() < csrc_bytes) return std::unexpected(ParseError::too_short);
  view.csrcs = rest.first(csrc_bytes);
  rest = rest.subspan(csrc_bytes);

  if (has_extension) {
    if (rest.size() < 4) return std::unexpected(ParseError::extension_overruns);
    const std::uint16_t profile = load_be16(rest.data());
    const std::size_t size = 4u * load_be16(rest.data() + 2);
    if (rest.size() - 4 < size) return std::unexpected(ParseError::extension_overruns);
    view.extensions = Extensions(profile, rest.subspan(4, size));
    rest = rest.subspan(4 + size);
  }

  if (has_padding) {
    // RFC 3550 section 5.1: the count includes itself, so zero is no padding at all.
    if (rest.empty() || rest.back() == 0 || rest.back() > rest.size()) {
      return std::unexpected(ParseError::padding_overruns);
    }
    view.padding = rest.back();
    rest = rest.first(rest.size() - view.padding);
  }
  view.payload = rest;
  return view;
}

void append_padding(std::uint8_t* packet, std::uint8_t* end, std::uint8_t padding) {
  packet[0] |= 0x20;
  std::memset(end, 0, padding - 1u);
  end[padding - 1] = padding;
}

}  // namespace parley::rtp
