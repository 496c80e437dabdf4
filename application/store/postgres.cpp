#include <fmt/format.h>
#include <libpq-fe.h>

#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "application/store/engines.h"
#include "base/assert.h"

namespace parley::application::store {
namespace {

// pg_type.dat of PostgreSQL: these numbers are part of its protocol.
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kNumeric = 1700;

constexpr int kTextFormat = 0;
constexpr int kBinaryFormat = 1;

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Handle = std::unique_ptr<PGconn, CloseConnection>;
using Result = std::unique_ptr<PGresult, ClearResult>;

/// PostgreSQL's appendix A: the first two characters are the class.
Error::Kind kind_of(std::string_view state) {
  if (state == "40001" || state == "40P01") return Error::Kind::conflict;
  if (state == "23505") return Error::Kind::duplicate;
  if (state == "55P03" || state == "57014") return Error::Kind::overloaded;
  if (state == "22021" || state == "22P05") return Error::Kind::bad_value;
  if (state == "53100") return Error::Kind::full;
  if (state.starts_with("23")) return Error::Kind::constraint;
  if (state.starts_with("XX")) return Error::Kind::damaged;
  if (state.starts_with("08") || state.starts_with("53") || state.starts_with("57") ||
      state.starts_with("28") || state.empty()) {
    return Error::Kind::unavailable;
  }
  return Error::Kind::statement;
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

std::int64_t parse_integer(const char* text, std::size_t size) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text, text + size, number);
  PARLEY_ASSERT(error == std::errc() && end == text + size);
  return number;
}

/// "\x0aff", as bytea is written.
ByteVector parse_bytea(std::string_view text) {
  PARLEY_ASSERT(text.starts_with("\\x") && text.size() % 2 == 0);
  ByteVector out;
  out.reserve(text.size() / 2 - 1);
  for (std::size_t i = 2; i < text.size(); i += 2) {
    std::uint8_t byte = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    PARLEY_ASSERT(error == std::errc() && end == text.data() + i + 2);
    out.push_back(byte);
  }
  return out;
}

Value value_of(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return {};
  const char* text = PQgetvalue(result, row, column);
  const auto size = static_cast<std::size_t>(PQgetlength(result, row, column));
  switch (PQftype(result, column)) {
    case kInt2:
    case kInt4:
    case kInt8:
    case kNumeric:
      return parse_integer(text, size);  // SUM of BIGINT is NUMERIC.
    case kBool:
      return *text == 't';
    case kBytea:
      return parse_bytea({text, size});
    default:
      return std::string(text, size);
  }
}

/// The values of one statement as libpq wants them. Borrows from them.
class Parameters {
 public:
  explicit Parameters(const Values& values) {
    numbers_.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) add(values[i].held(), numbers_[i]);
  }
  int count() const { return static_cast<int>(types_.size()); }
  const Oid* types() const { return types_.data(); }
  const char* const* data() const { return data_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }
  /// Statements are prepared for the types of their values.
  std::string signature() const {
    std::string out;
    for (const Oid type : types_) out += fmt::format("{},", type);
    return out;
  }

 private:
  void add(const Value::Held& held, std::array<std::uint8_t, 8>& number) {
    if (const auto* integer = std::get_if<std::int64_t>(&held)) {
      store_be64(number.data(), static_cast<std::uint64_t>(*integer));
      push(kInt8, reinterpret_cast<const char*>(number.data()), number.size(), kBinaryFormat);
    } else if (const auto* text = std::get_if<std::string>(&held)) {
      push(kText, text->c_str(), text->size(), kTextFormat);
    } else if (const auto* bytes = std::get_if<ByteVector>(&held)) {
      // A null pointer would be NULL, and not no bytes.
      const char* at = bytes->empty() ? "" : reinterpret_cast<const char*>(bytes->data());
      push(kBytea, at, bytes->size(), kBinaryFormat);
    } else {
      push(0, nullptr, 0, kTextFormat);
    }
  }
  void push(Oid type, const char* data, std::size_t length, int format) {
    types_.push_back(type);
    data_.push_back(data);
    lengths_.push_back(static_cast<int>(length));
    formats_.push_back(format);
  }

  std::vector<std::array<std::uint8_t, 8>> numbers_;
  std::vector<Oid> types_;
  std::vector<const char*> data_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

class Postgres final : public Database {
 public:
  explicit Postgres(Handle handle) : handle_(std::move(handle)) {
    // Notices would go to stderr, with what they are about.
    PQsetNoticeProcessor(handle_.get(), [](void*, const char*) {}, nullptr);
  }

  Engine engine() const override { return Engine::postgres; }

