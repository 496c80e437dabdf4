#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "protocols/codec/resolution.h"

namespace parley::codec {

/// The payload descriptor in front of each VP8 packet (RFC 7741 section 4.2) and what the payload
/// header of a key frame says (section 4.3; RFC 6386 section 9.1).
struct Vp8 {
  std::uint8_t size = 0;  ///< Bytes of descriptor in front of the VP8 data.
  bool non_reference = false;
  bool partition_start = false;
  std::uint8_t partition = 0;

  bool has_picture_id = false;
  bool wide_picture_id = false;  ///< 15 bits, else 7.
  std::uint16_t picture_id = 0;
  bool has_tl0_pic_idx = false;
  std::uint8_t tl0_pic_idx = 0;
  bool has_temporal_id = false;
  std::uint8_t temporal_id = 0;
  bool layer_sync = false;  ///< Y: depends on the base layer alone, so one may switch up here.
  bool has_key_idx = false;
  std::uint8_t key_idx = 0;

  bool frame_start = false;  ///< First packet of a frame: start of partition 0.
  bool keyframe = false;     ///< First packet of a key frame.
  Resolution resolution;     ///< Of a key frame.

  std::uint8_t picture_id_offset = 0;   ///< Where in the payload, if it is there.
  std::uint8_t tl0_pic_idx_offset = 0;  ///< Likewise.

  std::uint16_t picture_id_mask() const { return wide_picture_id ? 0x7fff : 0x7f; }
};

/// Nothing if the descriptor runs past the payload or there is no VP8 data after it.
std::optional<Vp8> parse_vp8(ByteView payload);

/// The widest descriptor there is.
inline constexpr std::size_t kMaxVp8DescriptorSize = 6;

/// Puts other numbers into a descriptor, in place; widths stay what they are, absent fields are
/// left alone. `payload` is the one that `vp8` was read from, or a copy of its first `vp8.size`
/// bytes.
void rewrite_vp8(MutableBytes payload, const Vp8& vp8, std::uint16_t picture_id,
                 std::uint8_t tl0_pic_idx);

}  // namespace parley::codec
