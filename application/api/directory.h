#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "application/operation/operation.h"

namespace parley::application::api {

/// All operations, found by method and path.
class Directory {
 public:
  /// No two of them may have the same method and path.
  explicit Directory(operation::Operations operations);

  struct Found {
    const operation::Operation* operation =
        nullptr;                                ///< nullptr: no such path, or not by this method.
    std::map<std::string, std::string> path{};  ///< {"link": "…"}
    std::string allowed{};  ///< Methods that the path knows, for 405; empty: no such path.
  };
  /// `path` is decoded and without the prefix: "/meetings/standup/chat".
  Found find(std::string_view method, std::string_view path) const;

  const operation::Operations& operations() const { return operations_; }

 private:
  operation::Operations operations_;
};

std::string_view to_string(operation::Method method);

}  // namespace parley::application::api
