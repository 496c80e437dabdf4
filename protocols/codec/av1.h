#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace parley::codec {

/// The aggregation header in front of each AV1 packet (RTP Payload Format For AV1, section 4.4).
struct Av1 {
  bool continues = false;      ///< Z: the first OBU began in an earlier packet.
  bool continued = false;      ///< Y: the last OBU goes on in the next.
  std::uint8_t obu_count = 0;  ///< W; 0: each OBU has a length.
  bool new_sequence = false;   ///< N: first packet of a coded video sequence, hence a key frame.
};

std::optional<Av1> parse_av1(ByteView payload);

}  // namespace parley::codec
