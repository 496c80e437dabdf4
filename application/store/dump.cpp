#include "application/store/dump.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ranges>

#include "application/store/dump_file.h"
#include "base/assert.h"

namespace parley::application::store {
namespace {

using Json = nlohmann::json;
constexpr std::int64_t kProgressEvery = 5000;

std::string to_base64(ByteView bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::optional<ByteVector> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  ByteVector out(text.size() / 4 * 3);
  const int size =
      EVP_DecodeBlock(out.data(), as_bytes(text).data(), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  // OpenSSL counts the padding's bytes as well.
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

Json to_json(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value.held())) return *number;
  if (const auto* text = std::get_if<std::string>(&value.held())) return *text;
  if (const auto* bytes = std::get_if<ByteVector>(&value.held())) return {{"b", to_base64(*bytes)}};
  return nullptr;
}

std::optional<Value> from_json(const Json& json) {
  if (json.is_null()) return Value();
  if (json.is_number_integer()) return Value(json.get<std::int64_t>());
  if (json.is_string()) return Value(json.get<std::string>());
  if (json.is_object() && json.contains("b") && json["b"].is_string()) {
    const auto bytes = from_base64(json["b"].get_ref<const std::string&>());
    if (bytes) return Value(*bytes);
  }
  return std::nullopt;
}

/// Names of columns go into SQL: only what our own tables have.
bool is_plain_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::vector<std::string> columns_of(Transaction& transaction, Engine engine,
                                    std::string_view table) {
  std::vector<std::string> names;
  const auto* sql =
      engine == Engine::sqlite
          ? "SELECT name FROM pragma_table_info($1) ORDER BY cid"
          : "SELECT column_name::text FROM information_schema.columns WHERE table_schema = "
            "current_schema() AND table_name = $1 ORDER BY ordinal_position";
  for (const Row& row : transaction.query(sql, {table})) names.push_back(row.text(0));
  return names;
}

Error bad(std::string_view what) {
  return {Error::Kind::bad_backup, fmt::format("the backup cannot be read: {}", what)};
}

/// The lines of a checked file, into the tables.
class Restorer {
 public:
  Restorer(Transaction& transaction, DumpReader& reader, const DumpProgress& progress)
      : transaction_(transaction), reader_(reader), progress_(progress) {}

  std::int64_t run() {
    while (transaction_.ok()) {
      const auto line = reader_.line();
      if (!line) break;
      const Json json = Json::parse(*line, nullptr, false);
      if (json.is_object()) {
        begin_table(json);
      } else if (json.is_array() && !insert_.empty()) {
        add_row(json);
      } else {
        transaction_.fail(bad("a line is neither table nor row"));
      }
    }
    end_table();
    if (transaction_.ok() && rows_ != reader_.rows()) transaction_.fail(bad("rows are missing"));
    return rows_;
  }

 private:
  void begin_table(const Json& json) {
    end_table();
    if (!json.contains("table") || !json["table"].is_string() || !json.contains("columns") ||
        !json["columns"].is_array()) {
      return transaction_.fail(bad("a table has no name or columns"));
    }
    table_ = json["table"];
    std::vector<std::string> columns;
    for (const Json& column : json["columns"]) {
      columns.push_back(column.is_string() ? column.get<std::string>() : "");
    }
    if (!is_plain_name(table_) || !std::ranges::all_of(columns, is_plain_name)) {
      return transaction_.fail(bad("a name of a table or column is none"));
    }
    columns_ = columns.size();
    std::vector<std::string> places;
    for (std::size_t i = 1; i <= columns_; ++i) places.push_back(fmt::format("${}", i));
    insert_ = fmt::format("INSERT INTO {} ({}) VALUES ({})", table_, fmt::join(columns, ", "),
                          fmt::join(places, ", "));
  }

  void add_row(const Json& json) {
    if (json.size() != columns_) return transaction_.fail(bad("a row has too few or many values"));
    Values values;
    for (const Json& item : json) {
      auto value = from_json(item);
      if (!value) return transaction_.fail(bad("a value is of no type"));
      values.push_back(std::move(*value));
    }
    transaction_.change(insert_, values);
    ++rows_;
    if (++in_table_ % kProgressEvery == 0) progress_(table_, in_table_, false);
  }

  void end_table() {
    if (!table_.empty()) progress_(table_, in_table_, true);
    in_table_ = 0;
    table_.clear();
    insert_.clear();
  }

