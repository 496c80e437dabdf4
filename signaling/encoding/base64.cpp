#include "signaling/encoding/base64.h"

#include <array>
#include <cstdint>

namespace parley::signaling {
namespace {

constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNot = 0xff;

constexpr std::array<std::uint8_t, 256> table(bool standard_too) {
  std::array<std::uint8_t, 256> t{};
  t.fill(kNot);
  for (std::size_t i = 0; i < kUrlAlphabet.size(); ++i) {
    t[static_cast<std::uint8_t>(kUrlAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  if (standard_too) {
    t['+'] = 62;
    t['/'] = 63;
    t[' '] = 62;  // a bare + in a query string arrives as a blank
  }
  return t;
}
constexpr auto kUrl = table(false);
constexpr auto kAny = table(true);

std::optional<ByteVector> decode(std::string_view text,
                                 const std::array<std::uint8_t, 256>& values) {
  if (text.size() % 4 == 1) return std::nullopt;
  ByteVector out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::uint8_t v = values[static_cast<std::uint8_t>(c)];
    if (v == kNot) return std::nullopt;
    bits = bits << 6 | v;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> held));
      bits &= (1U << held) - 1;
    }
  }
  // RFC 4648 section 3.5: bits that encode nothing must be zero, else two texts mean the same
  // bytes.
  if (bits != 0) return std::nullopt;
  return out;
}

}  // namespace

std::string base64url_encode(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const std::uint8_t b : bytes) {
    bits = bits << 8 | b;
    held += 8;
    while (held >= 6) {
      held -= 6;
      out.push_back(kUrlAlphabet[bits >> held & 63]);
    }
    bits &= (1U << held) - 1;
  }
  if (held > 0) out.push_back(kUrlAlphabet[bits << (6 - held) & 63]);
  return out;
}

std::optional<ByteVector> base64url_decode_strict(std::string_view text) {
  return decode(text, kUrl);
}

std::optional<ByteVector> base64_decode_any(std::string_view text) {
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return decode(text, kAny);
}

}  // namespace parley::signaling
