#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "application/store/error.h"
#include "application/store/value.h"

namespace parley::application::store {

class Database;

/// Statements that happen together or not at all, as if nobody else were there (serializable).
///
/// A statement that fails fails the transaction for good: what follows does nothing and finds
/// nothing, and `Database::transact` returns the first error. So a folder writes its statements one
/// after another and does not look for errors in between; what it makes of empty answers is thrown
/// away.
///
/// SQL is what SQLite and PostgreSQL have in common: `$1` is the first value, upserts by ON
/// CONFLICT, RETURNING; BIGINT, TEXT and BYTEA. Values are bound, never written into the text.
///
///  owner    `transact`, for as long as its work runs
///  thread   the one that runs it
class Transaction {
 public:
  using Visit = std::function<void(const Row&)>;

  explicit Transaction(Database& database) : database_(database) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Rows query(std::string_view sql, const Values& values = {});
  /// The first row, if there is one.
  std::optional<Row> first(std::string_view sql, const Values& values = {});
  /// For answers that are too large to hold; `visit` must not use the transaction.
  void each(std::string_view sql, const Values& values, const Visit& visit);
  /// How many rows were written or removed.
  std::int64_t change(std::string_view sql, const Values& values = {});
  /// Several statements without values, separated by semicolons: what migrations are made of.
  void script(std::string_view sql);

  /// Nothing of it is to happen, and `transact` returns this.
  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }
  bool ok() const { return !error_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  Database& database_;
  std::optional<Error> error_;
};

}  // namespace parley::application::store
