#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "application/meetings/meetings.h"
#include "application/store/transaction.h"

/// Who is kept out of a meeting. A ban is for all marks that somebody
/// has: their account, and what their browser keeps over a reload and a new name. Of marks only
/// digests are stored.
namespace parley::application::meetings {

struct Marks {
  std::string_view person{};  ///< Person::key().
  std::string_view
      device{};  ///< A random text that the browser was given and sends back; empty: none.
};

struct Ban {
  std::string id;
  std::string name;  ///< By which they were known.
  WallTime banned_at{};
};

/// Returns the ban's id. Does nothing to somebody who has no marks.
std::string ban(store::Transaction& transaction, const Meeting& meeting, const Marks& marks,
                std::string_view name, Random& random, WallTime now);
/// One mark of them suffices.
bool is_banned(store::Transaction& transaction, const Meeting& meeting, const Marks& marks);
/// Adds their other marks to the ban that one of them has, so that who changes the browser *and
/// then* the account is known by the third as well. Does nothing to somebody who is not banned.
void spread_ban(store::Transaction& transaction, const Meeting& meeting, const Marks& marks);
std::vector<Ban> bans_of(store::Transaction& transaction, const Meeting& meeting);
/// False: there is none.
bool lift_ban(store::Transaction& transaction, const Meeting& meeting, std::string_view id);

}  // namespace parley::application::meetings
