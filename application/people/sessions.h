#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/store/transaction.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/time.h"

/// Who a browser belongs to. The browser keeps 256 random bits; the database keeps their digest, so
/// that whoever reads it, or a backup, can not be anybody.
namespace parley::application::people {

struct SessionLife {
  std::chrono::seconds idle{};      ///< Unused for that long, it ends.
  std::chrono::seconds absolute{};  ///< However much it is used, it ends.
};
/// Longer than ASVS 4.0.3 section 3.3.2 has it; docs/operating/security.md says why.
inline constexpr SessionLife kAccountSession{.idle = std::chrono::hours(12),
                                             .absolute = std::chrono::hours(24 * 7)};
inline constexpr SessionLife kGuestSession{.idle = std::chrono::hours(4),
                                           .absolute = std::chrono::hours(24)};

struct Session {
  std::string tenant;
  std::string account;  ///< Or
  std::string guest;    ///< this; the other one is empty.
  WallTime created_at{};
  WallTime used_at{};

  bool is_guest() const { return account.empty(); }
};

/// `client` is for their own eyes, who see where they are signed in: "Firefox, Linux".
Secret start_session(store::Transaction& transaction, std::string_view tenant,
                     std::string_view account, std::string_view client, Random& random,
                     WallTime now);
Secret start_guest_session(store::Transaction& transaction, std::string_view tenant,
                           std::string_view guest, Random& random, WallTime now);

/// nullopt: unknown, ended, or of a disabled account. Only reads.
std::optional<Session> find_session(store::Transaction& transaction, const Secret& token,
                                    WallTime now);
/// Worth a `touch_session`: writing at each request would be too much.
bool is_touch_due(const Session& session, WallTime now);
void touch_session(store::Transaction& transaction, const Secret& token, WallTime now);

void revoke_session(store::Transaction& transaction, const Secret& token);
void revoke_sessions_of(store::Transaction& transaction, std::string_view tenant,
                        std::string_view account);
/// All but the one that asks.
void revoke_other_sessions(store::Transaction& transaction, std::string_view tenant,
                           std::string_view account, const Secret& token);

/// One of an account's, as its list shows it.
struct SessionEntry {
  std::string id;  ///< From which its token cannot be guessed.
  std::string client;
  WallTime created_at{};
  WallTime used_at{};
  bool is_current = false;
};
/// Those that have not ended, newest first. `token`: the one that asks.
std::vector<SessionEntry> sessions_of(store::Transaction& transaction, std::string_view tenant,
                                      std::string_view account, const Secret& token, WallTime now);
/// False: the account has none with this id.
bool revoke_session_by_id(store::Transaction& transaction, std::string_view tenant,
                          std::string_view account, std::string_view id);

/// "Firefox, Linux" from what a browser says of itself (RFC 9110 section 10.1.5); empty: no browser
/// that we know. Pure.
std::string client_of(std::string_view user_agent);

/// Removes what has ended; returns how many. To be called now and then.
std::int64_t sweep_sessions(store::Transaction& transaction, WallTime now);

}  // namespace parley::application::people
