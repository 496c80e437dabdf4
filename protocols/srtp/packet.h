#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace parley::srtp {

inline constexpr std::size_t kRtpFixedHeader = 12;
inline constexpr std::size_t kRtcpClearHeader =
    8;  ///< RFC 3711 section 3.4: what SRTCP leaves in the clear.
inline constexpr std::uint32_t kEncryptedBit = 0x8000'0000;

/// The only fields of RTP that protection needs (RFC 3550 section 5.1).
constexpr std::uint16_t rtp_sequence(ByteView packet) { return load_be16(packet.data() + 2); }
constexpr std::uint32_t rtp_ssrc(ByteView packet) { return load_be32(packet.data() + 8); }
constexpr std::uint32_t rtcp_ssrc(ByteView packet) { return load_be32(packet.data() + 4); }
constexpr bool is_version_2(ByteView packet) { return packet[0] >> 6 == 2; }

/// Fixed header, CSRCs and extension: what stays in the clear. Nothing if they run past the end.
constexpr std::optional<std::size_t> rtp_header_size(ByteView packet) {
  if (packet.size() < kRtpFixedHeader || !is_version_2(packet)) return std::nullopt;
  std::size_t size = kRtpFixedHeader + 4 * std::size_t{packet[0] & 0x0fu};
  if ((packet[0] & 0x10) != 0) {
    if (packet.size() < size + 4) return std::nullopt;
    size += 4 + 4 * std::size_t{load_be16(packet.data() + size + 2)};
  }
  if (packet.size() < size) return std::nullopt;
  return size;
}

}  // namespace parley::srtp
