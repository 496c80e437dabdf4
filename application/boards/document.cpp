#include "application/boards/document.h"

#include <utility>

namespace parley::application::boards {
namespace {

constexpr std::size_t kIdLength = 22;
constexpr std::int64_t kMostRows = 500;

/// The newest snapshot and what came after it.
std::int64_t bytes_to_read(store::Transaction& transaction, const meetings::Meeting& meeting,
                           const Document& document) {
  const std::int64_t number = covered(transaction, meeting, document);
  const auto row = transaction.first(
      "SELECT (SELECT COALESCE(SUM(LENGTH(data)), 0) FROM board_updates WHERE tenant = $1 "
      "AND meeting = $2 AND name = $3 AND number > $4) + "
      "(SELECT COALESCE(SUM(LENGTH(data)), 0) FROM board_snapshots WHERE tenant = $1 "
      "AND meeting = $2 AND name = $3 AND number = $4)",
      {meeting.tenant, meeting.id, document.name, number});
  return row ? row->integer(0) : 0;
}

/// All there is of it from the snapshot `number` on.
std::int64_t bytes_kept_from(store::Transaction& transaction, const meetings::Meeting& meeting,
                             const Document& document, std::int64_t number) {
  const auto row = transaction.first(
      "SELECT (SELECT COALESCE(SUM(LENGTH(data)), 0) FROM board_updates WHERE tenant = $1 "
      "AND meeting = $2 AND name = $3 AND number > $4) + "
      "(SELECT COALESCE(SUM(LENGTH(data)), 0) FROM board_snapshots WHERE tenant = $1 "
      "AND meeting = $2 AND name = $3 AND number >= $4)",
      {meeting.tenant, meeting.id, document.name, number});
  return row ? row->integer(0) : 0;
}

void save(store::Transaction& transaction, const meetings::Meeting& meeting,
          const Document& document) {
  transaction.change(
      "UPDATE boards SET last = $4, base = $5, bytes = $6 "
      "WHERE tenant = $1 AND meeting = $2 AND name = $3",
      {meeting.tenant, meeting.id, document.name, document.last, document.base, document.bytes});
}

}  // namespace

std::optional<Document> document_of(store::Transaction& transaction,
                                    const meetings::Meeting& meeting, std::string_view name) {
  const auto row = transaction.first(
      "SELECT id, last, base, bytes FROM boards "
      "WHERE tenant = $1 AND meeting = $2 AND name = $3 AND owner = $4",
      {meeting.tenant, meeting.id, name, meeting.owner});
  if (!row) return std::nullopt;
  return Document{std::string(name), row->text(0), row->integer(1), row->integer(2),
                  row->integer(3)};
}

Document begin_document(store::Transaction& transaction, const meetings::Meeting& meeting,
                        std::string_view name, Random& random) {
  transaction.change("DELETE FROM boards WHERE tenant = $1 AND meeting = $2 AND name = $3",
                     {meeting.tenant, meeting.id, name});
  Document document{.name = std::string(name), .id = random.token(kIdLength)};
  transaction.change(
      "INSERT INTO boards (tenant, meeting, name, id, owner, last, base, bytes) "
      "VALUES ($1, $2, $3, $4, $5, 0, 0, 0)",
      {meeting.tenant, meeting.id, document.name, document.id, meeting.owner});
  return document;
}

std::int64_t append_update(store::Transaction& transaction, const meetings::Meeting& meeting,
                           Document& document, ByteView data) {
  ++document.last;
  document.bytes += static_cast<std::int64_t>(data.size());
  transaction.change(
      "INSERT INTO board_updates (tenant, meeting, name, number, data) VALUES ($1, $2, $3, $4, $5)",
      {meeting.tenant, meeting.id, document.name, document.last, data});
  save(transaction, meeting, document);
  return document.last;
}

std::optional<Piece> newest_snapshot(store::Transaction& transaction,
                                     const meetings::Meeting& meeting, const Document& document) {
  const auto row = transaction.first(
      "SELECT number, data FROM board_snapshots WHERE tenant = $1 AND meeting = $2 AND name = $3 "
      "ORDER BY number DESC LIMIT 1",
      {meeting.tenant, meeting.id, document.name});
  if (!row) return std::nullopt;
  return Piece{row->integer(0), row->bytes(1)};
}

std::int64_t covered(store::Transaction& transaction, const meetings::Meeting& meeting,
                     const Document& document) {
  const auto row = transaction.first(
      "SELECT COALESCE(MAX(number), 0) FROM board_snapshots "
      "WHERE tenant = $1 AND meeting = $2 AND name = $3",
      {meeting.tenant, meeting.id, document.name});
  return row ? row->integer(0) : 0;
}

std::vector<Piece> updates_after(store::Transaction& transaction, const meetings::Meeting& meeting,
                                 const Document& document, std::int64_t number, std::size_t bytes) {
  std::vector<Piece> pieces;
  std::size_t held = 0;
  for (const store::Row& row : transaction.query(
           "SELECT number, data FROM board_updates WHERE tenant = $1 AND meeting = $2 "
           "AND name = $3 AND number > $4 ORDER BY number LIMIT $5",
           {meeting.tenant, meeting.id, document.name, number, kMostRows})) {
    held += row.bytes(1).size();
    if (held > bytes && !pieces.empty()) break;
    pieces.push_back({row.integer(0), row.bytes(1)});
  }
  return pieces;
}

void add_snapshot(store::Transaction& transaction, const meetings::Meeting& meeting,
                  Document& document, ByteView data, std::string_view person, WallTime now) {
  transaction.change(
      "INSERT INTO board_snapshots (tenant, meeting, name, number, data, person, at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {meeting.tenant, meeting.id, document.name, document.last, data, person, now});
  document.bytes = static_cast<std::int64_t>(data.size());
  save(transaction, meeting, document);
}

void forget_replaced(store::Transaction& transaction, const meetings::Meeting& meeting,
                     Document& document, WallTime before, std::int64_t most) {
  const auto snapshots = transaction.query(
      "SELECT number, at FROM board_snapshots WHERE tenant = $1 AND meeting = $2 AND name = $3 "
      "ORDER BY number",
      {meeting.tenant, meeting.id, document.name});
  std::int64_t base = document.base;
  for (std::size_t i = 0; i + 1 < snapshots.size(); ++i) {
    const std::int64_t number = snapshots[i].integer(0);
    if (number <= base) continue;
    const bool is_old = snapshots[i].time(1) < before;
    if (!is_old && bytes_kept_from(transaction, meeting, document, base) <= most) break;
    base = number;
  }
  if (base == document.base) return;
  document.base = base;
  transaction.change(
      "DELETE FROM board_updates WHERE tenant = $1 AND meeting = $2 AND name = $3 "
      "AND number <= $4",
      {meeting.tenant, meeting.id, document.name, base});
  transaction.change(
      "DELETE FROM board_snapshots WHERE tenant = $1 AND meeting = $2 AND name = $3 "
      "AND number < $4",
      {meeting.tenant, meeting.id, document.name, base});
  save(transaction, meeting, document);
}

void drop_snapshots(store::Transaction& transaction, const meetings::Meeting& meeting,
                    Document& document) {
  transaction.change(
      "DELETE FROM board_snapshots WHERE tenant = $1 AND meeting = $2 AND name = $3 "
      "AND number > $4",
      {meeting.tenant, meeting.id, document.name, document.base});
  document.bytes = bytes_to_read(transaction, meeting, document);
  save(transaction, meeting, document);
}

}  // namespace parley::application::boards
