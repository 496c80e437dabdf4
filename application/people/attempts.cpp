#include "application/people/attempts.h"

#include <algorithm>

#include "application/people/digest.h"

namespace parley::application::people {

std::optional<WallTime> allowed_until(const Allowance& allowance,
                                      std::optional<WallTime> remembered, WallTime now,
                                      std::int64_t cost) {
  const WallTime from = std::max(remembered.value_or(now), now);
  if (from - now > (allowance.burst - cost) * allowance.pause) return std::nullopt;
  return from + cost * allowance.pause;
}

bool take_attempt(store::Transaction& transaction, std::string_view key, const Allowance& allowance,
                  WallTime now, std::int64_t cost) {
  transaction.change("DELETE FROM attempts WHERE free_at < $1", {now});
  const ByteVector hash = digest(key);
  const auto row = transaction.first("SELECT free_at FROM attempts WHERE key_hash = $1", {hash});
  const auto until =
      allowed_until(allowance, row ? std::optional(row->time(0)) : std::nullopt, now, cost);
  if (!until) return false;
  transaction.change(
      "INSERT INTO attempts (key_hash, free_at) VALUES ($1, $2) "
      "ON CONFLICT (key_hash) DO UPDATE SET free_at = excluded.free_at",
      {hash, *until});
  return true;
}

void forgive_attempts(store::Transaction& transaction, std::string_view key) {
  transaction.change("DELETE FROM attempts WHERE key_hash = $1", {digest(key)});
}

}  // namespace parley::application::people
