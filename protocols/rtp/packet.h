#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/bytes.h"
#include "protocols/rtp/extensions.h"
#include "protocols/rtp/sequence.h"

namespace parley::rtp {

inline constexpr std::size_t kFixedHeaderSize = 12;

enum class ParseError : std::uint8_t {
  too_short,           ///< Fewer than 12 bytes, or the CSRC list runs past the end.
  wrong_version,       ///< RFC 3550 section 5.1: V must be 2.
  extension_overruns,  ///< The extension's length field points past the packet.
  padding_overruns,    ///< The last byte claims more padding than there is payload, or none.
};
std::string_view name(ParseError error);

/// One RTP packet as it lies in someone else's buffer: nothing is copied.
struct PacketView {
  ByteView bytes;
  bool marker = false;
  std::uint8_t payload_type = 0;
  WireSeq sequence;
  WireTimestamp timestamp;
  std::uint32_t ssrc = 0;
  ByteView csrcs;  ///< Four bytes each, at most 15.
  Extensions extensions;
  ByteView payload;  ///< Without padding; empty in a padding-only probe.
  std::uint8_t padding = 0;

  bool padding_only() const { return payload.empty(); }
};

/// RFC 3550 section 5.1 (fixed header) and 5.3.1 (extension). Never reads outside `bytes`.
std::expected<PacketView, ParseError> parse(ByteView bytes);

/// The fields of a fixed header that is about to be written. No CSRCs, no padding.
struct Header {
  bool marker = false;
  std::uint8_t payload_type = 0;
  WireSeq sequence;
  WireTimestamp timestamp;
  std::uint32_t ssrc = 0;
};

/// Writes the fixed 12 bytes. With `has_extension` an extension block must follow
/// (ExtensionWriter).
inline void write_fixed_header(std::uint8_t* out, const Header& header, bool has_extension) {
  out[0] = has_extension ? 0x90 : 0x80;
  out[1] = static_cast<std::uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7f));
  store_be16(out + 2, header.sequence.value());
  store_be32(out + 4, header.timestamp.value());
  store_be32(out + 8, header.ssrc);
}

/// Marks a written header as padded and appends `padding` bytes (>= 1) whose last says how many
/// (RFC 3550 section 5.1). `packet` is the header's start, `end` where the padding goes.
void append_padding(std::uint8_t* packet, std::uint8_t* end, std::uint8_t padding);

}  // namespace parley::rtp
