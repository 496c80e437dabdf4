#include "application/store/database.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "application/store/engines.h"

namespace parley::application::store {
namespace {

/// Transactions of several processes that get in each other's way.
constexpr int kMostTries = 12;
constexpr std::chrono::milliseconds kShortestPause{1};

/// PostgreSQL refuses these, SQLite would take them: nobody does.
bool is_utf8_without_nul(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    if (lead == 0) return false;
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = lead >= 0xf0 ? 4U : lead >= 0xe0 ? 3U : 2U;
    if (lead < 0xc2 || lead > 0xf4 || text.size() - i < length) return false;
    std::uint32_t code = lead & (0x7fU >> length);
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<std::uint8_t>(text[i + k]);
      if ((next & 0xc0U) != 0x80) return false;
      code = code << 6 | (next & 0x3fU);
    }
    // Unicode 15 section 3.9, table 3-7: shortest form only, no surrogates.
    if ((length == 3 && code < 0x800) || (length == 4 && code < 0x10000)) return false;
    if ((code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return false;
    i += length;
  }
  return true;
}

bool can_be_stored(const Values& values) {
  for (const Value& value : values) {
    const auto* text = std::get_if<std::string>(&value.held());
    if (text != nullptr && !is_utf8_without_nul(*text)) return false;
  }
  return true;
}

}  // namespace

std::expected<std::unique_ptr<Database>, Error> Database::open(const Secret& url) {
  const std::string& text = url.reveal();
  if (text.starts_with("postgres://") || text.starts_with("postgresql://")) {
    return open_postgres(url);
  }
  std::string_view file = text;
  if (file.starts_with("sqlite:")) {
    file.remove_prefix(7);
    if (file.starts_with("//")) file.remove_prefix(2);
  } else if (file.find("://") != std::string_view::npos) {
    return std::unexpected(
        Error{Error::Kind::unavailable,
              "the database's URL must begin with postgres:// or sqlite:, or be a file's path"});
  }
  if (file.empty()) {
    return std::unexpected(Error{Error::Kind::unavailable, "the database's URL names no file"});
  }
  return open_sqlite(file);
}

std::optional<Error> Database::attempt(Mode mode, const std::function<void(Transaction&)>& work) {
  std::optional<Error> failed;
  for (int i = 0; i < kMostTries; ++i) {
    failed = attempt_once(mode, work);
    if (!failed || failed->kind != Error::Kind::conflict) return failed;
    ++retries_;
    // Two processes that write to one meeting would else meet again at once, and again.
    std::this_thread::sleep_for(kShortestPause * (1 << std::min(i, 4)));
  }
  return failed;
}

std::optional<Error> Database::attempt_once(Mode mode,
                                            const std::function<void(Transaction&)>& work) {
  if (auto begun = begin(mode); !begun) return std::move(begun.error());
  Transaction transaction(*this);
  work(transaction);
  if (transaction.error()) {
    rollback();
    return transaction.error();
  }
  if (auto committed = commit(); !committed) {
    rollback();
    return std::move(committed.error());
  }
  return std::nullopt;
}

Rows Transaction::query(std::string_view sql, const Values& values) {
  Rows rows;
  each(sql, values, [&](const Row& row) { rows.push_back(row); });
  return ok() ? std::move(rows) : Rows();
}

std::optional<Row> Transaction::first(std::string_view sql, const Values& values) {
  Rows rows = query(sql, values);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

void Transaction::each(std::string_view sql, const Values& values, const Visit& visit) {
  if (error_) return;
  if (!can_be_stored(values)) {
    return fail({Error::Kind::bad_value, "a text is not UTF-8, or holds a NUL"});
  }
  auto ran = database_.run(sql, values, visit);
  if (!ran) fail(std::move(ran.error()));
}

std::int64_t Transaction::change(std::string_view sql, const Values& values) {
  if (error_) return 0;
  if (!can_be_stored(values)) {
    fail({Error::Kind::bad_value, "a text is not UTF-8, or holds a NUL"});
    return 0;
  }
  auto ran = database_.run(sql, values, [](const Row&) {});
  if (!ran) {
    fail(std::move(ran.error()));
    return 0;
  }
  return *ran;
}

void Transaction::script(std::string_view sql) {
  if (error_) return;
  if (auto ran = database_.run_script(sql); !ran) fail(std::move(ran.error()));
}

}  // namespace parley::application::store
