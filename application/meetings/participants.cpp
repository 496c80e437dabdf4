#include "application/meetings/participants.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace parley::application::meetings {
namespace {

constexpr std::size_t kIdLength = 16;

constexpr std::array<std::string_view, 7> kPresences{"waiting", "inside", "denied", "removed",
                                                     "banned",  "ended",  "left"};

// Whoever has no row of their own has the standing that their role gives.
constexpr std::string_view kSelect =
    "SELECT p.id, p.person, p.name, p.presence, p.waits_for_host_only, p.breakout, p.hand_at, "
    "p.since, s.role, s.is_admitted, s.allowed_to_speak, s.hard_muted, s.video_stopped, "
    "s.share_stopped, p.device, s.custom_role FROM participants p LEFT JOIN meeting_standings s ON "
    "s.tenant = "
    "p.tenant AND "
    "s.meeting = p.meeting AND s.run = p.run AND s.person = p.person "
    "WHERE p.tenant = $1 AND p.meeting = $2 AND p.run = $3 ";

access::Role role_by_default(store::Transaction& transaction, const Meeting& meeting,
                             std::string_view person) {
  if (person == meeting.owner) return access::Role::host;
  constexpr std::string_view kAccount = "a/";
  if (person.starts_with(kAccount)) {
    const auto given = role_of(transaction, meeting, person.substr(kAccount.size()));
    if (given) return *given;
  }
  return access::role_of_guests(meeting.settings.type);
}

std::optional<access::CustomRole> custom_role_in(const std::optional<std::string>& definition) {
  if (!definition) return std::nullopt;
  auto role = access::parse_custom_role(*definition);
  if (role) return std::move(*role);
  // What a newer Parley wrote and we cannot read gives nothing, rather than all of its base.
  return access::CustomRole{
      .name = "?", .base = access::Role::viewer, .more = {}, .fewer = access::Capabilities::all()};
}

Standing standing_of_row(const store::Row& row, std::size_t first, std::size_t custom,
                         bool is_suspended) {
  return {.role = access::parse_role(row.text(first)).value_or(access::Role::viewer),
          .is_admitted = row.truth(first + 1),
          .circumstances = {.allowed_to_speak = row.truth(first + 2),
                            .hard_muted = row.truth(first + 3),
                            .video_stopped = row.truth(first + 4),
                            .share_stopped = row.truth(first + 5),
                            .suspended = is_suspended},
          .custom_role = custom_role_in(row.maybe_text(custom))};
}

std::vector<Participant> read(store::Transaction& transaction, const Meeting& meeting,
                              std::string_view where, std::string_view value) {
  std::vector<Participant> found;
  const auto sql = fmt::format("{}{} ORDER BY p.since, p.id", kSelect, where);
  for (const store::Row& row :
       transaction.query(sql, {meeting.tenant, meeting.id, meeting.run, value})) {
    Participant one{.id = row.text(0),
                    .person = row.text(1),
                    .device = row.text(14),
                    .name = row.text(2),
                    .presence = parse_presence(row.text(3)).value_or(Presence::left),
                    .waits_for_host_only = row.truth(4),
                    .breakout = row.text(5),
                    .hand_at = row.maybe_time(6),
                    .since = row.time(7)};
    if (row.is_null(8)) {
      one.standing.role = role_by_default(transaction, meeting, one.person);
      one.standing.circumstances.suspended = meeting.is_suspended;
    } else {
      one.standing = standing_of_row(row, 8, 15, meeting.is_suspended);
    }
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace

void Standing::set_role(access::Role one) {
  role = one;
  custom_role.reset();
}

void Standing::set_role(access::CustomRole one) {
  role = one.base;
  custom_role = std::move(one);
}

access::Capabilities Standing::rank(access::MeetingType type) const {
  return custom_role ? custom_role->capabilities(type) : access::capabilities_of(role, type);
}

access::Capabilities Standing::may(const Meeting& meeting) const {
  const auto by_role = rank(meeting.settings.type);
  // Whoever may suspend a meeting goes on speaking in it: somebody has to say what it is about.
  access::Circumstances here = circumstances;
  if (by_role.has(access::Capability::suspend_all)) here.suspended = false;
  return access::under(here, by_role);
}

std::string_view to_string(Presence presence) {
  return kPresences[static_cast<std::size_t>(presence)];
}

bool Participant::takes_part() const {
  switch (presence) {
    case Presence::inside:
      return true;
    case Presence::left:
    case Presence::ended:
      return standing.is_admitted;
    case Presence::waiting:
    case Presence::denied:
    case Presence::removed:
    case Presence::banned:
      return false;
  }
  std::unreachable();
}

std::optional<Presence> parse_presence(std::string_view name) {
  const auto at = std::ranges::find(kPresences, name);
  if (at == kPresences.end()) return std::nullopt;
  return static_cast<Presence>(at - kPresences.begin());
}

Standing standing_of(store::Transaction& transaction, const Meeting& meeting,
                     std::string_view person) {
  const auto row = transaction.first(
      "SELECT role, is_admitted, allowed_to_speak, hard_muted, video_stopped, share_stopped, "
      "custom_role FROM meeting_standings WHERE tenant = $1 AND meeting = $2 AND run = $3 AND "
      "person = $4",
      {meeting.tenant, meeting.id, meeting.run, person});
  if (row) return standing_of_row(*row, 0, 6, meeting.is_suspended);
  Standing standing{.role = role_by_default(transaction, meeting, person)};
  standing.circumstances.suspended = meeting.is_suspended;
  return standing;
}

void set_standing(store::Transaction& transaction, const Meeting& meeting, std::string_view person,
                  const Standing& standing) {
  const access::Circumstances& now = standing.circumstances;
  transaction.change(
      "INSERT INTO meeting_standings (tenant, meeting, run, person, role, is_admitted, "
      "allowed_to_speak, hard_muted, video_stopped, share_stopped, custom_role) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
      "ON CONFLICT (tenant, meeting, run, person) DO UPDATE SET role = excluded.role, "
      "is_admitted = excluded.is_admitted, allowed_to_speak = excluded.allowed_to_speak, "
      "hard_muted = excluded.hard_muted, video_stopped = excluded.video_stopped, "
      "share_stopped = excluded.share_stopped, custom_role = excluded.custom_role",
      {meeting.tenant, meeting.id, meeting.run, person, access::to_string(standing.role),
       standing.is_admitted, now.allowed_to_speak, now.hard_muted, now.video_stopped,
       now.share_stopped,
       standing.custom_role ? store::Value(access::to_json(*standing.custom_role))
                            : store::Value()});
}

std::optional<Participant> participant_by_id(store::Transaction& transaction,
                                             const Meeting& meeting, std::string_view id) {
  auto found = read(transaction, meeting, "AND p.id = $4", id);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<Participant> participants_who_are(store::Transaction& transaction,
                                              const Meeting& meeting, Presence presence) {
  return read(transaction, meeting, "AND p.presence = $4", to_string(presence));
}

std::vector<Participant> participants_of(store::Transaction& transaction, const Meeting& meeting,
                                         std::string_view person) {
  return read(transaction, meeting, "AND p.person = $4", person);
}

std::int64_t count_who_are(store::Transaction& transaction, const Meeting& meeting,
                           Presence presence) {
  const auto row = transaction.first(
      "SELECT COUNT(*) FROM participants WHERE tenant = $1 AND meeting = $2 AND run = $3 AND "
      "presence = $4",
      {meeting.tenant, meeting.id, meeting.run, to_string(presence)});
  return row ? row->integer(0) : 0;
}

Participant add_participant(store::Transaction& transaction, const Meeting& meeting,
                            const Person& person, std::string_view name, Random& random,
                            WallTime now) {
  const std::string key = person.key();
  Participant one{.id = random.token(kIdLength),
                  .person = key,
                  .device = person.device,
                  .name = std::string(name),
                  .since = now,
                  .standing = standing_of(transaction, meeting, key)};
  transaction.change(
      "INSERT INTO participants (tenant, meeting, run, id, person, device, name, presence, since, "
      "seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
      {meeting.tenant, meeting.id, meeting.run, one.id, key, person.device, name,
       to_string(one.presence), now});
  return one;
}

void save_participant(store::Transaction& transaction, const Meeting& meeting,
                      const Participant& participant) {
  transaction.change(
      "UPDATE participants SET name = $5, presence = $6, waits_for_host_only = $7, breakout = $8, "
      "hand_at = $9, since = $10 WHERE tenant = $1 AND meeting = $2 AND run = $3 AND id = $4",
      {meeting.tenant, meeting.id, meeting.run, participant.id, participant.name,
       to_string(participant.presence), participant.waits_for_host_only, participant.breakout,
       participant.hand_at, participant.since});
}

void carry_waiting(store::Transaction& transaction, const Meeting& meeting, std::int64_t from_run) {
  transaction.change(
      "UPDATE participants SET run = $4 WHERE tenant = $1 AND meeting = $2 AND run = $3 AND "
      "presence = 'waiting'",
      {meeting.tenant, meeting.id, from_run, meeting.run});
}

void mark_seen(store::Transaction& transaction, const Sighting& who, WallTime now) {
  transaction.change(
      "UPDATE participants SET seen_at = $4 WHERE tenant = $1 AND meeting = $2 AND id = $3",
      {who.tenant, who.meeting, who.participant, now});
}

void forget_participant(store::Transaction& transaction, const Sighting& who) {
  transaction.change(
      "UPDATE participants SET presence = 'left' WHERE tenant = $1 AND meeting = $2 AND id = $3",
      {who.tenant, who.meeting, who.participant});
}

std::vector<Sighting> seen_since(store::Transaction& transaction, WallTime then) {
  std::vector<Sighting> found;
  for (const store::Row& row :
       transaction.query("SELECT p.tenant, p.meeting, p.id FROM participants p JOIN meetings m ON "
                         "m.tenant = p.tenant AND m.id = p.meeting AND m.run = p.run "
                         "WHERE p.presence NOT IN ('left', 'waiting') AND p.seen_at >= $1",
                         {then})) {
    found.push_back({row.text(0), row.text(1), row.text(2)});
  }
  return found;
}

std::vector<Sighting> not_seen_since(store::Transaction& transaction, WallTime then,
                                     std::int64_t limit) {
  std::vector<Sighting> gone;
  for (const store::Row& row : transaction.query(
           "SELECT tenant, meeting, id FROM participants WHERE presence IN ('inside', 'waiting') "
           "AND seen_at < $1 ORDER BY seen_at LIMIT $2",
           {then, limit})) {
    gone.push_back({row.text(0), row.text(1), row.text(2)});
  }
  return gone;
}

}  // namespace parley::application::meetings
