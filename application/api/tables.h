#pragma once

#include <array>
#include <string_view>

namespace parley::application::api {

/// What `application/schema` lists as a step: answers that were given, by the key that came with
/// the question. No token is in them.
inline constexpr std::string_view kCreateTables = R"(
CREATE TABLE answers (
  key_hash BYTEA PRIMARY KEY,
  question_hash BYTEA NOT NULL,
  status BIGINT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX answers_by_time ON answers (at);
)";

inline constexpr std::array<std::string_view, 1> kTables{"answers"};

}  // namespace parley::application::api
