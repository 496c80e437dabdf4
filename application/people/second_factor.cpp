#include "application/people/second_factor.h"

#include <fmt/format.h>

#include "application/people/recovery_codes.h"
#include "application/people/totp.h"

namespace parley::application::people {
namespace {

std::string owner_of(std::string_view tenant, std::string_view account) {
  return fmt::format("{}/{}", tenant, account);
}

}  // namespace

void begin_totp(store::Transaction& transaction, const Vault& vault, std::string_view tenant,
                std::string_view account, ByteView secret, Random& random) {
  transaction.change(
      "UPDATE accounts SET totp_secret = $3, totp_confirmed = 0, totp_last_step = 0 "
      "WHERE tenant = $1 AND id = $2",
      {tenant, account, vault.seal(secret, owner_of(tenant, account), random)});
}

bool confirm_totp(store::Transaction& transaction, const Vault& vault, std::string_view tenant,
                  std::string_view account, std::string_view code, WallTime now) {
  const auto row = transaction.first(
      "SELECT totp_secret, totp_last_step FROM accounts WHERE tenant = $1 AND id = $2 "
      "AND totp_secret IS NOT NULL",
      {tenant, account});
  if (!row) return false;
  const auto secret = vault.open(row->bytes(0), owner_of(tenant, account));
  if (!secret) return false;
  const auto step = verify_totp(*secret, code, now, row->integer(1));
  if (!step) return false;
  transaction.change(
      "UPDATE accounts SET totp_confirmed = 1, totp_last_step = $3 WHERE tenant = $1 AND id = $2",
      {tenant, account, *step});
  return true;
}

bool check_second_factor(store::Transaction& transaction, const Vault& vault,
                         std::string_view tenant, std::string_view account, std::string_view code,
                         WallTime now) {
  return confirm_totp(transaction, vault, tenant, account, code, now) ||
         use_recovery_code(transaction, tenant, account, code);
}

void remove_totp(store::Transaction& transaction, std::string_view tenant,
                 std::string_view account) {
  transaction.change(
      "UPDATE accounts SET totp_secret = NULL, totp_confirmed = 0 WHERE tenant = $1 AND id = $2",
      {tenant, account});
  remove_recovery_codes(transaction, tenant, account);
}

std::int64_t count_unreadable_totp(store::Transaction& transaction, const Vault& vault) {
  std::int64_t count = 0;
  transaction.each("SELECT tenant, id, totp_secret FROM accounts WHERE totp_secret IS NOT NULL", {},
                   [&](const store::Row& row) {
                     const auto owner = owner_of(row.text(0), row.text(1));
                     if (!vault.open(row.bytes(2), owner)) ++count;
                   });
  return count;
}

}  // namespace parley::application::people
