#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/access/custom_role.h"
#include "application/meetings/meetings.h"
#include "application/store/transaction.h"
#include "base/random.h"
#include "base/time.h"

/// Roles that somebody made: for all meetings of a tenant, or for one meeting. Whoever is given one
/// has it as it was then, until their role changes: what is removed here is given to nobody any
/// more, and taken from nobody.
namespace parley::application::meetings {

struct CustomRoleEntry {
  std::string id;
  std::string meeting;  ///< Empty: of the tenant.
  access::CustomRole role;
};

enum class CustomRoleError : std::uint8_t {
  exists,    ///< Another one there has that name.
  too_many,  ///< There are as many as anybody can choose among.
};
std::string_view describe(CustomRoleError error);
inline constexpr std::int64_t kMostCustomRoles = 50;

/// `meeting` nullptr: for all of the tenant.
std::expected<CustomRoleEntry, CustomRoleError> add_custom_role(store::Transaction& transaction,
                                                                std::string_view tenant,
                                                                const Meeting* meeting,
                                                                const access::CustomRole& role,
                                                                Random& random, WallTime now);
/// Those of the tenant, and of the meeting if there is one; by name.
std::vector<CustomRoleEntry> custom_roles_of(store::Transaction& transaction,
                                             std::string_view tenant, const Meeting* meeting);
/// One that can be given in this meeting.
std::optional<CustomRoleEntry> custom_role_by_id(store::Transaction& transaction,
                                                 const Meeting& meeting, std::string_view id);
/// False: there is none of the tenant's own, or of this meeting's own.
bool remove_custom_role(store::Transaction& transaction, std::string_view tenant,
                        const Meeting* meeting, std::string_view id);

}  // namespace parley::application::meetings
