#include "protocols/fec/repair.h"

#include <algorithm>

namespace parley::fec {
namespace {

constexpr std::size_t kFixedHeader = 12;
constexpr std::size_t kFirstMask = 15;   ///< Places in the first part of a mask,
constexpr std::size_t kSecondMask = 31;  ///< and in the second.
static_assert(Repair::kMaxSpan == kFirstMask + kSecondMask);

void exclusive_or(std::uint8_t* to, ByteView bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) to[i] ^= bytes[i];
}

}  // namespace

void Repair::clear() {
  mask_ = 0;
  flags_ = length_ = 0;
  timestamp_ = 0;
  size_ = 0;
}

bool Repair::add(std::size_t place, ByteView header, ByteView payload) {
  if (place >= kMaxSpan || header.size() < kFixedHeader) return false;
  const ByteView extensions = header.subspan(kFixedHeader);
  const std::size_t size = extensions.size() + payload.size();
  if (size > kMaxPacket) return false;
  mask_ |= std::uint64_t{1} << place;
  // Section 6.3.2 of the draft: all but version, sequence number and SSRC.
  flags_ ^= load_be16(header.data());
  timestamp_ ^= load_be32(header.data() + 4);
  length_ ^= static_cast<std::uint16_t>(size);
  if (size > size_) {
    std::fill(bytes_.begin() + static_cast<std::ptrdiff_t>(size_),
              bytes_.begin() + static_cast<std::ptrdiff_t>(size), std::uint8_t{0});
    size_ = size;
  }
  exclusive_or(bytes_.data(), extensions);
  exclusive_or(bytes_.data() + extensions.size(), payload);
  return true;
}

void Repair::fold(const Repair& other) {
  mask_ |= other.mask_;
  flags_ ^= other.flags_;
  timestamp_ ^= other.timestamp_;
  length_ ^= other.length_;
  if (other.size_ > size_) {
    std::fill(bytes_.begin() + static_cast<std::ptrdiff_t>(size_),
              bytes_.begin() + static_cast<std::ptrdiff_t>(other.size_), std::uint8_t{0});
    size_ = other.size_;
  }
  exclusive_or(bytes_.data(), ByteView(other.bytes_).first(other.size_));
}

std::size_t Repair::write(MutableBytes out, std::uint32_t ssrc, std::uint16_t base) const {
  // Places are written from the top bit down, behind a bit that says whether a part is the last.
  std::uint16_t first = 0;
  for (std::size_t i = 0; i < kFirstMask; ++i) {
    if ((mask_ >> i & 1) != 0) first |= static_cast<std::uint16_t>(0x4000u >> i);
  }
  std::uint32_t second = 0;
  for (std::size_t i = 0; i < kSecondMask; ++i) {
    if ((mask_ >> (kFirstMask + i) & 1) != 0) second |= 0x4000'0000u >> i;
  }
  const std::size_t header = second == 0 ? kMaxHeader - 4 : kMaxHeader;
  if (empty() || out.size() < header + size_) return 0;

  std::uint8_t* const p = out.data();
  // R and F, where versions would be: neither a retransmission nor a fixed mask.
  store_be16(p, flags_ & 0x3fff);
  store_be16(p + 2, length_);
  store_be32(p + 4, timestamp_);
  store_be32(p + 8, 1u << 24);  // One SSRC; the rest is reserved.
  store_be32(p + 12, ssrc);
  store_be16(p + 16, base);
  store_be16(p + 18, second == 0 ? first | 0x8000u : first);
  if (second != 0) store_be32(p + 20, second | 0x8000'0000u);
  std::copy_n(bytes_.begin(), size_, p + header);
  return header + size_;
}

}  // namespace parley::fec
