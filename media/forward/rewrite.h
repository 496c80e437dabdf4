#pragma once

#include <cstdint>

namespace parley::media {

/// What one subscriber's copy of a packet has different: everything else is the publisher's.
/// Written into a header when it is sent, and again when it is sent again.
struct Rewrite {
  /// Outgoing packet index, unwrapped: its low 16 bits are the sequence number, and the whole is
  /// SRTP's packet index (RFC 3711 section 3.3.1).
  std::uint64_t index = 0;
  std::uint32_t timestamp = 0;
  std::uint8_t payload_type = 0;
  bool marker = false;
  bool vp8 = false;  ///< The two below go into the payload descriptor.
  std::uint8_t tl0_pic_idx = 0;
  /// VP8; or of a packet with a dependency descriptor the frame number in that.
  std::uint16_t picture_id = 0;
  /// Goes into the dependency descriptor; 0: its mask of active targets is left alone.
  std::uint16_t active_targets = 0;
  /// The part of the packet's payload that is sent: all of it, or what a codec that the subscriber
  /// lacks was wrapped around. Empty where a promised sequence number turned out to be padding.
  std::uint16_t payload_offset = 0;
  std::uint16_t payload_size = 0;

  friend bool operator==(const Rewrite&, const Rewrite&) = default;
};
// Each subscriber keeps hundreds of them.
static_assert(sizeof(Rewrite) == 24);

}  // namespace parley::media
