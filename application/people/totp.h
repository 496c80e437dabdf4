#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"

/// One-time codes by time (RFC 6238): SHA-1, 30 seconds, six digits, which is what every
/// authenticator app speaks. Pure functions.
namespace parley::application::people {

inline constexpr std::size_t kTotpSecretBytes = 20;  ///< RFC 4226 section 4, R6: 160 bits.
inline constexpr std::chrono::seconds kTotpStep{30};

ByteVector new_totp_secret(Random& random);

/// RFC 4226 section 5.3.
std::uint32_t hotp(ByteView secret, std::uint64_t counter, unsigned digits);

/// The step whose code was given: now's, or one before or after (RFC 6238 section 5.2). Only steps
/// after `last_step` count: a code is good once. nullopt: it is wrong.
std::optional<std::int64_t> verify_totp(ByteView secret, std::string_view code, WallTime now,
                                        std::int64_t last_step);

/// RFC 4648 section 6, without padding: what is typed by hand.
std::string to_base32(ByteView bytes);

/// What the QR code says: otpauth://totp/…
std::string totp_uri(ByteView secret, std::string_view issuer, std::string_view email);

}  // namespace parley::application::people
