#pragma once

#include <array>
#include <string_view>

namespace parley::application::polls {

/// What `application/schema` lists as a step.
///
/// Who has voted stands in `poll_voters`, once per person, whatever the poll. What they chose is
/// kept in one of two ways:
///
/// - `poll_choices`, where votes have names: per person, so that they can be changed.
/// - `poll_tallies`, where they have none: how often each ballot was cast, and nothing about whose
///   it was. A row is a sum, and all rows of a poll are written anew, in the order of the alphabet,
///   with each vote: neither a key nor the order or age of rows leads back to `poll_voters`. That
///   is why an anonymous vote is final. Nor does the journal lead there: it has no sums of such a
///   poll before it is closed.
///
/// What this does not hide: what two copies of the database differ in, taken before and after one
/// vote; and what everybody chose where all chose the same.
inline constexpr std::string_view kCreateTables = R"(
CREATE TABLE polls (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  id TEXT NOT NULL,
  run BIGINT NOT NULL,
  number BIGINT NOT NULL,
  question TEXT NOT NULL,
  kind TEXT NOT NULL,
  is_anonymous BIGINT NOT NULL,
  state TEXT NOT NULL,
  is_shared BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, meeting, id),
  UNIQUE (tenant, meeting, run, number),
  FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id) ON DELETE CASCADE
);
CREATE TABLE poll_options (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  poll TEXT NOT NULL,
  place BIGINT NOT NULL,
  text TEXT NOT NULL,
  is_correct BIGINT NOT NULL,
  PRIMARY KEY (tenant, meeting, poll, place),
  FOREIGN KEY (tenant, meeting, poll) REFERENCES polls (tenant, meeting, id) ON DELETE CASCADE
);
CREATE TABLE poll_voters (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  poll TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (tenant, meeting, poll, person),
  FOREIGN KEY (tenant, meeting, poll) REFERENCES polls (tenant, meeting, id) ON DELETE CASCADE
);
CREATE TABLE poll_choices (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  poll TEXT NOT NULL,
  person TEXT NOT NULL,
  preference BIGINT NOT NULL,
  place BIGINT NOT NULL,
  PRIMARY KEY (tenant, meeting, poll, person, preference),
  UNIQUE (tenant, meeting, poll, person, place),
  FOREIGN KEY (tenant, meeting, poll, person) REFERENCES poll_voters (tenant, meeting, poll, person)
    ON DELETE CASCADE
);
CREATE TABLE poll_tallies (
  tenant TEXT NOT NULL,
  meeting TEXT NOT NULL,
  poll TEXT NOT NULL,
  ballot TEXT NOT NULL,
  votes BIGINT NOT NULL,
  PRIMARY KEY (tenant, meeting, poll, ballot),
  FOREIGN KEY (tenant, meeting, poll) REFERENCES polls (tenant, meeting, id) ON DELETE CASCADE
);
)";

/// A table stands after those that it refers to.
inline constexpr std::array<std::string_view, 5> kTables{"polls", "poll_options", "poll_voters",
                                                         "poll_choices", "poll_tallies"};

}  // namespace parley::application::polls
