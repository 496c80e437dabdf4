#pragma once

#include <array>
#include <string_view>

namespace parley::application::files {

/// What `application/schema` lists as a step. A file is named by a message, or by none yet: then it
/// is its owner's alone. `to_person` is the message's, so that who may fetch it is seen in one row.
/// The bytes are in the storage, under `id`.
inline constexpr std::string_view kCreateTables = R"(
CREATE TABLE files (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  run BIGINT NOT NULL,
  at BIGINT NOT NULL,
  person TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size BIGINT NOT NULL,
  width BIGINT,
  height BIGINT,
  message BIGINT,
  place BIGINT NOT NULL DEFAULT 0,
  to_person TEXT,
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, meeting, run, message) REFERENCES chat_messages (tenant, meeting, run, number)
    ON DELETE CASCADE
);
CREATE INDEX files_by_message ON files (tenant, meeting, run, message);
CREATE INDEX files_without_message ON files (at) WHERE message IS NULL;
)";

/// A table stands after those that it refers to.
inline constexpr std::array<std::string_view, 1> kTables{"files"};

}  // namespace parley::application::files
