#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "application/meetings/meetings.h"
#include "application/people/password.h"
#include "application/store/transaction.h"
#include "base/secret.h"

/// A meeting's passcode, kept and checked like a password, in the same three steps:
/// `begin_passcode` in a writing transaction, `people::verify_password` on a thread that may be
/// slow, `finish_passcode`.
namespace parley::application::meetings {

inline constexpr std::size_t kShortestPasscode = 4;
inline constexpr std::size_t kLongestPasscode = 64;
bool is_good_passcode(const Secret& passcode);

/// A hash by `people::hash_password`; empty: none any more. Whoever showed the old one has to show
/// the new one.
void set_passcode(store::Transaction& transaction, const Meeting& meeting, std::string_view hash);

/// Counts a try, by the visitor's address and over all for the meeting. The hash to compare with;
/// nullopt: too often, or there is none.
std::optional<std::string> begin_passcode(store::Transaction& transaction, const Meeting& meeting,
                                          std::string_view address, WallTime now);
/// It was right: this address' tries do not count any more.
void finish_passcode(store::Transaction& transaction, const Meeting& meeting,
                     std::string_view address);

}  // namespace parley::application::meetings
