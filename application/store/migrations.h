#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

#include "application/store/database.h"

namespace parley::application::store {

/// One step from a version of the tables to the next. What was released is never changed: a further
/// step is added.
struct Migration {
  std::int64_t version = 0;  ///< 1, 2, 3 …
  std::string_view name;
  std::string_view sql;  ///< Statements that both engines understand.
};

/// All tables there are, and how they came to be.
struct Schema {
  std::span<const Migration> migrations;
  /// A table stands after those that it refers to.
  std::span<const std::string_view> tables;

  std::int64_t newest() const { return migrations.empty() ? 0 : migrations.back().version; }
};

/// Brings the tables to the newest version, in one transaction: all steps or none. Several
/// processes may do this at once. Refuses tables that a newer program has made
/// (Error::Kind::newer), and such whose steps have other names than ours.
///
/// Returns the version that was found, 0 for an empty database.
std::expected<std::int64_t, Error> migrate(Database& database, const Schema& schema);

/// The version that the tables have now; 0: there are none. `transaction` may be a reading one.
std::int64_t version_of(Transaction& transaction, Database& database);

/// The steps after `from` up to `to`, inside a transaction of the caller's.
void apply_migrations(Transaction& transaction, const Schema& schema, std::int64_t from,
                      std::int64_t to);

/// Where the versions are noted; no table of the schema has that name.
inline constexpr std::string_view kVersionTable = "parley_schema";

}  // namespace parley::application::store
