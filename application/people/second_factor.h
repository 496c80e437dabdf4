#pragma once

#include <cstdint>
#include <string_view>

#include "application/people/vault.h"
#include "application/store/transaction.h"
#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"

/// The second thing that an account may ask for at its door: one-time codes from a phone, sealed in
/// the database, and recovery codes for when the phone is gone.
namespace parley::application::people {

/// Codes are asked for only after `confirm_totp`.
void begin_totp(store::Transaction& transaction, const Vault& vault, std::string_view tenant,
                std::string_view account, ByteView secret, Random& random);
/// False: the code is wrong, or nothing was begun.
bool confirm_totp(store::Transaction& transaction, const Vault& vault, std::string_view tenant,
                  std::string_view account, std::string_view code, WallTime now);
/// A one-time code, or a recovery code, which is used up.
bool check_second_factor(store::Transaction& transaction, const Vault& vault,
                         std::string_view tenant, std::string_view account, std::string_view code,
                         WallTime now);
/// With all recovery codes.
void remove_totp(store::Transaction& transaction, std::string_view tenant,
                 std::string_view account);

/// How many accounts have secrets that this vault cannot open: it was made from another file.
std::int64_t count_unreadable_totp(store::Transaction& transaction, const Vault& vault);

}  // namespace parley::application::people
