#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace parley::srtp {

/// RFC 3711 section 3.3.1 and appendix A: the 48-bit index nearest to `newest` whose low half is
/// `seq`. Before the first rollover nothing lies below zero, so there a high number is the future.
constexpr std::uint64_t guess_index(std::uint16_t seq, std::uint64_t newest) {
  const auto step = static_cast<std::int16_t>(
      static_cast<std::uint16_t>(seq - static_cast<std::uint16_t>(newest)));
  const std::int64_t guess = static_cast<std::int64_t>(newest) + step;
  return guess < 0 ? seq : static_cast<std::uint64_t>(guess);
}

static_assert(guess_index(2, 0x1'fffe) == 0x2'0002);
static_assert(guess_index(0xfffe, 0x2'0002) == 0x1'fffe);
static_assert(guess_index(0xfffe, 2) == 0xfffe);

/// Remembers which of the last `size` indices have come (RFC 3711 section 3.3.2). The bit of an
/// index is at the index modulo the size, so moving ahead by one clears one bit.
template <std::size_t kMaxSize>
class ReplayWindow {
 public:
  enum class Verdict : std::uint8_t { fresh, replayed, too_old };

  /// `size` is a power of two, at least 64.
  explicit ReplayWindow(std::size_t size = kMaxSize) : mask_(size - 1) {}

  bool empty() const { return empty_; }
  std::uint64_t newest() const { return newest_; }

  Verdict check(std::uint64_t index) const {
    if (empty_ || index > newest_) return Verdict::fresh;
    if (newest_ - index > mask_) return Verdict::too_old;
    return (word(index) & bit(index)) != 0 ? Verdict::replayed : Verdict::fresh;
  }

  /// Only for an index that `check` called fresh and whose packet is authentic.
  void accept(std::uint64_t index) {
    if (empty_) {
      empty_ = false;
      newest_ = index;
    } else if (index > newest_) {
      if (index - newest_ > mask_) {
        bits_.fill(0);
      } else {
        for (std::uint64_t i = newest_ + 1; i < index; ++i) word(i) &= ~bit(i);
      }
      newest_ = index;
    }
    word(index) |= bit(index);
  }

 private:
  static_assert(std::has_single_bit(kMaxSize) && kMaxSize >= 64);

  static std::uint64_t bit(std::uint64_t index) { return std::uint64_t{1} << (index & 63); }
  std::uint64_t& word(std::uint64_t index) { return bits_[(index & mask_) / 64]; }
  const std::uint64_t& word(std::uint64_t index) const { return bits_[(index & mask_) / 64]; }

  std::array<std::uint64_t, kMaxSize / 64> bits_{};
  std::uint64_t newest_ = 0;
  std::uint64_t mask_;
  bool empty_ = true;
};

}  // namespace parley::srtp