  Transaction& transaction_;
  DumpReader& reader_;
  const DumpProgress& progress_;
  std::string table_;
  std::string insert_;
  std::size_t columns_ = 0;
  std::int64_t rows_ = 0;
  std::int64_t in_table_ = 0;
};

/// Format and version; both are checked before anything is touched.
std::expected<std::int64_t, Error> read_header(DumpReader& reader, const Schema& schema) {
  const auto line = reader.line();
  const Json header = line ? Json::parse(*line, nullptr, false) : Json();
  if (!header.is_object() || !header.contains("parley_backup") ||
      !header["parley_backup"].is_number_integer() || !header.contains("version") ||
      !header["version"].is_number_integer()) {
    return std::unexpected(bad("it does not begin as one"));
  }
  if (header["parley_backup"] != kDumpFormat) {
    return std::unexpected(Error{
        Error::Kind::newer,
        fmt::format("the backup has format {} and this program reads {}: a newer Parley made it",
                    header["parley_backup"].get<std::int64_t>(), kDumpFormat)});
  }
  const std::int64_t version = header["version"];
  if (version < 1 || version > schema.newest()) {
    return std::unexpected(
        Error{Error::Kind::newer,
              fmt::format("the backup is of version {} of the tables and this program knows up to "
                          "{}: a newer Parley made it",
                          version, schema.newest())});
  }
  return version;
}

/// Steps may have put rows into the tables; those of the file count.
void remove_rows(Transaction& transaction, Database& database, const Schema& schema) {
  const auto present = database.tables();
  if (!present) return transaction.fail(present.error());
  for (const std::string_view table : std::views::reverse(schema.tables)) {
    if (std::ranges::find(*present, table) == present->end()) continue;  // Of a later version.
    transaction.change(fmt::format("DELETE FROM {}", table));
  }
}

/// One transaction, as everything that follows it: a failure leaves what was there.
void empty_out(Transaction& transaction, const Schema& schema, Existing existing) {
  for (const std::string_view table : schema.tables) {
    if (existing == Existing::replace) break;
    if (!transaction.query(fmt::format("SELECT 1 FROM {} LIMIT 1", table)).empty()) {
      return transaction.fail(
          {Error::Kind::not_empty, fmt::format("the database holds rows already (in {})", table)});
    }
  }
  for (const std::string_view table : std::views::reverse(schema.tables)) {
    transaction.script(fmt::format("DROP TABLE {}", table));
  }
  transaction.script(fmt::format("DROP TABLE {}", kVersionTable));
}

}  // namespace

std::expected<DumpSummary, Error> back_up(Database& database, const Schema& schema,
                                          const std::filesystem::path& file, WallTime now,
                                          const DumpProgress& progress) {
  auto writer = DumpWriter::create(file);
  if (!writer) return std::unexpected(std::move(writer.error()));
  auto summary = database.read([&](Transaction& transaction) {
    DumpSummary sum{.version = version_of(transaction, database)};
    writer->line(Json{
        {"parley_backup", kDumpFormat},
        {"version", sum.version},
        {"engine", to_string(database.engine())},
        {"created_at", std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count()}}
                     .dump());
    for (const std::string_view table : schema.tables) {
      const auto columns = columns_of(transaction, database.engine(), table);
      writer->line(Json{{"table", table}, {"columns", columns}}.dump());
      std::int64_t rows = 0;
      transaction.each(fmt::format("SELECT {} FROM {}", fmt::join(columns, ", "), table), {},
                       [&](const Row& row) {
                         Json json = Json::array();
                         for (const Value& value : row.values()) json.push_back(to_json(value));
                         writer->line(json.dump());
                         if (++rows % kProgressEvery == 0) progress(table, rows, false);
                       });
      if (!transaction.ok()) break;
      sum.rows += rows;
      progress(table, rows, true);
    }
    return sum;
  });
  if (!summary) return summary;
  if (auto finished = writer->finish(summary->rows); !finished) {
    return std::unexpected(std::move(finished.error()));
  }
  return summary;
}

std::expected<DumpSummary, Error> restore(Database& database, const Schema& schema,
                                          const std::filesystem::path& file, Existing existing,
                                          const DumpProgress& progress) {
  auto reader = DumpReader::open(file);
  if (!reader) return std::unexpected(std::move(reader.error()));
  const auto version = read_header(*reader, schema);
  if (!version) return std::unexpected(version.error());
  // So that what is there, be it older, has the tables that are emptied below.
  const auto found = migrate(database, schema);
  if (!found) return std::unexpected(found.error());
  // Rows in tables that were made just now are nobody's.
  if (*found == 0) existing = Existing::replace;
  if (auto locked = database.lock_schema(); !locked) return std::unexpected(locked.error());
  bool began = false;
  auto summary = database.write([&](Transaction& transaction) {
    DumpSummary sum{.version = *version};
    // The file has been read once; another process that writes meanwhile is to be stopped first.
    if (std::exchange(began, true)) {
      transaction.fail({Error::Kind::overloaded,
                        "somebody else uses the database; stop the server, then restore"});
      return sum;
    }
    empty_out(transaction, schema, existing);
    apply_migrations(transaction, schema, 0, *version);
    remove_rows(transaction, database, schema);
    sum.rows = Restorer(transaction, *reader, progress).run();
    apply_migrations(transaction, schema, *version, schema.newest());
    return sum;
  });
  database.unlock_schema();
  return summary;
}

}  // namespace parley::application::store
