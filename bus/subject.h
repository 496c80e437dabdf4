#pragma once

#include <string_view>

/// The grammar of NATS subjects: tokens separated by dots; `*` stands for one token, a final `>`
/// for one or more.
namespace parley::bus {

/// May be published to: no empty token, no wildcard, no blank or control character.
bool is_subject(std::string_view text);
/// May be subscribed to.
bool is_pattern(std::string_view text);
bool matches(std::string_view pattern, std::string_view subject);

/// Letters, digits and -_.= with no empty token.
bool is_key(std::string_view text);
/// Letters, digits, - and _.
bool is_bucket(std::string_view text);

}  // namespace parley::bus
