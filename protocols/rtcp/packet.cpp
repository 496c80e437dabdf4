#include "protocols/rtcp/packet.h"

namespace parley::rtcp {

void Compound::Iterator::advance() {
  done_ = true;
  if (rest_.empty()) return;
  malformed_ = true;
  if (rest_.size() < 4 || rest_[0] >> 6 != 2) return;
  const std::size_t size = 4u * load_be16(rest_.data() + 2);
  if (rest_.size() - 4 < size) return;

  ByteView body = rest_.subspan(4, size);
  if ((rest_[0] & 0x20) != 0) {
    // RFC 3550 section 6.4.1 has whole words of padding, the last byte counts them all. What fills
    // up transport-wide feedback to whole words is less than one (draft-holmer section 3.1), and
    // libwebrtc says so in the same way: three quarters of its feedback have such an end.
    if (body.empty() || body.back() == 0 || body.back() > body.size()) return;
    body = body.first(body.size() - body.back());
  }
  current_ = {static_cast<Type>(rest_[1]), static_cast<std::uint8_t>(rest_[0] & 0x1f), body};
  rest_ = rest_.subspan(4 + size);
  malformed_ = false;
  done_ = false;
}

bool Compound::well_formed() const {
  if (bytes_.empty()) return false;
  Iterator it = begin();
  while (it != end()) ++it;
  return !it.malformed_;
}

std::uint8_t* Writer::begin(Type type, std::uint8_t count, std::size_t body_size) {
  if (room() < 4 + body_size) return nullptr;
  std::uint8_t* const at = out_.data() + size_;
  at[0] = static_cast<std::uint8_t>(0x80 | count);
  at[1] = static_cast<std::uint8_t>(type);
  store_be16(at + 2, static_cast<std::uint16_t>(body_size / 4));
  size_ += 4 + body_size;
  return at + 4;
}

}  // namespace parley::rtcp
