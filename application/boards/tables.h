#pragma once

#include <array>
#include <string_view>

namespace parley::application::boards {

/// What `application/schema` lists as a step.
///
/// `bytes` is what somebody reads who knows nothing yet: the newest snapshot and what came after
/// it. `base`: updates up to this number are gone for good, and the snapshot of this number stands
/// for them; 0: all are there.
inline constexpr std::string_view kCreateTables = R"(
CREATE TABLE boards (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  last BIGINT NOT NULL,
  base BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  PRIMARY KEY (tenant, meeting, name),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE
);
CREATE TABLE board_updates (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  name TEXT NOT NULL,
  number BIGINT NOT NULL,
  data BYTEA NOT NULL,
  PRIMARY KEY (tenant, meeting, name, number),
  FOREIGN KEY (tenant, meeting, name) REFERENCES boards (tenant, meeting, name) ON DELETE CASCADE
);
CREATE TABLE board_snapshots (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  name TEXT NOT NULL,
  number BIGINT NOT NULL,
  data BYTEA NOT NULL,
  person TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant, meeting, name, number),
  FOREIGN KEY (tenant, meeting, name) REFERENCES boards (tenant, meeting, name) ON DELETE CASCADE
);
)";

/// A table stands after those that it refers to.
inline constexpr std::array<std::string_view, 3> kTables{"boards", "board_updates",
                                                         "board_snapshots"};

}  // namespace parley::application::boards
