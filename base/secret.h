#pragma once

#include <string>
#include <utility>

#include <fmt/format.h>

namespace parley {

/// A value that prints as "redacted". `reveal()` is the word to search for in review.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string value_;
};

}  // namespace parley

template <>
struct fmt::formatter<parley::Secret> : fmt::formatter<std::string_view> {
  auto format(const parley::Secret&, fmt::format_context& ctx) const {
    return fmt::formatter<std::string_view>::format("redacted", ctx);
  }
};
