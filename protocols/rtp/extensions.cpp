#include "protocols/rtp/extensions.h"

#include <algorithm>
#include <cstring>

namespace parley::rtp {
namespace {

// RFC 8285 section 4.2: id 15 is reserved in the one-byte form.
constexpr std::uint8_t kMaxOneByteId = 14;
constexpr std::size_t kMaxOneByteValue = 16;

}  // namespace

void Extensions::Iterator::advance() {
  done_ = true;
  while (!rest_.empty()) {
    if (rest_[0] == 0) {  // Padding between elements (RFC 8285 section 4.1.1).
      rest_ = rest_.subspan(1);
      continue;
    }
    std::uint8_t id = rest_[0];
    std::size_t size = 0;
    std::size_t head = 1;
    if (two_byte_) {
      if (rest_.size() < 2) return;
      size = rest_[1];
      head = 2;
    } else {
      size = (id & 0x0fu) + 1;
      id = id >> 4;
      // Section 4.2: id 15, and id 0 with a length, end the walk.
      if (id > kMaxOneByteId || id == 0) return;
    }
    if (rest_.size() - head < size) return;
    current_ = {id, rest_.subspan(head, size)};
    rest_ = rest_.subspan(head + size);
    done_ = false;
    return;
  }
}

Extensions::Iterator Extensions::begin() const {
  const bool two_byte = (profile_ & 0xfff0) == kTwoByteProfile;
  if (profile_ != kOneByteProfile && !two_byte) return {};
  return {two_byte, bytes_};
}

std::optional<ByteView> Extensions::find(std::uint8_t id) const {
  if (id == 0) return std::nullopt;
  for (const Extension& element : *this) {
    if (element.id == id) return element.value;
  }
  return std::nullopt;
}

std::uint8_t* ExtensionWriter::reserve(std::uint8_t id, std::size_t size) {
  if (id == 0 || size > 255) return nullptr;
  const bool needs_two = id > kMaxOneByteId || size == 0 || size > kMaxOneByteValue;
  if (needs_two && !two_byte_ && !change_to_two_byte(size)) return nullptr;

  const std::size_t head = two_byte_ ? 2 : 1;
  const std::size_t end = size_ + head + size;
  if ((end + 3) / 4 * 4 > out_.size()) return nullptr;
  std::uint8_t* at = out_.data() + size_;
  if (two_byte_) {
    at[0] = id;
    at[1] = static_cast<std::uint8_t>(size);
  } else {
    at[0] = static_cast<std::uint8_t>((id << 4) | static_cast<int>(size - 1));
  }
  size_ = end;
  ++elements_;
  return at + head;
}

bool ExtensionWriter::add(std::uint8_t id, ByteView value) {
  std::uint8_t* const at = reserve(id, value.size());
  if (at == nullptr) return false;
  std::copy(value.begin(), value.end(), at);
  return true;
}

bool ExtensionWriter::change_to_two_byte(std::size_t size_of_next) {
  // Checked for the next element too, so that a failed `reserve` leaves the form as it was.
  const std::size_t end = size_ + elements_ + 2 + size_of_next;
  if ((end + 3) / 4 * 4 > out_.size()) return false;
  for (std::size_t at = 4; at < size_;) {
    const std::uint8_t head = out_[at];
    const std::size_t value = (head & 0x0fu) + 1;
    std::memmove(&out_[at] + 2, &out_[at] + 1, size_ - at - 1);
    out_[at] = head >> 4;
    out_[at + 1] = static_cast<std::uint8_t>(value);
    at += 2 + value;
    ++size_;
  }
  two_byte_ = true;
  return true;
}

std::size_t ExtensionWriter::finish() {
  if (elements_ == 0) return 0;
  while (size_ % 4 != 0) out_[size_++] = 0;
  store_be16(out_.data(), two_byte_ ? Extensions::kTwoByteProfile : Extensions::kOneByteProfile);
  store_be16(out_.data() + 2, static_cast<std::uint16_t>(size_ / 4 - 1));
  return size_;
}

}  // namespace parley::rtp
