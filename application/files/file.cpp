#include "application/files/file.h"

namespace parley::application::files {
namespace {

constexpr std::string_view kSelectOne =
    "SELECT id, at, person, name, type, size, width, height, message FROM files "
    "WHERE tenant = $1 AND meeting = $2 AND run = $3 AND id = $4 AND (person = $5 OR "
    "(message IS NOT NULL AND (to_person IS NULL OR to_person = $5)))";
constexpr std::string_view kSelectOfMessages =
    "SELECT id, at, person, name, type, size, width, height, message FROM files "
    "WHERE tenant = $1 AND meeting = $2 AND run = $3 AND message BETWEEN $4 AND $5 "
    "ORDER BY message, place";

std::optional<std::int64_t> maybe_integer(const store::Row& row, std::size_t column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.integer(column));
}

File file_of(const store::Row& row) {
  return {.id = row.text(0),
          .at = row.time(1),
          .person = row.text(2),
          .name = row.text(3),
          .type = row.text(4),
          .size = row.integer(5),
          .width = maybe_integer(row, 6),
          .height = maybe_integer(row, 7),
          .message = maybe_integer(row, 8)};
}

std::vector<std::string> ids_of(const store::Rows& rows) {
  std::vector<std::string> ids;
  ids.reserve(rows.size());
  for (const store::Row& row : rows) ids.push_back(row.text(0));
  return ids;
}

}  // namespace

void add_file(store::Transaction& transaction, const meetings::Meeting& meeting, const File& file) {
  transaction.change(
      "INSERT INTO files (id, tenant, meeting, run, at, person, name, type, size, width, height) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {file.id, meeting.tenant, meeting.id, meeting.run, file.at, file.person, file.name, file.type,
       file.size, file.width, file.height});
}

std::optional<File> file_by_id(store::Transaction& transaction, const meetings::Meeting& meeting,
                               std::string_view id, std::string_view who_asks) {
  const auto row =
      transaction.first(kSelectOne, {meeting.tenant, meeting.id, meeting.run, id, who_asks});
  return row ? std::optional(file_of(*row)) : std::nullopt;
}

Taken bytes_taken(store::Transaction& transaction, const meetings::Meeting& meeting,
                  std::string_view person) {
  const auto row = transaction.first(
      "SELECT CAST(COALESCE(SUM(CASE WHEN person = $4 THEN size ELSE 0 END), 0) AS BIGINT), "
      "CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM files "
      "WHERE tenant = $1 AND meeting = $2 AND run = $3",
      {meeting.tenant, meeting.id, meeting.run, person});
  return row ? Taken{row->integer(0), row->integer(1)} : Taken{};
}

void name_in_message(store::Transaction& transaction, const meetings::Meeting& meeting,
                     std::string_view id, std::int64_t number, std::int64_t place,
                     const std::optional<std::string>& to_person) {
  transaction.change(
      "UPDATE files SET message = $5, place = $6, to_person = $7 "
      "WHERE tenant = $1 AND meeting = $2 AND run = $3 AND id = $4",
      {meeting.tenant, meeting.id, meeting.run, id, number, place, to_person});
}

std::vector<File> files_of_messages(store::Transaction& transaction,
                                    const meetings::Meeting& meeting, std::int64_t first,
                                    std::int64_t last) {
  std::vector<File> files;
  for (const store::Row& row : transaction.query(
           kSelectOfMessages, {meeting.tenant, meeting.id, meeting.run, first, last})) {
    files.push_back(file_of(row));
  }
  return files;
}

std::vector<std::string> remove_files_of_message(store::Transaction& transaction,
                                                 const meetings::Meeting& meeting,
                                                 std::int64_t number) {
  return ids_of(transaction.query(
      "DELETE FROM files WHERE tenant = $1 AND meeting = $2 AND run = $3 AND message = $4 "
      "RETURNING id",
      {meeting.tenant, meeting.id, meeting.run, number}));
}

void remove_file(store::Transaction& transaction, std::string_view id) {
  transaction.change("DELETE FROM files WHERE id = $1", {id});
}

std::vector<std::string> remove_unnamed(store::Transaction& transaction, WallTime before) {
  return ids_of(transaction.query(
      "DELETE FROM files WHERE message IS NULL AND at < $1 RETURNING id", {before}));
}

std::vector<std::string> without_row(store::Transaction& transaction,
                                     const std::vector<std::string>& ids) {
  std::vector<std::string> missing;
  for (const std::string& id : ids) {
    if (!transaction.first("SELECT 1 FROM files WHERE id = $1", {id})) missing.push_back(id);
  }
  return missing;
}

}  // namespace parley::application::files
