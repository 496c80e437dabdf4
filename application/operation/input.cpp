#include "application/operation/input.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "signaling/encoding/query.h"

namespace parley::application::operation {
namespace {

constexpr std::int64_t kUsualPage = 50;
constexpr std::size_t kMaxCursor = 64;

struct Span {
  char32_t first;
  char32_t last;
};
/// White space and what fonts draw as nothing (Unicode 15, White_Space and
/// Default_Ignorable_Code_Point, and two blanks that are letters and symbols by category).
constexpr std::array kUnseen{Span{0x09, 0x0d},     Span{0x20, 0x20},     Span{0x85, 0x85},
                             Span{0xa0, 0xa0},     Span{0xad, 0xad},     Span{0x34f, 0x34f},
                             Span{0x61c, 0x61c},   Span{0x115f, 0x1160}, Span{0x1680, 0x1680},
                             Span{0x17b4, 0x17b5}, Span{0x180b, 0x180f}, Span{0x2000, 0x200f},
                             Span{0x2028, 0x202f}, Span{0x205f, 0x206f}, Span{0x2800, 0x2800},
                             Span{0x3000, 0x3000}, Span{0x3164, 0x3164}, Span{0xfe00, 0xfe0f},
                             Span{0xfeff, 0xfeff}, Span{0xffa0, 0xffa0}, Span{0xe0000, 0xe0fff}};

bool is_unseen(char32_t code) {
  return std::ranges::any_of(
      kUnseen, [&](const Span& span) { return code >= span.first && code <= span.last; });
}

bool is_control(char32_t code, Lines lines) {
  if (code == '\t' || code == '\n' || code == '\r') return lines == Lines::one;
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

/// The first code point of what is known to be UTF-8, taken off its front.
char32_t take(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t code = size == 1 ? first : first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  text.remove_prefix(size);
  return code;
}

}  // namespace

std::expected<void, Problem> check_text(std::string_view member, std::string_view text,
                                        std::size_t longest, Lines lines) {
  if (!signaling::is_utf8(text)) return bad_input(member, "This is not UTF-8.");
  std::size_t length = 0;
  bool can_be_seen = false;
  for (std::string_view rest = text; !rest.empty(); ++length) {
    const char32_t code = take(rest);
    if (is_control(code, lines)) {
      return bad_input(member, fmt::format("U+{:04X} cannot be part of this.",
                                           static_cast<std::uint32_t>(code)));
    }
    can_be_seen = can_be_seen || !is_unseen(code);
  }
  if (!can_be_seen) return bad_input(member, "Nothing is written here.");
  if (length > longest) {
    return bad_input(member,
                     fmt::format("This has {} characters; {} are possible.", length, longest));
  }
  return {};
}

Json page_query() {
  return {{"cursor", schema::text(0, kMaxCursor)}, {"limit", schema::integer(1, kMaxPage)}};
}

Json page_answer(std::string_view component) {
  return schema::object({{"items", schema::list(schema::ref(component), 0, kMaxPage)},
                         {"next", schema::nullable(schema::text(1, kMaxCursor))}});
}

std::expected<std::int64_t, Problem> page_limit(const Call& call) {
  const auto given = call.query.find("limit");
  if (given == call.query.end()) return kUsualPage;
  std::int64_t limit = 0;
  const char* const end = given->second.data() + given->second.size();
  const auto parsed = std::from_chars(given->second.data(), end, limit);
  if (parsed.ec != std::errc() || parsed.ptr != end || limit < 1 || limit > kMaxPage) {
    return bad_input("limit", fmt::format("A page has 1 to {} items.", kMaxPage));
  }
  return limit;
}

std::string_view page_cursor(const Call& call) {
  const auto given = call.query.find("cursor");
  return given == call.query.end() ? std::string_view() : std::string_view(given->second);
}

}  // namespace parley::application::operation
