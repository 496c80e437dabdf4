#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "application/access/matrix.h"

namespace parley::application::access {

/// A role that somebody made: one of ours, with some capabilities more and some fewer.
struct CustomRole {
  static constexpr std::size_t kMaxName = 64;

  std::string name;
  Role base = Role::attendee;
  Capabilities more;
  Capabilities fewer;

  /// In a meeting of this kind. What nobody has there, a custom role has not either.
  Capabilities capabilities(MeetingType type) const {
    return capabilities_of(base, type)
        .with(more.only(capabilities_of(Role::host, type)))
        .without(fewer);
  }
};

/// As the API and the database have it:
/// {"name": "interpreter", "base": "attendee", "more": ["broadcast"], "fewer": ["chat"]}.
/// The error names what is wrong.
std::expected<CustomRole, std::string> parse_custom_role(std::string_view json);
std::string to_json(const CustomRole& role);

}  // namespace parley::application::access
