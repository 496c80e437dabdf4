#include "application/meetings/bans.h"

#include <fmt/format.h>

#include "application/people/digest.h"

namespace parley::application::meetings {
namespace {

constexpr std::size_t kIdLength = 22;

std::vector<ByteVector> hashes_of(const Marks& marks) {
  std::vector<ByteVector> hashes;
  if (!marks.person.empty()) {
    hashes.push_back(people::digest(fmt::format("person/{}", marks.person)));
  }
  if (!marks.device.empty()) {
    hashes.push_back(people::digest(fmt::format("device/{}", marks.device)));
  }
  return hashes;
}

void add_marks(store::Transaction& transaction, const Meeting& meeting, const Marks& marks,
               std::string_view id, std::string_view name, WallTime at) {
  for (const ByteVector& hash : hashes_of(marks)) {
    transaction.change(
        "INSERT INTO meeting_bans (tenant, meeting, mark_hash, ban, name, banned_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant, meeting, mark_hash) DO NOTHING",
        {meeting.tenant, meeting.id, hash, id, name, at});
  }
}

std::optional<Ban> find_ban(store::Transaction& transaction, const Meeting& meeting,
                            const Marks& marks) {
  for (const ByteVector& hash : hashes_of(marks)) {
    const auto row = transaction.first(
        "SELECT ban, name, banned_at FROM meeting_bans "
        "WHERE tenant = $1 AND meeting = $2 AND mark_hash = $3",
        {meeting.tenant, meeting.id, hash});
    if (row) return Ban{row->text(0), row->text(1), row->time(2)};
  }
  return std::nullopt;
}

}  // namespace

std::string ban(store::Transaction& transaction, const Meeting& meeting, const Marks& marks,
                std::string_view name, Random& random, WallTime now) {
  std::string id = random.token(kIdLength);
  add_marks(transaction, meeting, marks, id, name, now);
  return id;
}

bool is_banned(store::Transaction& transaction, const Meeting& meeting, const Marks& marks) {
  return find_ban(transaction, meeting, marks).has_value();
}

void spread_ban(store::Transaction& transaction, const Meeting& meeting, const Marks& marks) {
  if (const auto found = find_ban(transaction, meeting, marks)) {
    add_marks(transaction, meeting, marks, found->id, found->name, found->banned_at);
  }
}

std::vector<Ban> bans_of(store::Transaction& transaction, const Meeting& meeting) {
  std::vector<Ban> bans;
  for (const store::Row& row :
       transaction.query("SELECT DISTINCT ban, name, banned_at FROM meeting_bans "
                         "WHERE tenant = $1 AND meeting = $2 ORDER BY banned_at, ban",
                         {meeting.tenant, meeting.id})) {
    bans.push_back({row.text(0), row.text(1), row.time(2)});
  }
  return bans;
}

bool lift_ban(store::Transaction& transaction, const Meeting& meeting, std::string_view id) {
  return transaction.change(
             "DELETE FROM meeting_bans WHERE tenant = $1 AND meeting = $2 AND ban = $3",
             {meeting.tenant, meeting.id, id}) > 0;
}

}  // namespace parley::application::meetings
