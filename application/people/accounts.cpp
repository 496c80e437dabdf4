#include "application/people/accounts.h"

#include <algorithm>

#include "application/people/sessions.h"

namespace parley::application::people {
namespace {

/// 62^22 > 2^128: not to be guessed, safe in URLs and subjects.
constexpr std::size_t kIdLength = 22;
constexpr std::size_t kMaxEmail = 254;  // RFC 5321 section 4.5.3.1.3, less the brackets.

constexpr std::string_view kSelect =
    "SELECT tenant, id, email, name, is_admin, password_hash IS NOT NULL, totp_confirmed, "
    "created_at, disabled_at FROM accounts ";

Account account_of(const store::Row& row) {
  return {.tenant = row.text(0),
          .id = row.text(1),
          .email = row.text(2),
          .name = row.text(3),
          .is_admin = row.truth(4),
          .has_password = row.truth(5),
          .has_totp = row.truth(6),
          .created_at = row.time(7),
          .disabled_at = row.maybe_time(8)};
}

std::optional<Account> first_account(store::Transaction& transaction, const std::string& where,
                                     const store::Values& values) {
  const auto row = transaction.first(std::string(kSelect) + where, values);
  return row ? std::optional(account_of(*row)) : std::nullopt;
}

std::expected<void, AccountError> found(std::int64_t changed) {
  if (changed == 0) return std::unexpected(AccountError::not_found);
  return {};
}

}  // namespace

std::string_view describe(AccountError error) {
  switch (error) {
    case AccountError::bad_email:
      return "this is no mail address";
    case AccountError::bad_name:
      return "a name has 1 to 128 bytes and no control characters";
    case AccountError::exists:
      return "there is somebody with this mail address already";
    case AccountError::not_found:
      return "there is nobody with this mail address";
  }
  return "unknown";
}

void ensure_tenant(store::Transaction& transaction, std::string_view tenant, WallTime now) {
  transaction.change(
      "INSERT INTO tenants (id, name, created_at) VALUES ($1, $1, $2) ON CONFLICT (id) DO NOTHING",
      {tenant, now});
}

std::optional<std::string> normal_email(std::string_view email) {
  const std::size_t at = email.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == email.size()) return std::nullopt;
  if (email.size() > kMaxEmail) return std::nullopt;
  std::string out;
  for (const char c : email) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) return std::nullopt;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

bool is_good_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes && std::ranges::none_of(name, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

std::expected<Account, AccountError> add_account(store::Transaction& transaction,
                                                 const NewAccount& account, Random& random,
                                                 WallTime now) {
  const auto email = normal_email(account.email);
  if (!email) return std::unexpected(AccountError::bad_email);
  if (!is_good_name(account.name)) return std::unexpected(AccountError::bad_name);
  ensure_tenant(transaction, account.tenant, now);
  const std::string id = random.token(kIdLength);
  const std::int64_t added = transaction.change(
      "INSERT INTO accounts (tenant, id, email, name, is_admin, password_hash, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, email) DO NOTHING",
      {account.tenant, id, *email, account.name, account.is_admin,
       store::Value::text_or_null(account.password_hash), now});
  if (added == 0) return std::unexpected(AccountError::exists);
  return account_by_id(transaction, account.tenant, id).value_or(Account());
}

std::optional<Account> find_account(store::Transaction& transaction, std::string_view tenant,
                                    std::string_view email) {
  const auto normal = normal_email(email);
  if (!normal) return std::nullopt;
  return first_account(transaction, "WHERE tenant = $1 AND email = $2", {tenant, *normal});
}

std::optional<Account> account_by_id(store::Transaction& transaction, std::string_view tenant,
                                     std::string_view id) {
  return first_account(transaction, "WHERE tenant = $1 AND id = $2", {tenant, id});
}

std::vector<Account> list_accounts(store::Transaction& transaction, std::string_view tenant,
                                   std::string_view after_email, std::int64_t limit) {
  std::vector<Account> accounts;
  for (const store::Row& row : transaction.query(
           std::string(kSelect) + "WHERE tenant = $1 AND email > $2 ORDER BY email LIMIT $3",
           {tenant, after_email, limit})) {
    accounts.push_back(account_of(row));
  }
  return accounts;
}

std::expected<void, AccountError> disable_account(store::Transaction& transaction,
                                                  std::string_view tenant, std::string_view id,
                                                  WallTime now) {
  revoke_sessions_of(transaction, tenant, id);
  return found(transaction.change(
      "UPDATE accounts SET disabled_at = COALESCE(disabled_at, $3) WHERE tenant = $1 AND id = $2",
      {tenant, id, now}));
}

std::expected<void, AccountError> enable_account(store::Transaction& transaction,
                                                 std::string_view tenant, std::string_view id) {
  return found(transaction.change(
      "UPDATE accounts SET disabled_at = NULL WHERE tenant = $1 AND id = $2", {tenant, id}));
}

std::string password_hash_of(store::Transaction& transaction, std::string_view tenant,
                             std::string_view id) {
  const auto row = transaction.first(
      "SELECT password_hash FROM accounts WHERE tenant = $1 AND id = $2", {tenant, id});
  return row ? row->maybe_text(0).value_or("") : "";
}

std::expected<void, AccountError> set_password(store::Transaction& transaction,
                                               std::string_view tenant, std::string_view id,
                                               std::string_view password_hash) {
  revoke_sessions_of(transaction, tenant, id);
  return found(
      transaction.change("UPDATE accounts SET password_hash = $3 WHERE tenant = $1 AND id = $2",
                         {tenant, id, password_hash}));
}

std::expected<void, AccountError> set_name(store::Transaction& transaction, std::string_view tenant,
                                           std::string_view id, std::string_view name) {
  if (!is_good_name(name)) return std::unexpected(AccountError::bad_name);
  return found(transaction.change("UPDATE accounts SET name = $3 WHERE tenant = $1 AND id = $2",
                                  {tenant, id, name}));
}

}  // namespace parley::application::people
