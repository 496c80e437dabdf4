#include "protocols/codec/vp9.h"

#include <algorithm>

namespace parley::codec {
namespace {

/// RFC 9628 section 4.2.1: the scalability structure.
void read_structure(ByteReader& reader, Vp9& vp9) {
  const std::uint8_t head = reader.u8();
  vp9.spatial_layers = static_cast<std::uint8_t>((head >> 5) + 1);
  const bool has_resolutions = (head & 0x10) != 0;
  const bool has_pictures = (head & 0x08) != 0;
  if (has_resolutions) {
    for (std::size_t i = 0; i < vp9.spatial_layers; ++i) {
      const std::uint16_t width = reader.u16();
      vp9.resolutions[i] = {width, reader.u16()};
    }
  }
  if (has_pictures) {
    const std::uint8_t pictures = reader.u8();
    for (std::size_t i = 0; i < pictures && reader.ok(); ++i) {
      reader.skip((reader.u8() >> 2) & 3u);  // R: how many reference indices follow.
    }
  }
}

}  // namespace

std::optional<Vp9> parse_vp9(ByteView payload) {
  ByteReader reader(payload);
  Vp9 vp9;
  const std::uint8_t head = reader.u8();
  const bool has_picture_id = (head & 0x80) != 0;
  vp9.inter_predicted = (head & 0x40) != 0;
  vp9.has_layers = (head & 0x20) != 0;
  vp9.flexible = (head & 0x10) != 0;
  vp9.layer_frame_start = (head & 0x08) != 0;
  vp9.layer_frame_end = (head & 0x04) != 0;
  vp9.has_structure = (head & 0x02) != 0;
  vp9.not_inter_layer_reference = (head & 0x01) != 0;

  if (has_picture_id) {
    vp9.has_picture_id = true;
    vp9.picture_id = reader.u8();
    if ((vp9.picture_id & 0x80) != 0) {
      vp9.wide_picture_id = true;
      vp9.picture_id = static_cast<std::uint16_t>((vp9.picture_id & 0x7f) << 8 | reader.u8());
    }
  }
  if (vp9.has_layers) {
    const std::uint8_t layers = reader.u8();
    vp9.temporal_id = layers >> 5;
    vp9.switching_up_point = (layers & 0x10) != 0;
    vp9.spatial_id = (layers >> 1) & 7;
    vp9.inter_layer_dependency = (layers & 0x01) != 0;
    if (!vp9.flexible) {
      vp9.has_tl0_pic_idx = true;
      vp9.tl0_pic_idx = reader.u8();
    }
  }
  if (vp9.flexible && vp9.inter_predicted) {
    // Up to three reference indices; the last bit of each says if another follows.
    for (int i = 0; i < 3 && (reader.u8() & 0x01) != 0; ++i) {
    }
  }
  if (vp9.has_structure) read_structure(reader, vp9);
  if (!reader.ok()) return std::nullopt;
  vp9.size =
      static_cast<std::uint8_t>(std::min<std::size_t>(payload.size() - reader.remaining(), 255));
  return vp9;
}

}  // namespace parley::codec
