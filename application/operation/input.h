#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

#include "application/operation/operation.h"

/// What several operations take, beyond what a schema can check.
namespace parley::application::operation {

enum class Lines : std::uint8_t { one, many };

/// What people write is kept and shown as they wrote it, never as markup. Refused is what is no
/// text: not UTF-8, control characters, more than `longest` code points, or nothing that could be
/// seen.
std::expected<void, Problem> check_text(std::string_view member, std::string_view text,
                                        std::size_t longest, Lines lines);

/// Lists come in pages: `?cursor=&limit=` → {"items": […], "next": "cursor" or null}.
inline constexpr std::int64_t kMaxPage = 100;
/// The schemas of both parameters.
Json page_query();
Json page_answer(std::string_view component);
std::expected<std::int64_t, Problem> page_limit(const Call& call);
/// Empty: from the start.
std::string_view page_cursor(const Call& call);

}  // namespace parley::application::operation
