#include "application/people/sign_in.h"

#include <fmt/format.h>

#include "application/people/accounts.h"
#include "application/people/attempts.h"
#include "application/people/second_factor.h"
#include "application/people/sessions.h"
#include "application/people/totp.h"

namespace parley::application::people {
namespace {

/// Addresses come from outside: what is no mail address is counted under what was typed.
std::string account_key(std::string_view tenant, std::string_view email) {
  return fmt::format("sign-in/account/{}/{}", tenant, email);
}
std::string address_key(std::string_view address) {
  return fmt::format("sign-in/address/{}", address);
}

}  // namespace

std::string_view describe(SignInError error) {
  switch (error) {
    case SignInError::too_often:
      return "Too many attempts. Wait a minute and try again.";
    case SignInError::wrong:
      return "Mail address or password is not right.";
    case SignInError::code_needed:
      return "Enter the code from your authenticator app, or one of your recovery codes.";
    case SignInError::code_wrong:
      return "This code is not right, or was used already.";
  }
  return "unknown";
}

std::expected<SignIn, SignInError> begin_sign_in(store::Transaction& transaction,
                                                 std::string_view tenant, std::string_view email,
                                                 std::string_view address, WallTime now) {
  SignIn sign_in{.tenant = std::string(tenant),
                 .email = normal_email(email).value_or(std::string(email)),
                 .address = std::string(address),
                 .account = {},
                 .password_hash = {},
                 .new_hash = {}};
  if (!take_attempt(transaction, address_key(address), kPerAddress, now) ||
      !take_attempt(transaction, account_key(tenant, sign_in.email), kPerAccount, now)) {
    return std::unexpected(SignInError::too_often);
  }
  const auto row = transaction.first(
      "SELECT id, password_hash FROM accounts WHERE tenant = $1 AND email = $2 "
      "AND disabled_at IS NULL AND password_hash IS NOT NULL",
      {tenant, sign_in.email});
  if (row) {
    sign_in.account = row->text(0);
    sign_in.password_hash = row->text(1);
  }
  return sign_in;
}

bool check_password(SignIn& sign_in, const Secret& password, Random& random,
                    const PasswordCost& cost) {
  if (sign_in.account.empty()) return verify_nobody(password);
  if (!verify_password(sign_in.password_hash, password)) return false;
  if (needs_rehash(sign_in.password_hash, cost)) {
    sign_in.new_hash = hash_password(password, random, cost);
  }
  return true;
}

std::expected<Secret, SignInError> finish_sign_in(store::Transaction& transaction,
                                                  const Vault& vault, const SignIn& sign_in,
                                                  bool right, std::string_view code,
                                                  std::string_view client, Random& random,
                                                  WallTime now) {
  if (!right || sign_in.account.empty()) return std::unexpected(SignInError::wrong);
  // While the password was checked, it may have been changed, or the account disabled.
  const auto row = transaction.first(
      "SELECT totp_confirmed FROM accounts WHERE tenant = $1 AND id = $2 AND disabled_at IS NULL "
      "AND password_hash = $3",
      {sign_in.tenant, sign_in.account, sign_in.password_hash});
  if (!row) return std::unexpected(SignInError::wrong);
  if (row->truth(0)) {
    if (code.empty()) return std::unexpected(SignInError::code_needed);
    if (!check_second_factor(transaction, vault, sign_in.tenant, sign_in.account, code, now)) {
      return std::unexpected(SignInError::code_wrong);
    }
  }
  if (!sign_in.new_hash.empty()) {
    transaction.change("UPDATE accounts SET password_hash = $3 WHERE tenant = $1 AND id = $2",
                       {sign_in.tenant, sign_in.account, sign_in.new_hash});
  }
  // Not those of the address: a known account there would let it try all the others.
  forgive_attempts(transaction, account_key(sign_in.tenant, sign_in.email));
  return start_session(transaction, sign_in.tenant, sign_in.account, client, random, now);
}

}  // namespace parley::application::people
