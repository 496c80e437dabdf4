#pragma once

#include <array>
#include <string_view>

namespace parley::application::meetings {

/// The tables as they were before anything was kept in them: there was no way to make a meeting.
inline constexpr std::string_view kCreateFirstTables = R"(
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
inline constexpr std::string_view kDropFirstTables = R"(
DROP TABLE meeting_admissions;
DROP TABLE meeting_bans;
DROP TABLE meeting_roles;
DROP TABLE meetings;
)";

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
  is_open BIGINT NOT NULL,
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
  is_suspended BIGINT NOT NULL DEFAULT 0,
  layout TEXT,
  spotlight TEXT NOT NULL DEFAULT '',
  lobby_message TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (tenant, id)
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
CREATE TABLE meeting_standings (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  run BIGINT NOT NULL,
  person TEXT NOT NULL,
  role TEXT NOT NULL,
  is_admitted BIGINT NOT NULL,
  allowed_to_speak BIGINT NOT NULL,
  hard_muted BIGINT NOT NULL,
  video_stopped BIGINT NOT NULL,
  share_stopped BIGINT NOT NULL,
  PRIMARY KEY (tenant, meeting, run, person),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE
);
CREATE TABLE participants (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  run BIGINT NOT NULL,
  id TEXT NOT NULL,
  person TEXT NOT NULL,
  device TEXT NOT NULL,
  name TEXT NOT NULL,
  presence TEXT NOT NULL,
  waits_for_host_only BIGINT NOT NULL DEFAULT 0,
  breakout TEXT NOT NULL DEFAULT '',
  hand_at BIGINT,
  since BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, meeting, run, id),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE
);
CREATE INDEX participants_by_presence ON participants (tenant, meeting, run, presence, since);
CREATE INDEX participants_by_person ON participants (tenant, meeting, run, person);
CREATE INDEX participants_by_time ON participants (seen_at) WHERE presence IN ('inside', 'waiting');
)";

/// Roles that somebody made: a later step. `meeting` is empty where a role is for all of a tenant,
/// so no row refers to a meeting; those of one go with it (`remove_meetings_of`).
inline constexpr std::string_view kAddCustomRoles = R"(
ALTER TABLE meeting_standings ADD COLUMN custom_role TEXT;
CREATE TABLE custom_roles (
  tenant TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  meeting TEXT NOT NULL,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, meeting, name)
);
)";

/// A table stands after those that it refers to.
inline constexpr std::array<std::string_view, 6> kTables{"meetings",     "meeting_roles",
                                                         "meeting_bans", "meeting_standings",
                                                         "participants", "custom_roles"};

}  // namespace parley::application::meetings
