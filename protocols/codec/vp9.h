#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "protocols/codec/resolution.h"

namespace parley::codec {

/// The payload descriptor in front of each VP9 packet (RFC 9628 section 4.2).
struct Vp9 {
  static constexpr std::size_t kMaxSpatialLayers = 8;

  std::uint8_t size = 0;                   ///< Bytes of descriptor in front of the VP9 data.
  bool inter_predicted = false;            ///< P: depends on earlier pictures.
  bool flexible = false;                   ///< F
  bool layer_frame_start = false;          ///< B
  bool layer_frame_end = false;            ///< E
  bool not_inter_layer_reference = false;  ///< Z

  bool has_picture_id = false;
  bool wide_picture_id = false;  ///< 15 bits, else 7.
  std::uint16_t picture_id = 0;

  bool has_layers = false;  ///< L
  std::uint8_t temporal_id = 0;
  bool switching_up_point =
      false;  ///< U: no later picture of this temporal layer needs an earlier one.
  std::uint8_t spatial_id = 0;
  bool inter_layer_dependency = false;  ///< D: needs the spatial layer below.
  bool has_tl0_pic_idx = false;         ///< Non-flexible mode only.
  std::uint8_t tl0_pic_idx = 0;

  bool has_structure = false;  ///< V
  std::uint8_t spatial_layers = 0;
  std::array<Resolution, kMaxSpatialLayers> resolutions{};  ///< From the structure; lowest first.

  /// First packet of a picture that needs nothing before it: where decoding can begin.
  bool keyframe() const {
    return !inter_predicted && layer_frame_start && spatial_id == 0 && !inter_layer_dependency;
  }
};

/// Nothing if the descriptor runs past the payload.
std::optional<Vp9> parse_vp9(ByteView payload);

}  // namespace parley::codec
