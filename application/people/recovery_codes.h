#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "application/store/transaction.h"
#include "base/random.h"

/// What lets somebody in whose phone is lost: ten codes, each good once. They are shown when they
/// are made; the database keeps a salted digest of each, which is enough for 80 random bits.
namespace parley::application::people {

inline constexpr std::size_t kRecoveryCodes = 10;

/// In place of those of before.
std::vector<std::string> make_recovery_codes(store::Transaction& transaction,
                                             std::string_view tenant, std::string_view account,
                                             Random& random);
/// True: it was one of theirs, and is none any more. Written in capitals, with or without dashes.
bool use_recovery_code(store::Transaction& transaction, std::string_view tenant,
                       std::string_view account, std::string_view code);
std::int64_t count_recovery_codes(store::Transaction& transaction, std::string_view tenant,
                                  std::string_view account);
void remove_recovery_codes(store::Transaction& transaction, std::string_view tenant,
                           std::string_view account);

}  // namespace parley::application::people
