#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::signaling {

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. Protobuf refuses other
/// strings.
bool is_utf8(std::string_view text);

/// `%41` and `+` undone. nullopt: a broken escape, or not UTF-8 afterwards.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// The parameters of a URL's query string or of a form. Pairs that cannot be decoded are left out,
/// as browsers' servers do; of a name that comes twice the first counts.
///
///  bounded  by the request line; at most 256 pairs are looked at
class Query {
 public:
  Query() = default;
  explicit Query(std::string_view text);

  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  /// `1` or `true`, as LiveKit's server reads its switches.
  bool flag(std::string_view name) const;
  bool flag_or(std::string_view name, bool otherwise) const;
  /// nullopt unless a whole decimal number.
  std::optional<int> number(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

/// A request target taken apart, with the rule for proxies that double the first slash.
struct Target {
  std::string path;   ///< Percent-decoded, begins with one slash.
  std::string query;  ///< Without the question mark, still encoded.
};
/// nullopt: not an origin-form target, a broken escape, or a NUL in it.
std::optional<Target> parse_target(std::string_view text);

}  // namespace parley::signaling