  /// What holds for the whole connection.
  Outcome set_up() {
    PQsetClientEncoding(handle_.get(), "UTF8");
    if (auto set = run_script("SET lock_timeout = '5s'; SET statement_timeout = '60s'; "
                              "SET bytea_output = 'hex'");
        !set) {
      return set;
    }
    // Whatever the server's default is: who was told that something is stored can rely on it.
    return run_script(
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') = 'off'");
  }

  std::expected<std::vector<std::string>, Error> tables() override {
    std::vector<std::string> names;
    const auto ran =
        run("SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1",
            {}, [&](const Row& row) { names.push_back(row.text(0)); });
    if (!ran) return std::unexpected(ran.error());
    return names;
  }

  std::expected<void, Error> lock_schema() override {
    if (auto ready = reconnect(); !ready) return ready;
    return run_script("SELECT pg_advisory_lock(7880)");
  }
  void unlock_schema() override { (void)run_script("SELECT pg_advisory_unlock(7880)"); }

 protected:
  Outcome begin(Mode mode) override {
    if (auto ready = reconnect(); !ready) return ready;
    const auto* how = mode == Mode::write ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                                          : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    auto begun = run_script(how);
    if (begun || PQstatus(handle_.get()) == CONNECTION_OK) return begun;
    // The server went away since the last one; nothing has happened yet, so once more.
    if (auto ready = reconnect(); !ready) return ready;
    return run_script(how);
  }

  Outcome commit() override {
    auto done = run_script("COMMIT");
    if (!done && PQstatus(handle_.get()) != CONNECTION_OK) {
      done.error() = {Error::Kind::unknown_outcome,
                      "PostgreSQL: the connection broke while committing"};
    }
    return done;
  }

  void rollback() override {
    if (PQtransactionStatus(handle_.get()) != PQTRANS_IDLE) (void)run_script("ROLLBACK");
  }

  std::expected<std::int64_t, Error> run(std::string_view sql, const Values& values,
                                         const Transaction::Visit& visit) override {
    const Parameters parameters(values);
    auto name = prepare(sql, parameters);
    if (!name) return std::unexpected(name.error());
    if (PQsendQueryPrepared(handle_.get(), name->c_str(), parameters.count(), parameters.data(),
                            parameters.lengths(), parameters.formats(), kTextFormat) == 0) {
      return std::unexpected(broken());
    }
    // A row at a time: an answer may be larger than memory.
    PQsetSingleRowMode(handle_.get());
    std::int64_t changed = 0;
    std::optional<Error> failed;
    while (const Result result{PQgetResult(handle_.get())}) {
      switch (PQresultStatus(result.get())) {
        case PGRES_SINGLE_TUPLE:
          if (!failed) visit(row_of(result.get()));
          break;
        case PGRES_TUPLES_OK:
        case PGRES_COMMAND_OK:
          changed = changed_by(result.get());
          break;
        default:
          if (!failed) failed = error_of(result.get());
      }
    }
    if (failed) return std::unexpected(std::move(*failed));
    return changed;
  }

  Outcome run_script(std::string_view sql) override {
    const Result result(PQexec(handle_.get(), std::string(sql).c_str()));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      return std::unexpected(error_of(result.get()));
    }
    return {};
  }

 private:
  Outcome reconnect() {
    if (PQstatus(handle_.get()) == CONNECTION_OK) return {};
    statements_.clear();
    PQreset(handle_.get());
    if (PQstatus(handle_.get()) != CONNECTION_OK) return std::unexpected(broken());
    return set_up();
  }

  Error broken() const {
    return {Error::Kind::unavailable,
            fmt::format("PostgreSQL: {}", first_line(PQerrorMessage(handle_.get())))};
  }

  /// The primary message only: details repeat values.
  Error error_of(const PGresult* result) const {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (message == nullptr) return broken();
    return {kind_of(state == nullptr ? "" : state), fmt::format("PostgreSQL: {}", message)};
  }

  std::expected<std::string, Error> prepare(std::string_view sql, const Parameters& parameters) {
    const auto key = std::pair(std::string(sql), parameters.signature());
    const auto known = statements_.find(key);
    if (known != statements_.end()) return known->second;
    const std::string name = fmt::format("s{}", ++prepared_);
    const Result result(PQprepare(handle_.get(), name.c_str(), key.first.c_str(),
                                  parameters.count(), parameters.types()));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
      return std::unexpected(error_of(result.get()));
    }
    return statements_.emplace(key, name).first->second;
  }

  static Row row_of(const PGresult* result) {
    Values values;
    const int columns = PQnfields(result);
    values.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) values.push_back(value_of(result, 0, i));
    return Row(std::move(values));
  }

  static std::int64_t changed_by(PGresult* result) {
    // What reads says how much it read, in the same place.
    if (std::string_view(PQcmdStatus(result)).starts_with("SELECT")) return 0;
    const std::string_view count = PQcmdTuples(result);
    return count.empty() ? 0 : parse_integer(count.data(), count.size());
  }

  Handle handle_;
  std::map<std::pair<std::string, std::string>, std::string> statements_;
  std::uint64_t prepared_ = 0;
};

}  // namespace

std::expected<std::unique_ptr<Database>, Error> open_postgres(const Secret& url) {
  // libpq's own words for a URL that it cannot read repeat it.
  struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
  };
  char* complaint = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> readable(
      PQconninfoParse(url.reveal().c_str(), &complaint));
  PQfreemem(complaint);
  if (!readable) {
    return std::unexpected(
        Error{Error::Kind::unavailable,
              "PostgreSQL: the URL cannot be read; it is postgres://user:password@host:port/name"});
  }
  // What the URL says counts more than what stands before it.
  const std::array<const char*, 4> names{"connect_timeout", "fallback_application_name", "dbname",
                                         nullptr};
  const std::array<const char*, 4> values{"5", "parley", url.reveal().c_str(), nullptr};
  Handle handle(PQconnectdbParams(names.data(), values.data(), 1));
  if (PQstatus(handle.get()) != CONNECTION_OK) {
    return std::unexpected(
        Error{Error::Kind::unavailable,
              fmt::format("PostgreSQL: {}", first_line(PQerrorMessage(handle.get())))});
  }
  auto database = std::make_unique<Postgres>(std::move(handle));
  if (auto ready = database->set_up(); !ready) return std::unexpected(std::move(ready.error()));
  return database;
}

}  // namespace parley::application::store
