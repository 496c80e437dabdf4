#include "apps/supervisor/find_executable.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace parley::apps {

std::optional<std::string> find_executable(std::string_view name) {
  const char* variable = ::getenv("PATH");
  std::string search = variable == nullptr ? "" : variable;
  search += ":/usr/sbin:/usr/local/bin:/usr/local/sbin:/opt/homebrew/bin";
  std::string_view rest = search;
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    const std::string path = fmt::format("{}/{}", rest.substr(0, colon), name);
    if (path.starts_with('/') && ::access(path.c_str(), X_OK) == 0) return path;
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
  }
  return std::nullopt;
}

}  // namespace parley::apps
