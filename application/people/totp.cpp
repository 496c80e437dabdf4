#include "application/people/totp.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/assert.h"

namespace parley::application::people {
namespace {

constexpr unsigned kDigits = 6;
constexpr std::int64_t kStepsAround = 1;

/// RFC 3986 section 2.1.
std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

ByteVector new_totp_secret(Random& random) {
  ByteVector secret(kTotpSecretBytes);
  random.fill(secret);
  return secret;
}

std::uint32_t hotp(ByteView secret, std::uint64_t counter, unsigned digits) {
  std::array<std::uint8_t, 8> message{};
  store_be64(message.data(), counter);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  PARLEY_ASSERT(HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), message.data(),
                     message.size(), mac.data(), &size) != nullptr);
  // Section 5.3: the last four bits say where, the first bit of there is masked.
  const std::size_t offset = mac[size - 1] & 0xfU;
  const std::uint32_t number = load_be32(mac.data() + offset) & 0x7fffffffU;
  std::uint32_t modulus = 1;
  for (unsigned i = 0; i < digits; ++i) modulus *= 10;
  return number % modulus;
}

std::optional<std::int64_t> verify_totp(ByteView secret, std::string_view code, WallTime now,
                                        std::int64_t last_step) {
  if (code.size() != kDigits) return std::nullopt;
  const std::int64_t current = now.time_since_epoch() / kTotpStep;
  std::optional<std::int64_t> found;
  for (std::int64_t step = current - kStepsAround; step <= current + kStepsAround; ++step) {
    const std::string right =
        fmt::format("{:06}", hotp(secret, static_cast<std::uint64_t>(step), kDigits));
    // In constant time, and all three: how long it takes says nothing.
    const bool same = CRYPTO_memcmp(right.data(), code.data(), kDigits) == 0;
    if (same && step > last_step && !found) found = step;
  }
  return found;
}

std::string to_base32(ByteView bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = held << 8 | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) out += kAlphabet[held >> (bits - 5) & 31U];
  }
  if (bits > 0) out += kAlphabet[held << (5 - bits) & 31U];
  return out;
}

std::string totp_uri(ByteView secret, std::string_view issuer, std::string_view email) {
  return fmt::format("otpauth://totp/{0}:{1}?secret={2}&issuer={0}", percent_encoded(issuer),
                     percent_encoded(email), to_base32(secret));
}

}  // namespace parley::application::people
