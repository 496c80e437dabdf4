#pragma once

#include <array>
#include <string_view>

namespace parley::application::journal {

/// What `application/schema` lists as a step.
inline constexpr std::string_view kCreateTables = R"(
ALTER TABLE meetings ADD COLUMN events BIGINT NOT NULL DEFAULT 0;
CREATE TABLE journal (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  number BIGINT NOT NULL,
  audience TEXT NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL,
  subject TEXT,
  PRIMARY KEY (tenant, meeting, number),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE
);
CREATE INDEX journal_by_time ON journal (at);
CREATE INDEX journal_by_subject ON journal (tenant, meeting, subject) WHERE subject IS NOT NULL;
)";

/// A table stands after those that it refers to.
inline constexpr std::array<std::string_view, 1> kTables{"journal"};

}  // namespace parley::application::journal
