#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace parley::apps {

/// 300, 300s, 5m or 1h.
std::optional<std::chrono::seconds> parse_seconds(const std::string& text);

}  // namespace parley::apps
