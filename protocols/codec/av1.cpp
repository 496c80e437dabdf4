#include "protocols/codec/av1.h"

namespace parley::codec {

std::optional<Av1> parse_av1(ByteView payload) {
  if (payload.empty()) return std::nullopt;
  const std::uint8_t head = payload[0];
  Av1 av1;
  av1.continues = (head & 0x80) != 0;
  av1.continued = (head & 0x40) != 0;
  av1.obu_count = (head >> 4) & 3;
  av1.new_sequence = (head & 0x08) != 0;
  // Section 4.4: N is 0 in a packet that goes on with an earlier one's OBU.
  if (av1.new_sequence && av1.continues) return std::nullopt;
  return av1;
}

}  // namespace parley::codec
