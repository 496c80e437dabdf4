#include "apps/app/open_database.h"

#include <fmt/format.h>

#include "application/schema/schema.h"
#include "apps/command/exit_codes.h"

namespace parley::apps {

using application::store::Error;

int exit_code_of(const Error& error) {
  switch (error.kind) {
    case Error::Kind::newer:
    case Error::Kind::damaged:
    case Error::Kind::bad_backup:
    case Error::Kind::not_empty:
    case Error::Kind::statement:
      return kExitConfig;
    default:
      return kExitFailure;
  }
}

std::unique_ptr<application::store::Database> open_database(const Secret& url, const char* command,
                                                            int& exit_code) {
  auto database = application::store::Database::open(url);
  if (!database) {
    fmt::print(stderr, "parley app {}: {}\n", command, database.error().what);
    exit_code = exit_code_of(database.error());
    return nullptr;
  }
  if (const auto found = application::store::migrate(**database, application::schema()); !found) {
    fmt::print(stderr, "parley app {}: {}\n", command, found.error().what);
    exit_code = exit_code_of(found.error());
    return nullptr;
  }
  return std::move(*database);
}

}  // namespace parley::apps
