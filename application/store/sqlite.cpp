#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "application/store/engines.h"
#include "base/assert.h"

namespace parley::application::store {
namespace {

/// While another process (a command, a second server by mistake) writes.
constexpr int kBusyMs = 5000;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct CloseStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, CloseStatement>;

Error::Kind kind_of(int extended) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
      return Error::Kind::duplicate;
    default:
      break;
  }
  switch (extended & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error::Kind::overloaded;
    case SQLITE_CONSTRAINT:
      return Error::Kind::constraint;
    case SQLITE_FULL:
      return Error::Kind::full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Error::Kind::damaged;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
      return Error::Kind::unavailable;
    default:
      return Error::Kind::statement;
  }
}

class Sqlite final : public Database {
 public:
  explicit Sqlite(Handle handle) : handle_(std::move(handle)) {}
  ~Sqlite() override { statements_.clear(); }

  Engine engine() const override { return Engine::sqlite; }

  /// What holds for the whole connection.
  Outcome set_up() {
    sqlite3_extended_result_codes(handle_.get(), 1);
    sqlite3_busy_timeout(handle_.get(), kBusyMs);
    // Readers and the writer do not wait for each other; a commit is on the disk when it returns.
    return run_script(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
        "PRAGMA trusted_schema = OFF");
  }

  std::expected<std::vector<std::string>, Error> tables() override {
    std::vector<std::string> names;
    const auto ran =
        run("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite^_%' "
            "ESCAPE '^' ORDER BY name",
            {}, [&](const Row& row) { names.push_back(row.text(0)); });
    if (!ran) return std::unexpected(ran.error());
    return names;
  }

  // There is one writer at a time as it is.
  std::expected<void, Error> lock_schema() override { return {}; }
  void unlock_schema() override {}

 protected:
  Outcome begin(Mode mode) override {
    // IMMEDIATE: who writes waits for its turn here, and nowhere later.
    return run_script(mode == Mode::write ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  Outcome commit() override { return run_script("COMMIT"); }
  void rollback() override {
    if (sqlite3_get_autocommit(handle_.get()) == 0) (void)run_script("ROLLBACK");
  }

  std::expected<std::int64_t, Error> run(std::string_view sql, const Values& values,
                                         const Transaction::Visit& visit) override {
    auto prepared = prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    sqlite3_stmt* statement = *prepared;
    if (const int code = bind_all(statement, values); code != SQLITE_OK) {
      clear(statement);
      return std::unexpected(error());
    }
    const int before = sqlite3_total_changes(handle_.get());
    for (;;) {
      const int code = sqlite3_step(statement);
      if (code == SQLITE_DONE) break;
      if (code != SQLITE_ROW) {
        Error failed = error();
        clear(statement);
        return std::unexpected(std::move(failed));
      }
      visit(row_of(statement));
    }
    // Of statements that only read, the last count would be somebody else's.
    const bool reads = sqlite3_stmt_readonly(statement) != 0;
    const int changed = reads ? 0 : sqlite3_changes(handle_.get());
    const bool wrote = sqlite3_total_changes(handle_.get()) != before;
    clear(statement);
    return wrote ? changed : 0;
  }

  Outcome run_script(std::string_view sql) override {
    const std::string text(sql);
    if (sqlite3_exec(handle_.get(), text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      return std::unexpected(error());
    }
    return {};
  }

 private:
  Error error() const {
    return {kind_of(sqlite3_extended_errcode(handle_.get())),
            fmt::format("SQLite: {}", sqlite3_errmsg(handle_.get()))};
  }

  static void clear(sqlite3_stmt* statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }

  std::expected<sqlite3_stmt*, Error> prepare(std::string_view sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) return known->second.get();
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    Statement statement(raw);
    if (code != SQLITE_OK) return std::unexpected(error());
    return statements_.emplace(sql, std::move(statement)).first->second.get();
  }

  static int bind_all(sqlite3_stmt* statement, const Values& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      // To SQLite `$2` is a name, which may stand anywhere.
      const int at = sqlite3_bind_parameter_index(statement, fmt::format("${}", i + 1).c_str());
      if (at == 0) return SQLITE_RANGE;
      const int code = bind(statement, at, values[i].held());
      if (code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
  }

  /// `held` outlives the statement's run: nothing is copied.
  static int bind(sqlite3_stmt* statement, int at, const Value::Held& held) {
    if (const auto* number = std::get_if<std::int64_t>(&held)) {
      return sqlite3_bind_int64(statement, at, *number);
    }
    if (const auto* text = std::get_if<std::string>(&held)) {
      return sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    }
    if (const auto* bytes = std::get_if<ByteVector>(&held)) {
      // A null pointer would be NULL, and not no bytes.
      if (bytes->empty()) return sqlite3_bind_zeroblob(statement, at, 0);
      return sqlite3_bind_blob64(statement, at, bytes->data(), bytes->size(), SQLITE_STATIC);
    }
    return sqlite3_bind_null(statement, at);
  }

  static Row row_of(sqlite3_stmt* statement) {
    Values values;
    const int columns = sqlite3_column_count(statement);
    values.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) values.push_back(value_of(statement, i));
    return Row(std::move(values));
  }

  static Value value_of(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
      case SQLITE_INTEGER:
        return sqlite3_column_int64(statement, column);
      case SQLITE_TEXT:
        return std::string(as_chars(bytes_of(statement, column)));
      case SQLITE_BLOB:
        return bytes_of(statement, column);
      case SQLITE_FLOAT:  // a table of ours holds no floating point
        PARLEY_ASSERT(false);
      default:
        return {};
    }
  }

  /// The size is asked for after the bytes, as SQLite's manual demands.
  static ByteView bytes_of(sqlite3_stmt* statement, int column) {
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
  }

  Handle handle_;
  std::map<std::string, Statement, std::less<>> statements_;
};

/// It holds what nobody but the server may read, and SQLite's own mode is what umask leaves.
void make_private(const std::filesystem::path& file) { ::chmod(file.c_str(), S_IRUSR | S_IWUSR); }

}  // namespace

std::expected<std::unique_ptr<Database>, Error> open_sqlite(const std::filesystem::path& file) {
  std::error_code ignored;
  const bool is_new = !std::filesystem::exists(file, ignored);
  if (is_new && file.has_parent_path()) {
    std::filesystem::create_directories(file.parent_path(), ignored);
  }
  sqlite3* raw = nullptr;
  // Each connection has one thread: SQLite's own locks would only cost.
  const int code =
      sqlite3_open_v2(file.c_str(), &raw,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Handle handle(raw);
  if (code != SQLITE_OK) {
    return std::unexpected(Error{
        kind_of(code),
        fmt::format("{}: {}", file.native(), raw == nullptr ? "no memory" : sqlite3_errmsg(raw))});
  }
  if (is_new) make_private(file);
  auto database = std::make_unique<Sqlite>(std::move(handle));
  if (auto ready = database->set_up(); !ready) {
    ready.error().what = fmt::format("{}: {}", file.native(), ready.error().what);
    return std::unexpected(std::move(ready.error()));
  }
  return database;
}

}  // namespace parley::application::store
