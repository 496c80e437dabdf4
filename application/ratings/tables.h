#pragma once

#include <array>
#include <string_view>

namespace parley::application::ratings {

/// What `application/schema` lists as a step. What went wrong is a column each, 1 where it did, so
/// that a sum counts it. `text` is missing where nobody wrote any.
inline constexpr std::string_view kCreateTables = R"(
CREATE TABLE meeting_ratings (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  run BIGINT NOT NULL,
  person TEXT NOT NULL,
  stars BIGINT NOT NULL,
  sound BIGINT NOT NULL,
  picture BIGINT NOT NULL,
  connection BIGINT NOT NULL,
  other BIGINT NOT NULL,
  text TEXT,
  rated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, meeting, run, person),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE
);
)";

/// A table stands after those that it refers to.
inline constexpr std::array<std::string_view, 1> kTables{"meeting_ratings"};

}  // namespace parley::application::ratings
