#include "protocols/codec/packet_trailer.h"

#include <algorithm>
#include <array>

namespace parley::codec {
namespace {

constexpr std::array<std::uint8_t, 4> kMagic{'L', 'K', 'T', 'S'};
constexpr std::size_t kEnvelope = kMagic.size() + 1;
constexpr std::uint8_t kInvert = 0xff;
constexpr std::uint8_t kFirstTag = 1;  // The time, the frame's number, the application's own.
constexpr std::uint8_t kLastTag = 3;

}  // namespace

std::size_t packet_trailer_size(ByteView payload) {
  if (payload.size() < kEnvelope || !std::ranges::equal(payload.last(kMagic.size()), kMagic)) {
    return 0;
  }
  const std::size_t size = payload[payload.size() - kEnvelope] ^ kInvert;
  if (size <= kEnvelope || size > payload.size()) return 0;

  // Four letters alone may stand at the end of any frame.
  ByteView entries = payload.last(size).first(size - kEnvelope);
  while (!entries.empty()) {
    if (entries.size() < 2) return 0;
    const auto tag = static_cast<std::uint8_t>(entries[0] ^ kInvert);
    const std::size_t length = entries[1] ^ kInvert;
    if (tag < kFirstTag || tag > kLastTag || length > entries.size() - 2) return 0;
    entries = entries.subspan(2 + length);
  }
  return size;
}

}  // namespace parley::codec
