#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::apps {

/// In $PATH, or where Debian and Homebrew put what is for administrators.
std::optional<std::string> find_executable(std::string_view name);

}  // namespace parley::apps
