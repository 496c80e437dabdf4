#include "protocols/codec/red.h"

#include <algorithm>

namespace parley::codec {
namespace {

constexpr std::size_t kRedundantHeader = red_header_size(false);

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

std::size_t write_red(MutableBytes out, std::span<const RedBlock> blocks) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const RedBlock& block = blocks[i];
    if (block.primary != (i + 1 == blocks.size())) return 0;
    if (!block.primary &&
        (block.timestamp_offset > kMaxRedOffset || block.payload.size() > kMaxRedBlock)) {
      return 0;
    }
    size += red_header_size(block.primary) + block.payload.size();
  }
  if (blocks.size() > Red::kMaxBlocks || size > out.size()) return 0;

  // RFC 2198 section 3: all headers, then the data in the same order.
  std::uint8_t* at = out.data();
  for (const RedBlock& block : blocks) {
    const auto type = static_cast<std::uint8_t>(block.payload_type & 0x7f);
    *at = block.primary ? type : static_cast<std::uint8_t>(0x80 | type);
    if (!block.primary) {
      store_be24(at + 1, std::uint32_t{block.timestamp_offset} << 10 |
                             static_cast<std::uint32_t>(block.payload.size()));
    }
    at += red_header_size(block.primary);
  }
  for (const RedBlock& block : blocks) at = std::ranges::copy(block.payload, at).out;
  return size;
}

}  // namespace parley::codec
