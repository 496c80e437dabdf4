#include "protocols/codec/red.h"

namespace parley::codec {
namespace {

constexpr std::size_t kRedundantHeader = 4;

}  // namespace

std::optional<Red> Red::parse(ByteView payload) {
  // RFC 2198 section 3: headers with F set have four bytes; the last one has a single byte.
  ByteView rest = payload;
  std::size_t redundant = 0;
  std::size_t blocks = 0;
  while (!rest.empty() && (rest[0] & 0x80) != 0) {
    if (rest.size() < kRedundantHeader || ++blocks == kMaxBlocks) return std::nullopt;
    redundant += load_be16(rest.data() + 2) & 0x3ffu;
    rest = rest.subspan(kRedundantHeader);
  }
  if (rest.empty()) return std::nullopt;
  const std::uint8_t primary_type = rest[0] & 0x7f;
  rest = rest.subspan(1);
  if (rest.size() < redundant) return std::nullopt;

  Red red;
  red.headers_ = payload.first(kRedundantHeader * blocks + 1);
  red.data_ = rest;
  red.primary_ = {primary_type, 0, rest.subspan(redundant), true};
  return red;
}

bool Red::Cursor::next(RedBlock& out) {
  if (headers_.empty()) return false;
  out.payload_type = headers_[0] & 0x7f;
  if ((headers_[0] & 0x80) == 0) {
    out.timestamp_offset = 0;
    out.payload = data_;
    out.primary = true;
    headers_ = {};
    return true;
  }
  const std::uint32_t offset_and_size = load_be24(headers_.data() + 1);
  const std::size_t size = offset_and_size & 0x3ff;
  out.timestamp_offset = static_cast<std::uint16_t>(offset_and_size >> 10);
  out.payload = data_.first(size);
  out.primary = false;
  headers_ = headers_.subspan(kRedundantHeader);
  data_ = data_.subspan(size);
  return true;
}

}  // namespace parley::codec
