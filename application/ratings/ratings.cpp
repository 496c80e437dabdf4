#include "application/ratings/ratings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "application/operation/input.h"

namespace parley::application::ratings {
namespace {

using access::Capability;
using operation::Call;
using operation::Caller;
using operation::Json;
using operation::Method;
using operation::Outcome;
namespace schema = operation::schema;

/// What went wrong; columns of the table have these names.
constexpr std::array<std::string_view, 4> kReasons{"sound", "picture", "connection", "other"};

Outcome rate(Call& call) {
  if (!call.participant.takes_part()) return operation::forbidden();
  const auto& ended_at = call.meeting.ended_at;
  if (!call.meeting.is_on() && ended_at && call.now > *ended_at + kAfterEnd) {
    return operation::conflict("This meeting has been over for too long to be rated.");
  }
  const auto stars = call.body.at("stars").get<std::int64_t>();
  if (stars < kFewestStars || stars > kMostStars) {
    return operation::bad_input(
        "stars", fmt::format("A rating has {} to {} stars.", kFewestStars, kMostStars));
  }
  const auto reasons = call.body.value("reasons", std::vector<std::string>());
  for (const std::string& reason : reasons) {
    if (std::ranges::find(kReasons, reason) == kReasons.end()) {
      return operation::bad_input("reasons", "There is no such reason.");
    }
  }
  const auto text = call.body.value("text", std::string());
  if (!text.empty()) {
    const auto fine = operation::check_text("text", text, kMaxText, operation::Lines::many);
    if (!fine) return std::unexpected(fine.error());
  }
  const std::string& person = call.participant.person;
  const std::string key =
      fmt::format("ratings/{}/{}/{}", call.meeting.tenant, call.meeting.id, person);
  if (!people::take_attempt(call.transaction, key, kPace, call.now)) {
    return operation::too_many("So many ratings at once: wait a moment.");
  }
  const auto has = [&](std::string_view reason) {
    return std::ranges::find(reasons, reason) != reasons.end();
  };
  call.transaction.change(
      "INSERT INTO meeting_ratings (tenant, meeting, run, person, stars, sound, picture, "
      "connection, other, text, rated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
      "ON CONFLICT (tenant, meeting, run, person) DO UPDATE SET stars = excluded.stars, "
      "sound = excluded.sound, picture = excluded.picture, connection = excluded.connection, "
      "other = excluded.other, text = excluded.text, rated_at = excluded.rated_at",
      {call.meeting.tenant, call.meeting.id, call.meeting.run, person, stars, has("sound"),
       has("picture"), has("connection"), has("other"), store::Value::text_or_null(text),
       call.now});
  return operation::no_content();
}

Outcome read(Call& call) {
  const bool may_read =
      call.person.key() == call.meeting.owner || call.can(Capability::change_settings);
  if (!may_read) return operation::forbidden();
  const store::Values run{call.meeting.tenant, call.meeting.id, call.meeting.run};
  Json sums{{"count", 0}, {"average", nullptr}, {"reasons", Json::object()}};
  for (const std::string_view reason : kReasons) sums["reasons"][reason] = 0;
  // A sum of BIGINT is a NUMERIC to PostgreSQL.
  const auto row = call.transaction.first(
      "SELECT COUNT(*), CAST(SUM(stars) AS BIGINT), CAST(SUM(sound) AS BIGINT), "
      "CAST(SUM(picture) AS BIGINT), CAST(SUM(connection) AS BIGINT), CAST(SUM(other) AS BIGINT) "
      "FROM meeting_ratings WHERE tenant = $1 AND meeting = $2 AND run = $3",
      run);
  if (row && row->integer(0) > 0) {
    sums["count"] = row->integer(0);
    sums["average"] = static_cast<double>(row->integer(1)) / static_cast<double>(row->integer(0));
    for (std::size_t i = 0; i < kReasons.size(); ++i) {
      sums["reasons"][kReasons[i]] = row->integer(i + 2);
    }
  }
  sums["texts"] = Json::array();
  for (const store::Row& one : call.transaction.query(
           "SELECT text FROM meeting_ratings WHERE tenant = $1 AND meeting = $2 AND run = $3 "
           "AND text IS NOT NULL ORDER BY rated_at DESC, person LIMIT $4",
           {run[0], run[1], run[2], kMostTexts})) {
    sums["texts"].push_back(one.text(0));
  }
  return operation::Answer{200, std::move(sums)};
}

}  // namespace

operation::Operations rating_operations() {
  return {
      {.id = "rateMeeting",
       .tag = "ratings",
       .method = Method::put,
       .path = "/meetings/{link}/rating",
       .caller = Caller::participant,
       .summary = "How it was, from one to five stars, and what went wrong: in place of an earlier "
                  "rating of one's own. For who took part, until a day after the end.",
       .body = schema::object(
           {{"stars", schema::integer(kFewestStars, kMostStars)},
            {"reasons?", schema::list(schema::one_of({"sound", "picture", "connection", "other"}),
                                      0, kReasons.size())},
            {"text?", schema::text(0, kMaxText)}}),
       .success = 204,
       .run = rate},
      {.id = "getRatings",
       .tag = "ratings",
       .method = Method::get,
       .path = "/meetings/{link}/ratings",
       .caller = Caller::person,
       .summary = "How this run of the meeting was, without who said so: for its owner, and for "
                  "who may change its settings.",
       .answer = schema::ref("Ratings"),
       .run = read},
  };
}

std::map<std::string, Json> components() {
  constexpr std::int64_t kMany = 1'000'000;
  const Json number = schema::integer(0, kMany);
  const Json average{{"type", "number"}, {"minimum", kFewestStars}, {"maximum", kMostStars}};
  return {
      {"Ratings", schema::object({{"count", number},
                                  {"average", schema::nullable(average)},
                                  {"reasons", schema::object({{"sound", number},
                                                              {"picture", number},
                                                              {"connection", number},
                                                              {"other", number}})},
                                  {"texts", schema::list(schema::text(1, kMaxText), 0,
                                                         static_cast<std::size_t>(kMostTexts))}})}};
}

}  // namespace parley::application::ratings
