#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"

/// What may be shared, and whether a file is what it says it is (OWASP ASVS 5.0, 5.2.2): its
/// ending, what was declared of it, and its bytes must agree.
namespace parley::application::files {

struct PictureSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

struct Content {
  std::string_view type;  ///< What it is served as: never what somebody declared.
  std::optional<PictureSize> picture{};
};

enum class KindFault : std::uint8_t {
  not_shared,      ///< No file of this ending may be shared.
  declared_other,  ///< The declared type belongs to another ending.
  other_content,   ///< The bytes are not what the ending says.
  bomb,            ///< It would fill the memory or the disk of those who open it.
};
std::string_view to_string(KindFault fault);

/// Pictures of more are decoded by nobody's phone.
inline constexpr std::uint64_t kMostPixels = 150'000'000;

/// Before the bytes are there. `declared` is a Content-Type; empty and application/octet-stream
/// declare nothing.
std::expected<void, KindFault> check_kind(std::string_view name, std::string_view declared);
/// All of `bytes`. Reads them once at most, and never outside.
std::expected<Content, KindFault> check_content(std::string_view name, ByteView bytes);

/// Endings that may be shared, in order.
const std::vector<std::string_view>& shared_endings();

}  // namespace parley::application::files
