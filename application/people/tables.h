#pragma once

#include <array>
#include <string_view>

namespace parley::application::people {

/// What `application/schema` lists as a step.
inline constexpr std::string_view kCreateTables = R"(
CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE accounts (
  tenant TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  is_admin BIGINT NOT NULL,
  password_hash TEXT,
  totp_secret BYTEA,
  totp_confirmed BIGINT NOT NULL DEFAULT 0,
  totp_last_step BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  disabled_at BIGINT,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, email)
);
CREATE TABLE guests (
  tenant TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  scope TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE TABLE sessions (
  token_hash BYTEA PRIMARY KEY,
  tenant TEXT NOT NULL,
  account TEXT,
  guest TEXT,
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  FOREIGN KEY (tenant, account) REFERENCES accounts (tenant, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, guest) REFERENCES guests (tenant, id) ON DELETE CASCADE,
  CHECK ((account IS NULL) <> (guest IS NULL))
);
CREATE INDEX sessions_by_account ON sessions (tenant, account);
CREATE INDEX sessions_by_guest ON sessions (tenant, guest);
CREATE TABLE attempts (
  key_hash BYTEA PRIMARY KEY,
  free_at BIGINT NOT NULL
);
CREATE INDEX attempts_by_time ON attempts (free_at);
)";

/// What one does with an account oneself: a later step.
inline constexpr std::string_view kAddSelfService = R"(
ALTER TABLE sessions ADD COLUMN client TEXT NOT NULL DEFAULT '';
CREATE TABLE recovery_codes (
  tenant TEXT NOT NULL,
  account TEXT NOT NULL,
  salt BYTEA NOT NULL,
  code_hash BYTEA NOT NULL,
  PRIMARY KEY (tenant, account, code_hash),
  FOREIGN KEY (tenant, account) REFERENCES accounts (tenant, id) ON DELETE CASCADE
);
)";

/// A table stands after those that it refers to.
inline constexpr std::array<std::string_view, 6> kTables{"tenants",  "accounts", "guests",
                                                         "sessions", "attempts", "recovery_codes"};

}  // namespace parley::application::people
