#include "application/api/directory.h"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "base/assert.h"

namespace parley::application::api {

using operation::Method;
using operation::Operation;

namespace {

std::string_view next_segment(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

std::optional<std::map<std::string, std::string>> match(std::string_view pattern,
                                                        std::string_view path) {
  std::map<std::string, std::string> found;
  while (!pattern.empty() || !path.empty()) {
    const std::string_view wanted = next_segment(pattern);
    const std::string_view given = next_segment(path);
    if (wanted.starts_with('{')) {
      if (given.empty()) return std::nullopt;
      found.emplace(wanted.substr(1, wanted.size() - 2), given);
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  return found;
}

}  // namespace

std::string_view to_string(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::remove:
      return "DELETE";
  }
  return "unknown";
}

Directory::Directory(operation::Operations operations) : operations_(std::move(operations)) {
  std::set<std::string> seen;
  for (const Operation& one : operations_) {
    PARLEY_ASSERT(seen.insert(fmt::format("{} {}", to_string(one.method), one.path)).second);
    PARLEY_ASSERT(seen.insert(std::string(one.id)).second);
  }
}

Directory::Found Directory::find(std::string_view method, std::string_view path) const {
  Found found;
  for (const Operation& one : operations_) {
    auto parts = match(one.path, path);
    if (!parts) continue;
    if (to_string(one.method) == method) {
      found.operation = &one;
      found.path = std::move(*parts);
      return found;
    }
    found.allowed += fmt::format("{}{}", found.allowed.empty() ? "" : ", ", to_string(one.method));
  }
  return found;
}

}  // namespace parley::application::api
