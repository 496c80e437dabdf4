#include "load/frames/stamp.h"

#include <algorithm>
#include <array>

namespace parley::load {
namespace {

constexpr std::size_t kPlain = 19;
constexpr std::array<std::uint8_t, 4> kMark{0xac, 0xd3, 0x9e, 0xf1};
static_assert(kStampSize == kMark.size() + (kPlain * 8 + 6) / 7);

}  // namespace

void write_stamp(std::uint8_t* out, const Stamp& stamp) {
  std::array<std::uint8_t, kPlain> plain;
  store_be32(plain.data(), stamp.run);
  plain[4] = static_cast<std::uint8_t>(stamp.layer | (stamp.keyframe ? 0x80 : 0));
  store_be16(plain.data() + 5, stamp.packets);
  store_be32(plain.data() + 7, stamp.frame);
  store_be64(plain.data() + 11, static_cast<std::uint64_t>(stamp.sent.time_since_epoch().count()));

  out = std::ranges::copy(kMark, out).out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const std::uint8_t byte : plain) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 7; count -= 7) {
      *out++ = static_cast<std::uint8_t>(0x80 | (bits >> (count - 7) & 0x7f));
    }
  }
  *out = static_cast<std::uint8_t>(0x80 | (bits << (7 - count) & 0x7f));
}

std::optional<Stamp> read_stamp(ByteView payload) {
  if (payload.size() < kStampSize) return std::nullopt;
  payload = payload.last(kStampSize);
  if (!std::ranges::equal(payload.first(kMark.size()), kMark)) return std::nullopt;
  std::array<std::uint8_t, kPlain> plain;
  std::size_t at = 0;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const std::uint8_t byte : payload.subspan(kMark.size())) {
    if ((byte & 0x80) == 0) return std::nullopt;
    bits = bits << 7 | (byte & 0x7fu);
    count += 7;
    if (count < 8 || at == plain.size()) continue;
    count -= 8;
    plain[at++] = static_cast<std::uint8_t>(bits >> count);
  }
  return Stamp{.run = load_be32(plain.data()),
               .layer = static_cast<std::uint8_t>(plain[4] & 0x7f),
               .keyframe = (plain[4] & 0x80) != 0,
               .packets = load_be16(plain.data() + 5),
               .frame = load_be32(plain.data() + 7),
               .sent = Time(Duration(static_cast<std::int64_t>(load_be64(plain.data() + 11))))};
}

}  // namespace parley::load
