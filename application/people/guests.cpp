#include "application/people/guests.h"

#include "application/people/accounts.h"

namespace parley::application::people {
namespace {

constexpr std::size_t kIdLength = 22;

}  // namespace

std::optional<Guest> add_guest(store::Transaction& transaction, std::string_view tenant,
                               std::string_view scope, std::string_view name, Random& random,
                               WallTime now) {
  if (!is_good_name(name)) return std::nullopt;
  ensure_tenant(transaction, tenant, now);
  Guest guest{.tenant = std::string(tenant),
              .id = random.token(kIdLength),
              .name = std::string(name),
              .scope = std::string(scope)};
  transaction.change(
      "INSERT INTO guests (tenant, id, name, scope, created_at) VALUES ($1, $2, $3, $4, $5)",
      {tenant, guest.id, name, scope, now});
  return guest;
}

std::optional<Guest> guest_by_id(store::Transaction& transaction, std::string_view tenant,
                                 std::string_view id) {
  const auto row = transaction.first(
      "SELECT tenant, id, name, scope FROM guests WHERE tenant = $1 AND id = $2", {tenant, id});
  if (!row) return std::nullopt;
  return Guest{row->text(0), row->text(1), row->text(2), row->text(3)};
}

void remove_guests_of(store::Transaction& transaction, std::string_view tenant,
                      std::string_view scope) {
  transaction.change("DELETE FROM guests WHERE tenant = $1 AND scope = $2", {tenant, scope});
}

}  // namespace parley::application::people
