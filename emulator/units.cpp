#include "emulator/units.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace parley::emulator {
namespace {

struct Number {
  double value = 0;
  std::string_view unit;
};

std::optional<Number> split(std::string_view text) {
  Number number;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number.value,
                                             std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(number.value) || number.value < 0) return std::nullopt;
  number.unit = text.substr(static_cast<std::size_t>(rest - text.data()));
  return number;
}

auto refused(std::string_view text, std::string_view wanted) {
  return std::unexpected(fmt::format("'{}' is not {}", text, wanted));
}

}  // namespace

std::expected<std::uint64_t, std::string> parse_rate(std::string_view text) {
  constexpr std::string_view wanted = "a rate such as 300k, 2M, 64000 (bit/s), 0 or unlimited";
  constexpr double most = 1e12;
  if (text == "unlimited") return kUnlimited;
  const auto number = split(text);
  if (!number) return refused(text, wanted);
  double scale = 1;
  if (number->unit == "k") {
    scale = 1e3;
  } else if (number->unit == "M") {
    scale = 1e6;
  } else if (number->unit == "G") {
    scale = 1e9;
  } else if (!number->unit.empty()) {
    return refused(text, wanted);
  }
  if (number->value * scale > most) return refused(text, wanted);
  return static_cast<std::uint64_t>(std::llround(number->value * scale));
}

std::expected<Duration, std::string> parse_duration(std::string_view text) {
  constexpr std::string_view wanted = "a time of at most an hour such as 20ms, 1.5s or 250us";
  const auto number = split(text);
  if (!number) return refused(text, wanted);
  double scale = 1e6;
  if (number->unit == "s") {
    scale = 1e9;
  } else if (number->unit == "us") {
    scale = 1e3;
  } else if (number->unit != "ms" && !number->unit.empty()) {
    return refused(text, wanted);
  }
  if (number->value * scale > 3600e9) return refused(text, wanted);
  return Duration(std::llround(number->value * scale));
}

std::expected<double, std::string> parse_share(std::string_view text) {
  constexpr std::string_view wanted = "a share such as 5% or 0.05";
  const auto number = split(text);
  if (!number || (number->unit != "%" && !number->unit.empty())) return refused(text, wanted);
  const double share = number->unit == "%" ? number->value / 100 : number->value;
  if (share > 1) return refused(text, wanted);
  return share;
}

std::expected<std::size_t, std::string> parse_bytes(std::string_view text) {
  constexpr std::string_view wanted = "a size such as 1500B, 64kB or 1MB";
  constexpr double most = 1e9;
  const auto number = split(text);
  if (!number) return refused(text, wanted);
  double scale = 1;
  if (number->unit == "kB") {
    scale = 1e3;
  } else if (number->unit == "MB") {
    scale = 1e6;
  } else if (number->unit != "B") {
    return refused(text, wanted);
  }
  if (number->value * scale > most) return refused(text, wanted);
  return static_cast<std::size_t>(std::llround(number->value * scale));
}

}  // namespace parley::emulator
