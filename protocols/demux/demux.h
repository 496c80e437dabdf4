#pragma once

#include <cstdint>

#include "base/bytes.h"

/// What a datagram on a WebRTC port is, by its first bytes (RFC 7983, RFC 5761). Nothing is parsed.
namespace parley::demux {

enum class Kind : std::uint8_t { stun, dtls, rtp, rtcp, unknown };

/// RFC 7983 section 7. TURN channels (64..79) and ZRTP (16..19) are nothing that we speak: unknown.
/// RTP and RTCP share 128..191; RFC 5761 section 4 tells them apart by the second byte: 192..223 is
/// an RTCP packet type, and no RTP payload type may make it look so (64..95 with the marker).
constexpr Kind classify(ByteView datagram) {
  if (datagram.size() < 2) return Kind::unknown;
  const std::uint8_t first = datagram[0];
  if (first >= 128 && first <= 191) {
    return datagram[1] >= 192 && datagram[1] <= 223 ? Kind::rtcp : Kind::rtp;
  }
  if (first <= 3) return Kind::stun;
  if (first >= 20 && first <= 63) return Kind::dtls;
  return Kind::unknown;
}

}  // namespace parley::demux
