#pragma once

#include <array>
#include <string_view>

namespace parley::application::breakouts {

/// What `application/schema` lists as a step. Who is where once they are open stands in
/// `participants`; `breakout_places` is who is to be where when they open.
inline constexpr std::string_view kCreateTables = R"(
CREATE TABLE breakout_plans (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  run BIGINT NOT NULL,
  state TEXT NOT NULL,
  minutes BIGINT NOT NULL,
  may_hop BIGINT NOT NULL,
  ends_at BIGINT,
  PRIMARY KEY (tenant, meeting, run),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE
);
CREATE INDEX breakout_plans_by_end ON breakout_plans (ends_at) WHERE ends_at IS NOT NULL;
CREATE TABLE breakout_rooms (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  run BIGINT NOT NULL,
  id TEXT NOT NULL,
  position BIGINT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (tenant, meeting, run, id),
  FOREIGN KEY (tenant, meeting, run) REFERENCES breakout_plans (tenant, meeting, run)
    ON DELETE CASCADE
);
CREATE TABLE breakout_places (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  run BIGINT NOT NULL,
  participant TEXT NOT NULL,
  room TEXT NOT NULL,
  PRIMARY KEY (tenant, meeting, run, participant),
  FOREIGN KEY (tenant, meeting, run, room) REFERENCES breakout_rooms (tenant, meeting, run, id)
    ON DELETE CASCADE
);
)";

inline constexpr std::array<std::string_view, 3> kTables{"breakout_plans", "breakout_rooms",
                                                         "breakout_places"};

}  // namespace parley::application::breakouts
