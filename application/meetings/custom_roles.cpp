#include "application/meetings/custom_roles.h"

#include <algorithm>

namespace parley::application::meetings {
namespace {

constexpr std::size_t kIdLength = 16;

/// Of the tenant: no meeting's; as a column has it.
store::Value scope_of(const Meeting* meeting) {
  return meeting == nullptr ? store::Value("") : store::Value(meeting->id);
}

}  // namespace

std::string_view describe(CustomRoleError error) {
  switch (error) {
    case CustomRoleError::exists:
      return "There is a role of this name already.";
    case CustomRoleError::too_many:
      return "There are 50 roles already.";
  }
  return "unknown";
}

std::expected<CustomRoleEntry, CustomRoleError> add_custom_role(store::Transaction& transaction,
                                                                std::string_view tenant,
                                                                const Meeting* meeting,
                                                                const access::CustomRole& role,
                                                                Random& random, WallTime now) {
  const auto there = custom_roles_of(transaction, tenant, meeting);
  if (std::ssize(there) >= kMostCustomRoles) return std::unexpected(CustomRoleError::too_many);
  const bool taken = std::ranges::any_of(
      there, [&](const CustomRoleEntry& one) { return one.role.name == role.name; });
  if (taken) return std::unexpected(CustomRoleError::exists);
  CustomRoleEntry made{.id = random.token(kIdLength),
                       .meeting = meeting == nullptr ? "" : meeting->id,
                       .role = role};
  transaction.change(
      "INSERT INTO custom_roles (tenant, id, meeting, name, definition, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      {tenant, made.id, scope_of(meeting), role.name, access::to_json(role), now});
  return made;
}

std::vector<CustomRoleEntry> custom_roles_of(store::Transaction& transaction,
                                             std::string_view tenant, const Meeting* meeting) {
  std::vector<CustomRoleEntry> found;
  for (const store::Row& row :
       transaction.query("SELECT id, meeting, definition FROM custom_roles WHERE tenant = $1 AND "
                         "(meeting = '' OR meeting = $2) ORDER BY name, id",
                         {tenant, scope_of(meeting)})) {
    // One that a newer Parley wrote with what we do not know is none of ours to give.
    auto role = access::parse_custom_role(row.text(2));
    if (role) found.push_back({row.text(0), row.text(1), std::move(*role)});
  }
  return found;
}

std::optional<CustomRoleEntry> custom_role_by_id(store::Transaction& transaction,
                                                 const Meeting& meeting, std::string_view id) {
  auto all = custom_roles_of(transaction, meeting.tenant, &meeting);
  const auto at = std::ranges::find(all, id, &CustomRoleEntry::id);
  if (at == all.end()) return std::nullopt;
  return std::move(*at);
}

bool remove_custom_role(store::Transaction& transaction, std::string_view tenant,
                        const Meeting* meeting, std::string_view id) {
  return transaction.change(
             "DELETE FROM custom_roles WHERE tenant = $1 AND id = $2 AND meeting = $3",
             {tenant, id, scope_of(meeting)}) > 0;
}

}  // namespace parley::application::meetings
