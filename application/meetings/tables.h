#pragma once

#include <array>
#include <string_view>

namespace parley::application::meetings {

/// What `application/schema` lists as a step.
inline constexpr std::string_view kCreateTables = R"(
CREATE TABLE meetings (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  link TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  title TEXT NOT NULL,
  type TEXT NOT NULL,
  is_personal BIGINT NOT NULL,
  passcode_hash TEXT,
  lobby TEXT NOT NULL,
  join_before_host BIGINT NOT NULL,
  max_people BIGINT NOT NULL,
  max_minutes BIGINT NOT NULL,
  is_locked BIGINT NOT NULL DEFAULT 0,
  run BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, owner) REFERENCES accounts (tenant, id) ON DELETE CASCADE
);
CREATE INDEX meetings_by_owner ON meetings (tenant, owner, created_at);
CREATE UNIQUE INDEX meetings_personal ON meetings (tenant, owner) WHERE is_personal = 1;
CREATE TABLE meeting_roles (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  account TEXT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (tenant, meeting, account),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, account) REFERENCES accounts (tenant, id) ON DELETE CASCADE
);
CREATE TABLE meeting_bans (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  mark_hash BYTEA NOT NULL,
  ban TEXT NOT NULL,
  name TEXT NOT NULL,
  banned_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, meeting, mark_hash),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE
);
CREATE TABLE meeting_admissions (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  run BIGINT NOT NULL,
  person TEXT NOT NULL,
  admitted_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, meeting, run, person),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE
);
)";

/// A table stands after those that it refers to.
inline constexpr std::array<std::string_view, 4> kTables{"meetings", "meeting_roles",
                                                         "meeting_bans", "meeting_admissions"};

}  // namespace parley::application::meetings
