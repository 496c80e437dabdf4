#pragma once

#include <array>
#include <string_view>

namespace parley::application::timer {

/// What `application/schema` lists as a step.
inline constexpr std::string_view kCreateTables = R"(
CREATE TABLE meeting_timers (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  run BIGINT NOT NULL,
  seconds BIGINT NOT NULL,
  label TEXT NOT NULL,
  ends_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, meeting),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE
);
)";

/// A table stands after those that it refers to.
inline constexpr std::array<std::string_view, 1> kTables{"meeting_timers"};

}  // namespace parley::application::timer
