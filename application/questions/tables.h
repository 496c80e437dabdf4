#pragma once

#include <array>
#include <string_view>

namespace parley::application::questions {

/// What `application/schema` lists as a step. `name` is missing where a question was asked without
/// it. `votes` is how many rows of `question_votes` there are, written with them.
inline constexpr std::string_view kCreateTables = R"(
CREATE TABLE questions (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  id TEXT NOT NULL,
  run BIGINT NOT NULL,
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  person TEXT NOT NULL,
  name TEXT,
  text TEXT NOT NULL,
  votes BIGINT NOT NULL DEFAULT 0,
  is_answered BIGINT NOT NULL DEFAULT 0,
  answer TEXT,
  PRIMARY KEY (tenant, meeting, id),
  UNIQUE (tenant, meeting, run, number),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE
);
CREATE INDEX questions_by_votes ON questions (tenant, meeting, run, votes DESC, number);
CREATE TABLE question_votes (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  question TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (tenant, meeting, question, person),
  FOREIGN KEY (tenant, meeting, question) REFERENCES questions (tenant, meeting, id)
    ON DELETE CASCADE
);
CREATE INDEX question_votes_by_person ON question_votes (tenant, meeting, person);
)";

/// A table stands after those that it refers to.
inline constexpr std::array<std::string_view, 2> kTables{"questions", "question_votes"};

}  // namespace parley::application::questions
