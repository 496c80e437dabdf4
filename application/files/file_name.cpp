#include "application/files/file_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "signaling/encoding/query.h"

namespace parley::application::files {
namespace {

using Codes = std::vector<char32_t>;

struct Span {
  char32_t first;
  char32_t last;
};
/// Control characters, what is not seen or turns the direction of writing, line ends, private use,
/// tags, and what is no character (Unicode 15: Cc, most of Cf, Zl, Zp, Co). The joiners U+200C and
/// U+200D stay: Persian, Hindi and emoji are written with them.
constexpr std::array kDropped{
    Span{0x00, 0x1f},     Span{0x7f, 0x9f},       Span{0xad, 0xad},        Span{0x61c, 0x61c},
    Span{0x180e, 0x180e}, Span{0x200b, 0x200b},   Span{0x200e, 0x200f},    Span{0x2028, 0x202e},
    Span{0x2060, 0x206f}, Span{0xe000, 0xf8ff},   Span{0xfeff, 0xfeff},    Span{0xfff0, 0xfffd},
    Span{0xfdd0, 0xfdef}, Span{0xe0000, 0xe0fff}, Span{0xf0000, 0x10ffff},
};
constexpr std::u32string_view kForbidden = U"<>:\"|?*";
/// Devices, whatever ends them.
constexpr std::array<std::string_view, 22> kDevices{
    "con",  "prn",  "aux",  "nul",  "com1", "com2", "com3", "com4", "com5", "com6", "com7",
    "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"};

bool is_dropped(char32_t code) {
  if ((code & 0xfffe) == 0xfffe) return true;
  return std::ranges::any_of(
      kDropped, [&](const Span& span) { return code >= span.first && code <= span.last; });
}

bool is_space(char32_t code) {
  return code == ' ' || code == '\t' || code == '\n' || code == 0xa0 || code == 0x1680 ||
         (code >= 0x2000 && code <= 0x200a) || code == 0x202f || code == 0x205f || code == 0x3000;
}

/// Of what is known to be UTF-8.
Codes codes_of(std::string_view text) {
  Codes codes;
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    char32_t code = size == 1 ? first : first & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
      code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    codes.push_back(code);
    text.remove_prefix(size);
  }
  return codes;
}

void append(std::string& out, char32_t code) {
  const auto byte = [&out](char32_t value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xc0 | code >> 6);
    byte(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    byte(0xe0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  } else {
    byte(0xf0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3f));
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  }
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_device(const Codes& codes) {
  std::string stem;
  for (const char32_t code : codes) {
    if (code == U'.') break;
    append(stem, code);
  }
  std::ranges::transform(stem, stem.begin(), lower);
  return std::ranges::find(kDevices, stem) != kDevices.end();
}

void trim(Codes& codes) {
  const auto is_idle = [](char32_t code) { return code == ' ' || code == '.'; };
  while (!codes.empty() && is_idle(codes.back())) codes.pop_back();
  codes.erase(codes.begin(), std::ranges::find_if_not(codes, is_idle));
}

/// The ending stays, for it says what the file is.
void shorten(Codes& codes) {
  if (codes.size() <= kMaxName) return;
  constexpr std::size_t kLongestEnding = 12;
  const auto dot = std::find(codes.rbegin(), codes.rend(), U'.').base();
  const auto after = static_cast<std::size_t>(codes.end() - dot);
  const std::size_t kept = dot != codes.begin() && after <= kLongestEnding ? after + 1 : 0;
  codes.erase(codes.begin() + static_cast<std::ptrdiff_t>(kMaxName - kept),
              codes.end() - static_cast<std::ptrdiff_t>(kept));
}

}  // namespace

std::optional<std::string> clean_name(std::string_view given) {
  if (!signaling::is_utf8(given)) return std::nullopt;
  if (const auto folder = given.find_last_of("/\\"); folder != std::string_view::npos) {
    given.remove_prefix(folder + 1);
  }
  Codes codes;
  for (const char32_t code : codes_of(given)) {
    if (is_space(code)) {
      if (codes.empty() || codes.back() != ' ') codes.push_back(' ');
    } else if (kForbidden.find(code) != std::u32string_view::npos) {
      codes.push_back('_');
    } else if (!is_dropped(code)) {
      codes.push_back(code);
    }
  }
  trim(codes);
  if (is_device(codes)) codes.insert(codes.begin(), U'_');
  shorten(codes);
  trim(codes);  // What a cut has laid bare.
  if (codes.empty()) return std::nullopt;
  std::string name;
  for (const char32_t code : codes) append(name, code);
  return name;
}

std::string ending_of(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string ending(name.substr(dot + 1));
  std::ranges::transform(ending, ending.begin(), lower);
  return ending;
}

std::string attachment_of(std::string_view name) {
  std::string plain;
  std::string encoded;
  bool is_plain = true;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (is_safe || c == ' ') {
      plain += c;
    } else if ((byte & 0xc0U) != 0x80) {
      plain += '_';  // One for each character, not for each of its bytes.
    }
    is_plain = is_plain && (is_safe || c == ' ');
    encoded += is_safe ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  if (is_plain) return fmt::format("attachment; filename=\"{}\"", plain);
  return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain, encoded);
}

}  // namespace parley::application::files
