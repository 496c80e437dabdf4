#include "application/meetings/passcode.h"

#include <fmt/format.h>

#include "application/people/attempts.h"

namespace parley::application::meetings {
namespace {

/// A short code must not be found by trying: from one address a dozen in the first minute …
constexpr people::Allowance kFromAddress{.burst = 8, .pause = std::chrono::seconds(15)};
/// … and from everywhere together a thousand an hour, which people who mistype never reach.
constexpr people::Allowance kForMeeting{.burst = 100, .pause = std::chrono::seconds(4)};

std::string key_of(const Meeting& meeting, std::string_view address) {
  return fmt::format("passcode/{}/{}/{}", meeting.tenant, meeting.id, address);
}

}  // namespace

bool is_good_passcode(const Secret& passcode) {
  const std::size_t size = passcode.reveal().size();
  return size >= kShortestPasscode && size <= kLongestPasscode;
}

void set_passcode(store::Transaction& transaction, const Meeting& meeting, std::string_view hash) {
  transaction.change("UPDATE meetings SET passcode_hash = $3 WHERE tenant = $1 AND id = $2",
                     {meeting.tenant, meeting.id, store::Value::text_or_null(hash)});
}

std::optional<std::string> begin_passcode(store::Transaction& transaction, const Meeting& meeting,
                                          std::string_view address, WallTime now) {
  if (!people::take_attempt(transaction, key_of(meeting, address), kFromAddress, now) ||
      !people::take_attempt(transaction, key_of(meeting, ""), kForMeeting, now)) {
    return std::nullopt;
  }
  const auto row =
      transaction.first("SELECT passcode_hash FROM meetings WHERE tenant = $1 AND id = $2",
                        {meeting.tenant, meeting.id});
  return row ? row->maybe_text(0) : std::nullopt;
}

void finish_passcode(store::Transaction& transaction, const Meeting& meeting,
                     std::string_view address) {
  people::forgive_attempts(transaction, key_of(meeting, address));
}

}  // namespace parley::application::meetings
