#include "application/people/sessions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "application/people/digest.h"

namespace parley::application::people {
namespace {

/// 62^43 > 2^256.
constexpr std::size_t kTokenLength = 43;
constexpr std::chrono::minutes kTouchAfter{1};

Secret start(store::Transaction& transaction, std::string_view tenant,
             std::optional<std::string_view> account, std::optional<std::string_view> guest,
             std::string_view client, Random& random, WallTime now) {
  Secret token(random.token(kTokenLength));
  transaction.change(
      "INSERT INTO sessions (token_hash, tenant, account, guest, created_at, used_at, client) "
      "VALUES ($1, $2, $3, $4, $5, $5, $6)",
      {digest(token.reveal()), tenant, account, guest, now, client});
  return token;
}

/// Half of a digest: enough to be told apart, and no token can be made of it.
std::string id_of(ByteView token_hash) {
  return fmt::format("{:02x}", fmt::join(token_hash.first(token_hash.size() / 2), ""));
}

struct Mark {
  std::string_view mark;
  std::string_view name;
};
constexpr std::array kBrowsers{Mark{"Edg", "Edge"},
                               Mark{"OPR/", "Opera"},
                               Mark{"SamsungBrowser", "Samsung Internet"},
                               Mark{"Firefox/", "Firefox"},
                               Mark{"FxiOS/", "Firefox"},
                               Mark{"Chrome/", "Chrome"},
                               Mark{"CriOS/", "Chrome"},
                               Mark{"Safari/", "Safari"}};
constexpr std::array kSystems{Mark{"Android", "Android"}, Mark{"iPhone", "iPhone"},
                              Mark{"iPad", "iPad"},       Mark{"CrOS", "ChromeOS"},
                              Mark{"Windows", "Windows"}, Mark{"Mac OS X", "macOS"},
                              Mark{"Linux", "Linux"}};

bool has_ended(const Session& session, WallTime now) {
  const SessionLife& life = session.is_guest() ? kGuestSession : kAccountSession;
  return now >= session.used_at + life.idle || now >= session.created_at + life.absolute;
}

}  // namespace

Secret start_session(store::Transaction& transaction, std::string_view tenant,
                     std::string_view account, std::string_view client, Random& random,
                     WallTime now) {
  return start(transaction, tenant, account, std::nullopt, client, random, now);
}

Secret start_guest_session(store::Transaction& transaction, std::string_view tenant,
                           std::string_view guest, Random& random, WallTime now) {
  return start(transaction, tenant, std::nullopt, guest, "", random, now);
}

std::optional<Session> find_session(store::Transaction& transaction, const Secret& token,
                                    WallTime now) {
  if (token.reveal().size() != kTokenLength) return std::nullopt;
  const auto row = transaction.first(
      "SELECT s.tenant, COALESCE(s.account, ''), COALESCE(s.guest, ''), s.created_at, s.used_at "
      "FROM sessions s LEFT JOIN accounts a ON a.tenant = s.tenant AND a.id = s.account "
      "WHERE s.token_hash = $1 AND a.disabled_at IS NULL",
      {digest(token.reveal())});
  if (!row) return std::nullopt;
  Session session{.tenant = row->text(0),
                  .account = row->text(1),
                  .guest = row->text(2),
                  .created_at = row->time(3),
                  .used_at = row->time(4)};
  if (has_ended(session, now)) return std::nullopt;
  return session;
}

bool is_touch_due(const Session& session, WallTime now) {
  return now >= session.used_at + kTouchAfter;
}

void touch_session(store::Transaction& transaction, const Secret& token, WallTime now) {
  transaction.change("UPDATE sessions SET used_at = $2 WHERE token_hash = $1 AND used_at < $2",
                     {digest(token.reveal()), now});
}

void revoke_session(store::Transaction& transaction, const Secret& token) {
  transaction.change("DELETE FROM sessions WHERE token_hash = $1", {digest(token.reveal())});
}

void revoke_sessions_of(store::Transaction& transaction, std::string_view tenant,
                        std::string_view account) {
  transaction.change("DELETE FROM sessions WHERE tenant = $1 AND account = $2", {tenant, account});
}

void revoke_other_sessions(store::Transaction& transaction, std::string_view tenant,
                           std::string_view account, const Secret& token) {
  transaction.change("DELETE FROM sessions WHERE tenant = $1 AND account = $2 AND token_hash <> $3",
                     {tenant, account, digest(token.reveal())});
}

std::vector<SessionEntry> sessions_of(store::Transaction& transaction, std::string_view tenant,
                                      std::string_view account, const Secret& token, WallTime now) {
  const ByteVector current = digest(token.reveal());
  std::vector<SessionEntry> found;
  for (const store::Row& row : transaction.query(
           "SELECT token_hash, client, created_at, used_at FROM sessions WHERE tenant = $1 AND "
           "account = $2 ORDER BY created_at DESC, token_hash",
           {tenant, account})) {
    const Session session{.tenant = std::string(tenant),
                          .account = std::string(account),
                          .guest = {},
                          .created_at = row.time(2),
                          .used_at = row.time(3)};
    if (has_ended(session, now)) continue;
    found.push_back({.id = id_of(row.bytes(0)),
                     .client = row.text(1),
                     .created_at = session.created_at,
                     .used_at = session.used_at,
                     .is_current = row.bytes(0) == current});
  }
  return found;
}

bool revoke_session_by_id(store::Transaction& transaction, std::string_view tenant,
                          std::string_view account, std::string_view id) {
  for (const store::Row& row :
       transaction.query("SELECT token_hash FROM sessions WHERE tenant = $1 AND account = $2",
                         {tenant, account})) {
    if (id_of(row.bytes(0)) != id) continue;
    transaction.change("DELETE FROM sessions WHERE token_hash = $1", {row.bytes(0)});
    return true;
  }
  return false;
}

std::string client_of(std::string_view user_agent) {
  // Each calls itself by the names of those before it as well: the more particular comes first.
  const auto first_of = [&](const auto& marks) -> std::string_view {
    const auto at = std::ranges::find_if(marks, [&](const Mark& one) {
      return user_agent.find(one.mark) != std::string_view::npos;
    });
    return at == marks.end() ? std::string_view() : at->name;
  };
  const std::string_view browser = first_of(kBrowsers);
  const std::string_view system = first_of(kSystems);
  if (browser.empty() || system.empty()) return std::string(browser.empty() ? system : browser);
  return fmt::format("{}, {}", browser, system);
}

std::int64_t sweep_sessions(store::Transaction& transaction, WallTime now) {
  return transaction.change(
      "DELETE FROM sessions WHERE "
      "(account IS NOT NULL AND (used_at <= $1 OR created_at <= $2)) OR "
      "(guest IS NOT NULL AND (used_at <= $3 OR created_at <= $4))",
      {now - kAccountSession.idle, now - kAccountSession.absolute, now - kGuestSession.idle,
       now - kGuestSession.absolute});
}

}  // namespace parley::application::people
