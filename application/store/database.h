#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "application/store/error.h"
#include "application/store/transaction.h"
#include "application/store/value.h"
#include "base/secret.h"

namespace parley::application::store {

enum class Engine : std::uint8_t { sqlite, postgres };
constexpr std::string_view to_string(Engine engine) {
  return engine == Engine::sqlite ? "SQLite" : "PostgreSQL";
}

/// One connection. Every call blocks until the engine has answered: not for loops (`Store` has
/// threads for them), but for commands and tests.
///
/// Durable: when `transact` returns, a write has reached the disk (SQLite: WAL, synchronous FULL;
/// PostgreSQL: synchronous_commit is switched on where it is off) and survives kill -9 of either
/// side. A PostgreSQL that went away is connected to again by the next transaction.
///
///  owner    whoever opened it
///  thread   one at a time
///  bounded  a statement waits five seconds at most for another's lock; prepared statements are
///  kept
///           by their text, of which there are as many as stand in the source
class Database {
 public:
  enum class Mode : std::uint8_t { read, write };

  /// `url` is postgres://… or postgresql://…, or SQLite's file: sqlite:PATH or a path alone. The
  /// file is made if it is not there, for its owner only.
  static std::expected<std::unique_ptr<Database>, Error> open(const Secret& url);

  virtual ~Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  virtual Engine engine() const = 0;

  /// Runs `work(Transaction&)` in one transaction and returns what it returned, once that is
  /// committed. `work` runs again when another transaction got in its way: it must have no effect
  /// but on the transaction and its result. `read` sees the database as it was at one moment.
  template <typename Work>
  auto transact(Mode mode, Work&& work)
      -> std::expected<std::invoke_result_t<Work&, Transaction&>, Error> {
    using Result = std::invoke_result_t<Work&, Transaction&>;
    if constexpr (std::is_void_v<Result>) {
      const auto failed = attempt(mode, [&](Transaction& transaction) { work(transaction); });
      if (failed) return std::unexpected(*failed);
      return {};
    } else {
      std::optional<Result> result;
      const auto failed =
          attempt(mode, [&](Transaction& transaction) { result.emplace(work(transaction)); });
      if (failed) return std::unexpected(*failed);
      return std::move(*result);
    }
  }
  template <typename Work>
  auto read(Work&& work) {
    return transact(Mode::read, std::forward<Work>(work));
  }
  template <typename Work>
  auto write(Work&& work) {
    return transact(Mode::write, std::forward<Work>(work));
  }

  /// Names of all tables, in the order of the alphabet.
  virtual std::expected<std::vector<std::string>, Error> tables() = 0;
  /// Held by one connection at a time, of all processes; not part of a transaction.
  virtual std::expected<void, Error> lock_schema() = 0;
  virtual void unlock_schema() = 0;
  /// Transactions that were tried again since this was made.
  std::uint64_t retries() const { return retries_; }

 protected:
  Database() = default;
  friend class Transaction;

  using Outcome = std::expected<void, Error>;
  virtual Outcome begin(Mode mode) = 0;
  virtual Outcome commit() = 0;
  virtual void rollback() = 0;
  /// The number of rows changed.
  virtual std::expected<std::int64_t, Error> run(std::string_view sql, const Values& values,
                                                 const Transaction::Visit& visit) = 0;
  virtual Outcome run_script(std::string_view sql) = 0;

 private:
  std::optional<Error> attempt(Mode mode, const std::function<void(Transaction&)>& work);
  std::optional<Error> attempt_once(Mode mode, const std::function<void(Transaction&)>& work);

  std::uint64_t retries_ = 0;
};

}  // namespace parley::application::store
