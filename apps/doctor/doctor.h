#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "apps/config/config.h"

namespace parley::apps {

enum class Verdict : std::uint8_t { ok, warn, fail };

struct Finding {
  Verdict verdict = Verdict::ok;
  std::string what;    ///< What was looked at, and what was found.
  std::string advice;  ///< What to do about it; empty where nothing is.
};

/// Looks at this machine with the eyes of a media server that is about to start. Changes nothing.
std::vector<Finding> examine(const Config& config, const std::filesystem::path& executable);

/// Prints them. Returns 0 if nothing fails, 1 otherwise.
int report(const std::vector<Finding>& findings, bool colour);

}  // namespace parley::apps
