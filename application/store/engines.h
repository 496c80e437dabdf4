#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "application/store/database.h"

/// What `Database::open` chooses from.
namespace parley::application::store {

std::expected<std::unique_ptr<Database>, Error> open_sqlite(const std::filesystem::path& file);
/// `url` as libpq reads it. The error does not repeat it: there may be a password inside.
std::expected<std::unique_ptr<Database>, Error> open_postgres(const Secret& url);

}  // namespace parley::application::store
