#include "application/people/password.h"

#include <argon2.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace parley::application::people {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr std::uint32_t kLanes = 1;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string hash_with_salt(const Secret& password, const std::array<std::uint8_t, kSaltBytes>& salt,
                           const PasswordCost& cost) {
  std::string encoded(
      argon2_encodedlen(cost.passes, cost.memory_kib, kLanes, kSaltBytes, kHashBytes, Argon2_id),
      '\0');
  const int code = argon2id_hash_encoded(
      cost.passes, cost.memory_kib, kLanes, password.reveal().data(), password.reveal().size(),
      salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size());
  PARLEY_ASSERT(code == ARGON2_OK);  // Only memory could be missing.
  encoded.resize(encoded.find('\0'));
  return encoded;
}

}  // namespace

std::optional<std::string> password_fault(const Secret& password, std::string_view email,
                                          std::string_view name) {
  const std::string& text = password.reveal();
  if (text.size() < kShortestPassword) {
    return fmt::format("a password needs at least {} characters", kShortestPassword);
  }
  if (text.size() > kLongestPassword) {
    return fmt::format("a password has at most {} bytes", kLongestPassword);
  }
  if (std::ranges::all_of(text, [&](char c) { return c == text.front(); })) {
    return "a password needs more than one character over and over";
  }
  const std::string low = lower(text);
  for (const std::string_view known : {email.substr(0, email.find('@')), name}) {
    constexpr std::size_t kWorthFinding = 4;
    if (known.size() >= kWorthFinding && low.find(lower(known)) != std::string::npos) {
      return "a password must not contain the name or the mail address";
    }
  }
  return std::nullopt;
}

std::string hash_password(const Secret& password, Random& random, const PasswordCost& cost) {
  std::array<std::uint8_t, kSaltBytes> salt{};
  random.fill(salt);
  return hash_with_salt(password, salt, cost);
}

bool verify_password(const std::string& hash, const Secret& password) {
  // Whoever sends megabytes does not get them hashed.
  if (password.reveal().size() > kLongestPassword) return false;
  return argon2id_verify(hash.c_str(), password.reveal().data(), password.reveal().size()) ==
         ARGON2_OK;
}

bool verify_nobody(const Secret& password) {
  static const std::string hash = hash_with_salt(Secret("nobody"), {}, {});
  (void)verify_password(hash, password);
  return false;
}

bool needs_rehash(const std::string& hash, const PasswordCost& cost) {
  return !hash.starts_with(
      fmt::format("$argon2id$v=19$m={},t={},p={}$", cost.memory_kib, cost.passes, kLanes));
}

}  // namespace parley::application::people
