#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "application/people/password.h"
#include "application/people/vault.h"
#include "application/store/transaction.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/time.h"

/// From a mail address and a password to a session:
///
///   1. `begin_sign_in` in a writing transaction: counts the try and looks the account up
///   2. `check_password`, on any thread but a loop's: slow, touches no database
///   3. `finish_sign_in` in another writing transaction: the code, if there is to be one, and a
///   session
///
/// Nobody learns from answers, nor from how long they take, whether an address has an account:
/// unknown, disabled and passwordless ones are `wrong` after the same work.
namespace parley::application::people {

enum class SignInError : std::uint8_t {
  too_often,    ///< From that address, or for that account: later.
  wrong,        ///< Mail address or password.
  code_needed,  ///< The password is right, and there must be a code.
  code_wrong,
};
/// For the person, in words.
std::string_view describe(SignInError error);

/// What the three steps hand on.
struct SignIn {
  std::string tenant;
  std::string email;
  std::string address;  ///< Of the client.
  std::string account;  ///< Empty: there is none that could sign in.
  std::string password_hash;
  std::string new_hash;  ///< At today's cost, if the old one was made at another.
};

std::expected<SignIn, SignInError> begin_sign_in(store::Transaction& transaction,
                                                 std::string_view tenant, std::string_view email,
                                                 std::string_view address, WallTime now);

/// True: the password is right.
bool check_password(SignIn& sign_in, const Secret& password, Random& random,
                    const PasswordCost& cost = {});

/// `right` is what `check_password` said; `code` a one-time or a recovery code; `client` as
/// `start_session` has it. Returns the session's token.
std::expected<Secret, SignInError> finish_sign_in(store::Transaction& transaction,
                                                  const Vault& vault, const SignIn& sign_in,
                                                  bool right, std::string_view code,
                                                  std::string_view client, Random& random,
                                                  WallTime now);

}  // namespace parley::application::people
