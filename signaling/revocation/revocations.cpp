#include "signaling/revocation/revocations.h"

#include <openssl/sha.h>

#include <array>
#include <charconv>
#include <optional>

#include "bus/subjects.h"
#include "signaling/encoding/base64.h"
#include "signaling/placement/await_bus.h"

namespace parley::signaling {
namespace {

/// Others may write the same entry meanwhile, but not for ever.
constexpr int kAttempts = 5;

std::optional<std::int64_t> date_of(const bus::Entry& entry) {
  const std::string_view text = as_chars(entry.value);
  std::int64_t date = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), date);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return date;
}

}  // namespace

std::int64_t revoke_before(std::int64_t asked, WallTime now) {
  if (asked > 0) return asked;
  return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count() + 1;
}

std::string revocation_key(std::string_view room, std::string_view identity) {
  std::string text = std::to_string(room.size());
  text.append(":").append(room).append(identity);
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(as_bytes(text).data(), text.size(), digest.data());
  return base64url_encode(digest);
}

asio::awaitable<std::expected<bool, bus::Error>> Revocations::revoked(std::string room,
                                                                      std::string identity,
                                                                      std::int64_t issued_at) {
  using Result = std::expected<bool, bus::Error>;
  auto asked =
      async_get(bus_, std::string(bus::kRevocationsBucket), revocation_key(room, identity));
  const auto entry = co_await std::move(asked);
  if (!entry && entry.error() == bus::Error::not_found) co_return Result(false);
  if (!entry) co_return Result(std::unexpected(entry.error()));
  // An entry that cannot be read was written by another version, to keep somebody out.
  const auto before = date_of(*entry);
  co_return Result(!before || issued_at < *before);
}

asio::awaitable<std::expected<void, bus::Error>> Revocations::revoke(std::string room,
                                                                     std::string identity,
                                                                     std::int64_t before) {
  using Result = std::expected<void, bus::Error>;
  const std::string bucket(bus::kRevocationsBucket);
  const std::string key = revocation_key(room, identity);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto asked = async_get(bus_, bucket, key);
    const auto entry = co_await std::move(asked);
    if (!entry && entry.error() != bus::Error::not_found) {
      co_return Result(std::unexpected(entry.error()));
    }
    // Written anew also where nothing changes: it lives from the last removal on.
    const std::int64_t stands = entry ? date_of(*entry).value_or(before) : before;
    const std::uint64_t revision = entry ? entry->revision : 0;
    auto claim = async_claim(bus_, bucket, key, std::to_string(std::max(before, stands)), revision);
    const auto written = co_await std::move(claim);
    if (written) co_return Result();
    if (written.error() != bus::Error::conflict) co_return Result(std::unexpected(written.error()));
  }
  co_return Result(std::unexpected(bus::Error::conflict));
}

}  // namespace parley::signaling
