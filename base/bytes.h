#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Bytes and big-endian (network order) access to them.
namespace parley {

using ByteView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;
using ByteVector = std::vector<std::uint8_t>;

constexpr std::uint16_t load_be16(const std::uint8_t* p) {
  return static_cast<std::uint16_t>(p[0] << 8 | p[1]);
}
constexpr std::uint32_t load_be24(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) << 16 | static_cast<std::uint32_t>(p[1]) << 8 | p[2];
}
constexpr std::uint32_t load_be32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(load_be16(p)) << 16 | load_be16(p + 2);
}
constexpr std::uint64_t load_be64(const std::uint8_t* p) {
  return static_cast<std::uint64_t>(load_be32(p)) << 32 | load_be32(p + 4);
}

constexpr void store_be16(std::uint8_t* p, std::uint16_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 8);
  p[1] = static_cast<std::uint8_t>(v);
}
constexpr void store_be24(std::uint8_t* p, std::uint32_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 16);
  store_be16(p + 1, static_cast<std::uint16_t>(v));
}
constexpr void store_be32(std::uint8_t* p, std::uint32_t v) {
  store_be16(p, static_cast<std::uint16_t>(v >> 16));
  store_be16(p + 2, static_cast<std::uint16_t>(v));
}
constexpr void store_be64(std::uint8_t* p, std::uint64_t v) {
  store_be32(p, static_cast<std::uint32_t>(v >> 32));
  store_be32(p + 4, static_cast<std::uint32_t>(v));
}

/// Takes big-endian fields off the front of a view. A read past the end fails the reader for good
/// and yields zero, so a parser reads all its fields and asks `ok()` once.
class ByteReader {
 public:
  constexpr explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  constexpr bool ok() const { return ok_; }
  constexpr std::size_t remaining() const { return rest_.size(); }
  constexpr ByteView rest() const { return rest_; }

  constexpr std::uint8_t u8() { return take(1) ? at_[0] : std::uint8_t{0}; }
  constexpr std::uint16_t u16() { return take(2) ? load_be16(at_) : std::uint16_t{0}; }
  constexpr std::uint32_t u24() { return take(3) ? load_be24(at_) : 0; }
  constexpr std::uint32_t u32() { return take(4) ? load_be32(at_) : 0; }
  constexpr std::uint64_t u64() { return take(8) ? load_be64(at_) : 0; }
  constexpr ByteView bytes(std::size_t n) { return take(n) ? ByteView(at_, n) : ByteView(); }
  constexpr void skip(std::size_t n) { take(n); }

 private:
  constexpr bool take(std::size_t n) {
    if (n > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return false;
    }
    at_ = rest_.data();
    rest_ = rest_.subspan(n);
    return true;
  }

  ByteView rest_;
  const std::uint8_t* at_ = nullptr;
  bool ok_ = true;
};

/// Appends big-endian fields to a vector that it borrows.
class ByteWriter {
 public:
  explicit ByteWriter(ByteVector& out) : out_(out) {}

  std::size_t size() const { return out_.size(); }
  void u8(std::uint8_t v) { out_.push_back(v); }
  void u16(std::uint16_t v) { store_be16(grow(2), v); }
  void u24(std::uint32_t v) { store_be24(grow(3), v); }
  void u32(std::uint32_t v) { store_be32(grow(4), v); }
  void u64(std::uint64_t v) { store_be64(grow(8), v); }
  void bytes(ByteView v) { out_.insert(out_.end(), v.begin(), v.end()); }
  void zeros(std::size_t n) { out_.resize(out_.size() + n); }

 private:
  std::uint8_t* grow(std::size_t n) {
    out_.resize(out_.size() + n);
    return out_.data() + out_.size() - n;
  }

  ByteVector& out_;
};

inline ByteView as_bytes(std::string_view s) {
  return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()};
}
inline std::string_view as_chars(ByteView b) {
  return {reinterpret_cast<const char*>(b.data()), b.size()};
}
inline ByteVector to_vector(ByteView b) { return {b.begin(), b.end()}; }

}  // namespace parley
