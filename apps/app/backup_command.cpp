#include "apps/app/backup_command.h"

#include <fmt/format.h>

#include "application/schema/schema.h"
#include "application/store/dump.h"
#include "apps/app/open_database.h"
#include "apps/command/exit_codes.h"
#include "runtime/clock.h"

namespace parley::apps {
namespace {

namespace store = application::store;

/// A line per table, and for large ones one now and then. On stderr: the file may be /dev/stdout
/// one day.
store::DumpProgress progress(bool quiet) {
  return [quiet](std::string_view table, std::int64_t rows, bool done) {
    if (!quiet) fmt::print(stderr, "  {:<24} {:>9} rows{}\n", table, rows, done ? "" : " …");
  };
}

/// A backup is rows. Whoever keeps it has to know that there is more to keep.
void say_where_files_are(const BackupRequest& request, const char* what_to_do) {
  std::error_code error;
  const std::filesystem::directory_iterator all(request.files, error);
  if (error || all == std::filesystem::directory_iterator()) return;
  fmt::print("{}: the files of chats are here: {}\n", request.files.native(), what_to_do);
}

int report(const char* command, const std::expected<store::DumpSummary, store::Error>& result,
           const std::string& sentence) {
  if (result) {
    fmt::print("{}\n", sentence);
    return 0;
  }
  fmt::print(stderr, "parley app {}: {}\n", command, result.error().what);
  if (result.error().kind == store::Error::Kind::not_empty) {
    fmt::print(stderr, "parley app {}: --replace removes them first\n", command);
  }
  return exit_code_of(result.error());
}

}  // namespace

int run_backup(const Secret& database, const BackupRequest& request) {
  int exit_code = 0;
  const auto opened = open_database(database, "backup", exit_code);
  if (!opened) return exit_code;
  const WallTime now = runtime::clock_offset().wall(runtime::monotonic_now());
  const auto made =
      store::back_up(*opened, application::schema(), request.file, now, progress(request.quiet));
  const int result = report("backup", made,
                            made ? fmt::format("{}: {} rows, version {} of the tables",
                                               request.file, made->rows, made->version)
                                 : "");
  if (result == 0) say_where_files_are(request, "copy this folder as well, after the rows");
  return result;
}

int run_restore(const Secret& database, const BackupRequest& request) {
  // Its tables are not brought up to date before the file was found good.
  auto opened = store::Database::open(database);
  if (!opened) {
    fmt::print(stderr, "parley app restore: {}\n", opened.error().what);
    return exit_code_of(opened.error());
  }
  const auto done =
      store::restore(**opened, application::schema(), request.file,
                     request.replace ? store::Existing::replace : store::Existing::refuse,
                     progress(request.quiet));
  return report(
      "restore", done,
      done ? fmt::format("{} rows are in {} now", done->rows, store::to_string((*opened)->engine()))
           : "");
}

}  // namespace parley::apps
