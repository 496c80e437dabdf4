#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "application/store/database.h"
#include "application/store/migrations.h"

/// All rows of the database as one file, and back: the same file whatever the engine, so it also
/// moves an installation from one to the other.
///
/// Lines of JSON: a header (format, version of the tables, when), then for each table a line with
/// its name and columns and a line per row (a number, a text, null, or {"b": base64}), then how
/// many rows there were and the SHA-256 of all lines before. Format and version are checked before
/// anything is touched, and the checksum too.
namespace parley::application::store {

inline constexpr std::int64_t kDumpFormat = 1;

struct DumpSummary {
  std::int64_t version = 0;  ///< Of the tables.
  std::int64_t rows = 0;
};

/// Called now and then, and when a table is done.
using DumpProgress = std::function<void(std::string_view table, std::int64_t rows, bool done)>;

/// Writes all tables as they were at one moment; others may write meanwhile. The file appears whole
/// or not at all, for its owner only: it holds password hashes and secrets.
std::expected<DumpSummary, Error> back_up(Database& database, const Schema& schema,
                                          const std::filesystem::path& file, WallTime now,
                                          const DumpProgress& progress);

enum class Existing : std::uint8_t { refuse, replace };

/// Puts the rows of a file back, in one transaction: all or nothing. A backup of older tables is
/// brought to the newest version; one of newer tables is refused. A database that holds rows is
/// left alone unless they are to be replaced.
std::expected<DumpSummary, Error> restore(Database& database, const Schema& schema,
                                          const std::filesystem::path& file, Existing existing,
                                          const DumpProgress& progress);

}  // namespace parley::application::store
