#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/time.h"
#include "bus/bus.h"

namespace parley::signaling {

namespace asio = boost::asio;

/// Which tokens are not good any more although nothing is wrong with them: those of people who were
/// removed from a room since.
///
///  owner    the edge, one per process
///  thread   the edge's loop, on which the bus calls back too
///  bounded  an entry of some hundred bytes per removed person, which the store forgets after
///           `bus::bucket_life`; nothing is kept in this process
class Revocations {
 public:
  explicit Revocations(bus::Bus& bus) : bus_(bus) {}

  /// Was a token of this person for this room that was issued at `issued_at` (Unix seconds)
  /// revoked? The error: the store could not be asked.
  asio::awaitable<std::expected<bool, bus::Error>> revoked(std::string room, std::string identity,
                                                           std::int64_t issued_at);

  /// From now on tokens are refused that were issued before `before` (Unix seconds). A later date
  /// that stands already stays.
  asio::awaitable<std::expected<void, bus::Error>> revoke(std::string room, std::string identity,
                                                          std::int64_t before);

 private:
  bus::Bus& bus_;
};

/// What RemoveParticipant revokes: what was issued before `asked` (its `revoke_token_ts`), or, if
/// it asks for nothing, up to now. A token counts seconds only: one from the very second of the
/// removal is taken for an earlier one.
std::int64_t revoke_before(std::int64_t asked, WallTime now);

/// Names of people and rooms are nobody's business in the store's keys, and may be of any length.
std::string revocation_key(std::string_view room, std::string_view identity);

}  // namespace parley::signaling
