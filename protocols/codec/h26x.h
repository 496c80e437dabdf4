#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

/// H.264 (RFC 6184) and H.265 (RFC 7798): NAL units alone, aggregated or in fragments.
namespace parley::codec {

struct H26x {
  /// The packet carries a parameter set or the beginning of a picture that needs nothing before it
  /// (H.264: SPS or IDR; H.265: VPS, SPS or IRAP). Several packets of one key frame may say so.
  bool keyframe = false;
  /// It carries parameter sets (H.264: SPS; H.265: VPS or SPS).
  bool parameter_sets = false;
  /// A NAL unit begins in it (false inside and at the end of a fragmented one).
  bool unit_start = false;
  std::uint8_t temporal_id = 0;  ///< H.265 only; H.264 says nothing.
};

/// Nothing if empty, or an aggregate or fragment is cut off.
std::optional<H26x> parse_h264(ByteView payload);
std::optional<H26x> parse_h265(ByteView payload);

}  // namespace parley::codec
