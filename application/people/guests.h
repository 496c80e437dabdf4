#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "application/store/transaction.h"
#include "base/random.h"
#include "base/time.h"

namespace parley::application::people {

/// Somebody who came by a link: a name that they gave themselves, good for one thing.
struct Guest {
  std::string tenant;
  std::string id;
  std::string name;
  std::string scope;  ///< What the link was to: a meeting's id.
};

/// nullopt: the name will not do (`is_good_name`).
std::optional<Guest> add_guest(store::Transaction& transaction, std::string_view tenant,
                               std::string_view scope, std::string_view name, Random& random,
                               WallTime now);
std::optional<Guest> guest_by_id(store::Transaction& transaction, std::string_view tenant,
                                 std::string_view id);
/// Their sessions end, too.
void remove_guests_of(store::Transaction& transaction, std::string_view tenant,
                      std::string_view scope);

}  // namespace parley::application::people
