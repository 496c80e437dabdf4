#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/store/transaction.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/time.h"

namespace parley::application::people {

/// Whose people and meetings: nothing of one tenant is ever seen from another.
inline constexpr std::string_view kDefaultTenant = "default";
/// Makes sure that it is there.
void ensure_tenant(store::Transaction& transaction, std::string_view tenant, WallTime now);

/// Somebody with a password.
struct Account {
  std::string tenant;
  std::string id;
  std::string email;  ///< In small letters; unique within the tenant.
  std::string name;
  bool is_admin = false;
  bool has_password = false;
  bool has_totp = false;  ///< And has shown once that they can make codes.
  WallTime created_at{};
  std::optional<WallTime> disabled_at;
};

struct NewAccount {
  std::string_view tenant = kDefaultTenant;
  std::string_view email{};
  std::string_view name{};
  std::string_view password_hash{};  ///< Empty: cannot sign in by one.
  bool is_admin = false;
};

enum class AccountError : std::uint8_t {
  bad_email,
  bad_name,  ///< Empty, too long, or with control characters.
  exists,    ///< The tenant has somebody with that address.
  not_found,
};
std::string_view describe(AccountError error);

/// As it is stored and compared; nullopt: it is no mail address. Not a check that mail arrives.
std::optional<std::string> normal_email(std::string_view email);
inline constexpr std::size_t kMaxNameBytes = 128;
bool is_good_name(std::string_view name);

std::expected<Account, AccountError> add_account(store::Transaction& transaction,
                                                 const NewAccount& account, Random& random,
                                                 WallTime now);
std::optional<Account> find_account(store::Transaction& transaction, std::string_view tenant,
                                    std::string_view email);
std::optional<Account> account_by_id(store::Transaction& transaction, std::string_view tenant,
                                     std::string_view id);
/// A page of at most `limit`, in the order of the addresses, after one of them (empty: from the
/// first).
std::vector<Account> list_accounts(store::Transaction& transaction, std::string_view tenant,
                                   std::string_view after_email, std::int64_t limit);

/// Ends all sessions as well.
std::expected<void, AccountError> disable_account(store::Transaction& transaction,
                                                  std::string_view tenant, std::string_view id,
                                                  WallTime now);
std::expected<void, AccountError> enable_account(store::Transaction& transaction,
                                                 std::string_view tenant, std::string_view id);
/// Empty: there is none.
std::string password_hash_of(store::Transaction& transaction, std::string_view tenant,
                             std::string_view id);
/// Ends all sessions as well: whoever knew the old one is out.
std::expected<void, AccountError> set_password(store::Transaction& transaction,
                                               std::string_view tenant, std::string_view id,
                                               std::string_view password_hash);

std::expected<void, AccountError> set_name(store::Transaction& transaction, std::string_view tenant,
                                           std::string_view id, std::string_view name);

}  // namespace parley::application::people
