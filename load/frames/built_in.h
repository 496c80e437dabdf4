#pragma once

#include <string_view>

#include "base/bytes.h"

namespace parley::load {

/// A file of load/samples, as it was when this was compiled; empty if there is none of that name.
ByteView built_in_sample(std::string_view name);

}  // namespace parley::load
