#pragma once

#include <string_view>

#include "base/bytes.h"

namespace parley::application::people {

/// SHA-256. For what is random enough already (tokens), or only to be told apart (keys of
/// attempts); passwords go through password.h.
ByteVector digest(std::string_view text);

}  // namespace parley::application::people
