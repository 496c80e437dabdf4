#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "application/store/transaction.h"
#include "base/time.h"

namespace parley::application::people {

/// How often something may be tried: `burst` times at once, then once per `pause`.
struct Allowance {
  std::int64_t burst = 0;
  std::chrono::milliseconds pause{};
};
/// ASVS 4.0.3 section 2.2.1 allows 100 failed attempts an hour on one account; this allows 70 in
/// the first and 60 in each further one.
inline constexpr Allowance kPerAccount{.burst = 10, .pause = std::chrono::seconds(60)};
/// Many people may share an address.
inline constexpr Allowance kPerAddress{.burst = 50, .pause = std::chrono::seconds(10)};

/// One number remembers all tries (the "generic cell rate algorithm"): when it would all be
/// forgotten. Returns what to remember now; nullopt: too often, and nothing changes. Pure. `cost`:
/// for how many tries this one counts.
std::optional<WallTime> allowed_until(const Allowance& allowance,
                                      std::optional<WallTime> remembered, WallTime now,
                                      std::int64_t cost = 1);

/// Counts a try at `key` ("password/tenant/mail"), which is stored as a digest. False: too often.
/// Remembered in the database, so that a restart forgives nothing; entries that mean nothing any
/// more are removed as others come.
bool take_attempt(store::Transaction& transaction, std::string_view key, const Allowance& allowance,
                  WallTime now, std::int64_t cost = 1);
/// It was right: earlier tries do not count any more.
void forgive_attempts(store::Transaction& transaction, std::string_view key);

}  // namespace parley::application::people
