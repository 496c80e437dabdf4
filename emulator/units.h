#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <string>
#include <string_view>

#include "base/time.h"

/// Numbers as people write them. What cannot be read is refused with a sentence that says what can.
namespace parley::emulator {

/// No bottleneck at all.
inline constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

/// Bits per second: "300k", "2M", "1.5M", "64000", "0" (nothing passes), "unlimited".
std::expected<std::uint64_t, std::string> parse_rate(std::string_view text);

/// "20ms", "1.5s", "250us", "20" (milliseconds); at most an hour.
std::expected<Duration, std::string> parse_duration(std::string_view text);

/// A probability, 0 to 1: "5%", "0.05", "0".
std::expected<double, std::string> parse_share(std::string_view text);

/// "1500B", "64kB", "1MB": in thousands.
std::expected<std::size_t, std::string> parse_bytes(std::string_view text);

}  // namespace parley::emulator
