#pragma once

#include <array>
#include <string_view>

namespace parley::application::chat {

/// What `application/schema` lists as a step. A message that was deleted keeps its row, so that
/// replies and pages keep their place; its text is gone.
inline constexpr std::string_view kCreateTables = R"(
CREATE TABLE chat_messages (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  run BIGINT NOT NULL,
  number BIGINT NOT NULL,
  id TEXT NOT NULL,
  at BIGINT NOT NULL,
  from_person TEXT NOT NULL,
  from_participant TEXT NOT NULL,
  from_name TEXT NOT NULL,
  to_person TEXT,
  to_participant TEXT,
  to_name TEXT,
  text TEXT NOT NULL,
  reply_to TEXT,
  edited_at BIGINT,
  is_deleted BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, meeting, run, number),
  UNIQUE (tenant, meeting, run, id),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE
);
)";

/// A table stands after those that it refers to.
inline constexpr std::array<std::string_view, 1> kTables{"chat_messages"};

}  // namespace parley::application::chat
