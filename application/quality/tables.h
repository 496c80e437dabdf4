#pragma once

#include <array>
#include <string_view>

namespace parley::application::quality {

/// What `application/schema` lists as a step. A row is one participant's period; it goes with the
/// participant, so with the meeting and its owner, and after kLife by itself (samples.h). `flows`
/// is JSON: what was sent and received, as it is answered.
inline constexpr std::string_view kCreateTables = R"(
CREATE TABLE connection_quality (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  run BIGINT NOT NULL,
  participant TEXT NOT NULL,
  ended_at BIGINT NOT NULL,
  seconds BIGINT NOT NULL,
  quality TEXT NOT NULL,
  score BIGINT NOT NULL,
  flows TEXT NOT NULL,
  PRIMARY KEY (tenant, meeting, run, participant, ended_at),
  FOREIGN KEY (tenant, meeting, run, participant)
    REFERENCES participants (tenant, meeting, run, id) ON DELETE CASCADE
);
CREATE INDEX connection_quality_by_time ON connection_quality (ended_at);
)";

/// A table stands after those that it refers to.
inline constexpr std::array<std::string_view, 1> kTables{"connection_quality"};

}  // namespace parley::application::quality
