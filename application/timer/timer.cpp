#include "application/timer/timer.h"

#include <fmt/format.h>

#include "application/operation/input.h"

namespace parley::application::timer {
namespace {

using access::Capability;
using journal::Audience;
using operation::Call;
using operation::Json;
using operation::Method;
using operation::Outcome;
namespace schema = operation::schema;

constexpr std::string_view kPath = "/meetings/{link}/timer";

Json to_json(WallTime ends_at, std::int64_t seconds, std::string_view label) {
  return {{"ends_at", operation::instant(ends_at)}, {"seconds", seconds}, {"label", label}};
}

Outcome set_timer(Call& call) {
  const auto seconds = call.body.at("seconds").get<std::int64_t>();
  if (seconds < 1 || seconds > kLongest) {
    return operation::bad_input("seconds", fmt::format("A timer runs 1 to {} seconds.", kLongest));
  }
  const auto label = call.body.value("label", std::string());
  if (!label.empty()) {
    const auto fine = operation::check_text("label", label, kMaxLabel, operation::Lines::one);
    if (!fine) return std::unexpected(fine.error());
  }
  const WallTime ends_at = call.now + std::chrono::seconds(seconds);
  call.transaction.change(
      "INSERT INTO meeting_timers (tenant, meeting, run, seconds, label, ends_at) "
      "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant, meeting) DO UPDATE SET "
      "run = excluded.run, seconds = excluded.seconds, label = excluded.label, "
      "ends_at = excluded.ends_at",
      {call.meeting.tenant, call.meeting.id, call.meeting.run, seconds, label, ends_at});
  Json timer = to_json(ends_at, seconds, label);
  call.tell(Audience::inside(), "timer", timer);
  return operation::Answer{200, std::move(timer)};
}

Outcome stop_timer(Call& call) {
  const std::int64_t stopped = call.transaction.change(
      "DELETE FROM meeting_timers WHERE tenant = $1 AND meeting = $2 AND run = $3",
      {call.meeting.tenant, call.meeting.id, call.meeting.run});
  if (stopped > 0) call.tell(Audience::inside(), "timer", nullptr);
  return operation::no_content();
}

}  // namespace

operation::Operations timer_operations() {
  return {
      {.id = "setTimer",
       .tag = "timer",
       .method = Method::put,
       .path = kPath,
       .needs = Capability::run_timer,
       .summary = "Counts down from now, for everybody.",
       .body = schema::object(
           {{"seconds", schema::integer(1, kLongest)}, {"label?", schema::text(0, kMaxLabel)}}),
       .answer = schema::ref("Timer"),
       .run = set_timer},
      {.id = "stopTimer",
       .tag = "timer",
       .method = Method::remove,
       .path = kPath,
       .needs = Capability::run_timer,
       .summary = "There is none any more.",
       .success = 204,
       .run = stop_timer},
  };
}

Json timer_state(const Call& call) {
  const auto row = call.transaction.first(
      "SELECT ends_at, seconds, label FROM meeting_timers "
      "WHERE tenant = $1 AND meeting = $2 AND run = $3 AND ends_at > $4",
      {call.meeting.tenant, call.meeting.id, call.meeting.run, call.now});
  return row ? to_json(row->time(0), row->integer(1), row->text(2)) : Json();
}

std::map<std::string, Json> components() {
  return {{"Timer", schema::object({{"ends_at", schema::time()},
                                    {"seconds", schema::integer(1, kLongest)},
                                    {"label", schema::text(0, kMaxLabel)}})}};
}

std::map<std::string, Json> events() { return {{"timer", schema::nullable(schema::ref("Timer"))}}; }

}  // namespace parley::application::timer
