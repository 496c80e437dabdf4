#include "signaling/encoding/query.h"

#include <charconv>
#include <cstdint>

namespace parley::signaling {
namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool is_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto first = static_cast<unsigned char>(text[i++]);
    if (first < 0x80) continue;
    const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4) return false;
    std::uint32_t code = first & (0x3fU >> more);
    for (int k = 0; k < more; ++k) {
      if (i == text.size()) return false;
      const auto next = static_cast<unsigned char>(text[i++]);
      if ((next & 0xc0) != 0x80) return false;
      code = code << 6 | (next & 0x3fU);
    }
    if (more == 2 && (code < 0x800 || (code >= 0xd800 && code < 0xe000))) return false;
    if (more == 3 && (code < 0x10000 || code > 0x10ffff)) return false;
  }
  return true;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex(text[i + 1]);
      const int low = hex(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else if (text[i] == '+' && plus_is_space) {
      out.push_back(' ');
    } else {
      out.push_back(text[i]);
    }
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

Query::Query(std::string_view text) {
  constexpr std::size_t kMaxPairs = 256;
  for (std::size_t seen = 0; !text.empty() && seen < kMaxPairs; ++seen) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::size_t equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::string()
                                                  : percent_decode(pair.substr(equals + 1), true);
    if (!name || !value || name->empty() || has(*name)) continue;
    pairs_.emplace_back(std::move(*name), std::move(*value));
  }
}

std::string_view Query::get(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return value;
  }
  return {};
}

bool Query::has(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return true;
  }
  return false;
}

bool Query::flag(std::string_view name) const { return flag_or(name, false); }

bool Query::flag_or(std::string_view name, bool otherwise) const {
  const std::string_view value = get(name);
  if (value.empty()) return otherwise;
  return value == "1" || value == "true";
}

std::optional<int> Query::number(std::string_view name) const {
  const std::string_view value = get(name);
  int out = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
  if (value.empty() || error != std::errc() || end != value.data() + value.size()) {
    return std::nullopt;
  }
  return out;
}

std::optional<Target> parse_target(std::string_view text) {
  if (!text.starts_with('/')) return std::nullopt;
  if (text.starts_with("//")) text.remove_prefix(1);
  const std::size_t mark = text.find('?');
  auto path = percent_decode(text.substr(0, mark), false);
  if (!path || path->find('\0') != std::string::npos) return std::nullopt;
  Target target{std::move(*path), {}};
  if (mark != std::string_view::npos) target.query = text.substr(mark + 1);
  return target;
}

}  // namespace parley::signaling
