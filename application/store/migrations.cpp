#include "application/store/migrations.h"

#include <fmt/format.h>

#include <algorithm>

namespace parley::application::store {
namespace {

constexpr std::string_view kCreateVersionTable =
    "CREATE TABLE IF NOT EXISTS parley_schema (version BIGINT PRIMARY KEY, name TEXT NOT NULL)";

/// What was done to these tables is what we would have done.
void check_history(Transaction& transaction, const Schema& schema) {
  const Rows done = transaction.query("SELECT version, name FROM parley_schema ORDER BY version");
  for (const Row& row : done) {
    const std::int64_t version = row.integer(0);
    if (version > schema.newest()) {
      return transaction.fail(
          {Error::Kind::newer,
           fmt::format("the database has version {} and this program knows up to {}: a newer "
                       "Parley has used it; start that one, or restore a backup of before",
                       done.back().integer(0), schema.newest())});
    }
    const auto known = std::ranges::find(schema.migrations, version, &Migration::version);
    if (known == schema.migrations.end() || known->name != row.text(1)) {
      return transaction.fail(
          {Error::Kind::newer,
           fmt::format("step {} of the database is \"{}\", which this program does not know: "
                       "another Parley has used it",
                       version, row.text(1))});
    }
  }
}

}  // namespace

std::int64_t version_of(Transaction& transaction, Database& database) {
  const auto tables = database.tables();
  if (!tables) {
    transaction.fail(tables.error());
    return 0;
  }
  if (std::ranges::find(*tables, kVersionTable) == tables->end()) return 0;
  const auto row = transaction.first("SELECT COALESCE(MAX(version), 0) FROM parley_schema");
  return row ? row->integer(0) : 0;
}

void apply_migrations(Transaction& transaction, const Schema& schema, std::int64_t from,
                      std::int64_t to) {
  transaction.script(kCreateVersionTable);
  for (const Migration& step : schema.migrations) {
    if (step.version <= from || step.version > to) continue;
    transaction.script(step.sql);
    transaction.change("INSERT INTO parley_schema (version, name) VALUES ($1, $2)",
                       {step.version, step.name});
  }
}

std::expected<std::int64_t, Error> migrate(Database& database, const Schema& schema) {
  // Two processes that start at the same moment: the second one finds everything done.
  if (auto locked = database.lock_schema(); !locked) return std::unexpected(locked.error());
  auto found = database.write([&](Transaction& transaction) -> std::int64_t {
    const std::int64_t from = version_of(transaction, database);
    if (from > 0) check_history(transaction, schema);
    if (from < schema.newest()) apply_migrations(transaction, schema, from, schema.newest());
    return from;
  });
  database.unlock_schema();
  return found;
}

}  // namespace parley::application::store
