#include "protocols/codec/vp8.h"

namespace parley::codec {
namespace {

/// RFC 7741 section 4.3, RFC 6386 section 9.1: the frame tag's first bit is 0 for a key frame,
/// which goes on with a start code and two sizes of 14 bits.
void read_payload_header(ByteView data, Vp8& vp8) {
  vp8.keyframe = (data[0] & 0x01) == 0;
  if (!vp8.keyframe || data.size() < 10) return;
  if (load_be24(data.data() + 3) != 0x9d012a) return;
  vp8.resolution.width = static_cast<std::uint16_t>((data[7] & 0x3f) << 8 | data[6]);
  vp8.resolution.height = static_cast<std::uint16_t>((data[9] & 0x3f) << 8 | data[8]);
}

}  // namespace

std::optional<Vp8> parse_vp8(ByteView payload) {
  ByteReader reader(payload);
  Vp8 vp8;
  const std::uint8_t required = reader.u8();
  vp8.non_reference = (required & 0x20) != 0;
  vp8.partition_start = (required & 0x10) != 0;
  vp8.partition = required & 0x07;

  const auto position = [&] {
    return static_cast<std::uint8_t>(payload.size() - reader.remaining());
  };
  if ((required & 0x80) != 0) {  // X
    const std::uint8_t extended = reader.u8();
    if ((extended & 0x80) != 0) {  // I
      vp8.has_picture_id = true;
      vp8.picture_id_offset = position();
      vp8.picture_id = reader.u8();
      if ((vp8.picture_id & 0x80) != 0) {  // M
        vp8.wide_picture_id = true;
        vp8.picture_id = static_cast<std::uint16_t>((vp8.picture_id & 0x7f) << 8 | reader.u8());
      }
    }
    if ((extended & 0x40) != 0) {  // L
      vp8.has_tl0_pic_idx = true;
      vp8.tl0_pic_idx_offset = position();
      vp8.tl0_pic_idx = reader.u8();
    }
    if ((extended & 0x30) != 0) {  // T or K: one byte for both.
      const std::uint8_t both = reader.u8();
      if ((extended & 0x20) != 0) {
        vp8.has_temporal_id = true;
        vp8.temporal_id = both >> 6;
        vp8.layer_sync = (both & 0x20) != 0;
      }
      if ((extended & 0x10) != 0) {
        vp8.has_key_idx = true;
        vp8.key_idx = both & 0x1f;
      }
    }
  }
  if (!reader.ok() || reader.remaining() == 0) return std::nullopt;
  vp8.size = position();
  vp8.frame_start = vp8.partition_start && vp8.partition == 0;
  if (vp8.frame_start) read_payload_header(reader.rest(), vp8);
  return vp8;
}

void rewrite_vp8(MutableBytes payload, const Vp8& vp8, std::uint16_t picture_id,
                 std::uint8_t tl0_pic_idx) {
  if (vp8.has_picture_id) {
    std::uint8_t* const at = payload.data() + vp8.picture_id_offset;
    if (vp8.wide_picture_id) {
      store_be16(at, static_cast<std::uint16_t>(0x8000 | picture_id));
    } else {
      *at = static_cast<std::uint8_t>(picture_id & 0x7f);
    }
  }
  if (vp8.has_tl0_pic_idx) payload[vp8.tl0_pic_idx_offset] = tl0_pic_idx;
}

}  // namespace parley::codec
