#pragma once

#include <memory>

#include "application/store/database.h"

namespace parley::apps {

/// With its tables at the newest version. nullptr: what is wrong was printed, and `exit_code` set.
std::unique_ptr<application::store::Database> open_database(const Secret& url, const char* command,
                                                            int& exit_code);

/// What the exit code says of an error: is there hope in trying again?
int exit_code_of(const application::store::Error& error);

}  // namespace parley::apps
