#pragma once

#include <optional>
#include <string_view>

#include "base/secret.h"

namespace parley::apps {

/// From a terminal asked for twice, without showing it; else the first line of stdin. nullopt:
/// there is none, or the two differ; it was said.
std::optional<Secret> read_password(std::string_view whose);

}  // namespace parley::apps
