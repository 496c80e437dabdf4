#include "application/people/sessions.h"

#include "application/people/digest.h"

namespace parley::application::people {
namespace {

/// 62^43 > 2^256.
constexpr std::size_t kTokenLength = 43;
constexpr std::chrono::minutes kTouchAfter{1};

Secret start(store::Transaction& transaction, std::string_view tenant,
             std::optional<std::string_view> account, std::optional<std::string_view> guest,
             Random& random, WallTime now) {
  Secret token(random.token(kTokenLength));
  transaction.change(
      "INSERT INTO sessions (token_hash, tenant, account, guest, created_at, used_at) "
      "VALUES ($1, $2, $3, $4, $5, $5)",
      {digest(token.reveal()), tenant, account, guest, now});
  return token;
}

bool has_ended(const Session& session, WallTime now) {
  const SessionLife& life = session.is_guest() ? kGuestSession : kAccountSession;
  return now >= session.used_at + life.idle || now >= session.created_at + life.absolute;
}

}  // namespace

Secret start_session(store::Transaction& transaction, std::string_view tenant,
                     std::string_view account, Random& random, WallTime now) {
  return start(transaction, tenant, account, std::nullopt, random, now);
}

Secret start_guest_session(store::Transaction& transaction, std::string_view tenant,
                           std::string_view guest, Random& random, WallTime now) {
  return start(transaction, tenant, std::nullopt, guest, random, now);
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

std::int64_t sweep_sessions(store::Transaction& transaction, WallTime now) {
  return transaction.change(
      "DELETE FROM sessions WHERE "
      "(account IS NOT NULL AND (used_at <= $1 OR created_at <= $2)) OR "
      "(guest IS NOT NULL AND (used_at <= $3 OR created_at <= $4))",
      {now - kAccountSession.idle, now - kAccountSession.absolute, now - kGuestSession.idle,
       now - kGuestSession.absolute});
}

}  // namespace parley::application::people
