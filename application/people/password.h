#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/secret.h"

/// Passwords as argon2id (RFC 9106), in the encoded form that carries its own salt and cost. Slow
/// on purpose: never on a loop's thread, never inside a transaction. Any thread.
namespace parley::application::people {

/// OWASP's password storage recommendation: 19 MiB, two passes, one lane; some 30 ms.
struct PasswordCost {
  std::uint32_t memory_kib = 19 * 1024;
  std::uint32_t passes = 2;

  friend bool operator==(const PasswordCost&, const PasswordCost&) = default;
};

/// ASVS 4.0.3 section 2.1.1 and 2.1.2.
inline constexpr std::size_t kShortestPassword = 12;
inline constexpr std::size_t kLongestPassword = 128;

/// What is wrong with a password that somebody chose, as a sentence; nullopt: it will do. `email`
/// and `name` must not be in it.
std::optional<std::string> password_fault(const Secret& password, std::string_view email,
                                          std::string_view name);

std::string hash_password(const Secret& password, Random& random, const PasswordCost& cost = {});

/// False as well for a hash that is none. Takes the same time whether or not it matches.
bool verify_password(const std::string& hash, const Secret& password);

/// As long as a real one would take, so that nobody learns who has an account. Returns false.
bool verify_nobody(const Secret& password);

/// Made at another cost than is wanted today: hash the password anew while it is known.
bool needs_rehash(const std::string& hash, const PasswordCost& cost = {});

}  // namespace parley::application::people
