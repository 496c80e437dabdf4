#pragma once

#include <optional>
#include <string>

#include "application/operation/operation.h"

namespace parley::application::api {

struct Fault {
  std::string member;  ///< "options[2].text"; empty: the whole.
  std::string what;    ///< A sentence.
};

/// What is wrong with `value` by a schema in the words of `operation::schema`: the first fault
/// found. A text is measured in characters (code points), and must be UTF-8 without NUL.
std::optional<Fault> fault_of(const operation::Json& schema, const operation::Json& value);

}  // namespace parley::application::api
