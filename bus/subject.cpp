#include "bus/subject.h"

#include <algorithm>

namespace parley::bus {
namespace {

/// Takes the first token off `rest`. False once nothing is left.
bool next_token(std::string_view& rest, std::string_view& token) {
  if (rest.data() == nullptr) return false;
  const auto dot = rest.find('.');
  token = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  return true;
}

bool is_plain(std::string_view token) {
  return !token.empty() && std::ranges::all_of(token, [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '*' && c != '>' && c != 0x7f;
  });
}

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_';
}

}  // namespace

bool is_subject(std::string_view text) {
  if (text.empty()) return false;
  std::string_view token;
  while (next_token(text, token)) {
    if (!is_plain(token)) return false;
  }
  return true;
}

bool is_pattern(std::string_view text) {
  if (text.empty()) return false;
  std::string_view token;
  while (next_token(text, token)) {
    if (token == ">") return text.data() == nullptr;
    if (token != "*" && !is_plain(token)) return false;
  }
  return true;
}

bool matches(std::string_view pattern, std::string_view subject) {
  std::string_view wanted;
  std::string_view token;
  while (next_token(pattern, wanted)) {
    if (!next_token(subject, token)) return false;
    if (wanted == ">") return true;
    if (wanted != "*" && wanted != token) return false;
  }
  return subject.data() == nullptr;
}

bool is_key(std::string_view text) {
  return is_subject(text) &&
         std::ranges::all_of(text, [](char c) { return is_word(c) || c == '.' || c == '='; });
}

bool is_bucket(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_word);
}

}  // namespace parley::bus
