#include "application/meetings/meetings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace parley::application::meetings {
namespace {

constexpr std::size_t kIdLength = 22;
/// 62^16 is some 2^95: short enough to be sent, not to be found by trying.
constexpr std::size_t kLinkLength = 16;

constexpr std::array<std::string_view, 3> kRules{"nobody", "outsiders", "everybody"};

constexpr std::string_view kSelect =
    "SELECT tenant, id, link, owner, title, type, lobby, join_before_host, max_people, "
    "max_minutes, is_personal, passcode_hash IS NOT NULL, is_locked, run, created_at, started_at, "
    "ended_at, is_suspended, layout, spotlight, lobby_message, is_open FROM meetings ";

/// Ids hold no blanks.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

Meeting meeting_of(const store::Row& row) {
  return {.tenant = row.text(0),
          .id = row.text(1),
          .link = row.text(2),
          .owner = row.text(3),
          .settings = {.title = row.text(4),
                       .type = access::parse_meeting_type(row.text(5))
                                   .value_or(access::MeetingType::meeting),
                       .lobby = parse_lobby_rule(row.text(6)).value_or(LobbyRule::everybody),
                       .join_before_host = row.truth(7),
                       .max_people = row.integer(8),
                       .max_minutes = row.integer(9)},
          .is_personal = row.truth(10),
          .is_open = row.truth(21),
          .has_passcode = row.truth(11),
          .is_locked = row.truth(12),
          .is_suspended = row.truth(17),
          .layout = row.maybe_text(18).value_or(""),
          .spotlight = words_of(row.text(19)),
          .lobby_message = row.text(20),
          .run = row.integer(13),
          .created_at = row.time(14),
          .started_at = row.maybe_time(15),
          .ended_at = row.maybe_time(16)};
}

std::optional<Meeting> first_meeting(store::Transaction& transaction, std::string_view where,
                                     const store::Values& values) {
  const auto row = transaction.first(fmt::format("{}{}", kSelect, where), values);
  return row ? std::optional(meeting_of(*row)) : std::nullopt;
}

std::optional<MeetingError> fault_of(const Settings& settings) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (settings.title.size() > Settings::kMaxTitle ||
      std::ranges::any_of(settings.title, is_control)) {
    return MeetingError::bad_title;
  }
  if (settings.max_people < 0 || settings.max_people > Settings::kMostPeople ||
      settings.max_minutes < 0 || settings.max_minutes > Settings::kMostMinutes) {
    return MeetingError::bad_limit;
  }
  return std::nullopt;
}

enum class Kind : std::uint8_t { instant, personal, open };

std::optional<Meeting> insert(store::Transaction& transaction, std::string_view tenant,
                              std::string_view owner, std::string_view link,
                              const Settings& settings, Kind kind, Random& random, WallTime now) {
  const std::string id = random.token(kIdLength);
  transaction.change(
      "INSERT INTO meetings (tenant, id, link, owner, title, type, lobby, join_before_host, "
      "max_people, max_minutes, is_personal, is_open, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (link) DO "
      "NOTHING",
      {tenant, id, link, owner, settings.title, access::to_string(settings.type),
       to_string(settings.lobby), settings.join_before_host, settings.max_people,
       settings.max_minutes, kind == Kind::personal, kind == Kind::open, now});
  return meeting_by_id(transaction, tenant, id);
}

}  // namespace

std::string_view to_string(LobbyRule rule) { return kRules[static_cast<std::size_t>(rule)]; }

std::optional<LobbyRule> parse_lobby_rule(std::string_view name) {
  const auto at = std::ranges::find(kRules, name);
  if (at == kRules.end()) return std::nullopt;
  return static_cast<LobbyRule>(at - kRules.begin());
}

std::string_view describe(MeetingError error) {
  switch (error) {
    case MeetingError::bad_title:
      return "a title has at most 200 bytes and no control characters";
    case MeetingError::bad_limit:
      return "a limit is too high: 10000 people, a week";
    case MeetingError::bad_link:
      return "a link has 1 to 128 letters, digits and -_.~";
    case MeetingError::not_found:
      return "there is no such meeting";
    case MeetingError::over:
      return "the meeting is over";
  }
  return "unknown";
}

std::optional<WallTime> Meeting::time_is_up_at() const {
  if (settings.max_minutes == 0 || !is_on()) return std::nullopt;
  return *started_at + std::chrono::minutes(settings.max_minutes);
}

std::int64_t Meeting::most_people() const {
  constexpr std::int64_t kConsult = 2;
  const std::int64_t most = settings.max_people == 0 ? Settings::kMostPeople : settings.max_people;
  return settings.type == access::MeetingType::consult ? std::min(most, kConsult) : most;
}

std::string Meeting::room() const { return fmt::format("{}-{}", id, run); }

std::expected<Meeting, MeetingError> create_meeting(store::Transaction& transaction,
                                                    std::string_view tenant, std::string_view owner,
                                                    const Settings& settings, Random& random,
                                                    WallTime now) {
  if (const auto fault = fault_of(settings)) return std::unexpected(*fault);
  auto made = insert(transaction, tenant, owner, random.token(kLinkLength), settings, Kind::instant,
                     random, now);
  if (!made) return std::unexpected(MeetingError::not_found);
  return std::move(*made);
}

bool is_good_link(std::string_view link) {
  constexpr std::size_t kLongest = 128;
  return !link.empty() && link.size() <= kLongest && std::ranges::all_of(link, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
  });
}

std::expected<Meeting, MeetingError> create_at_link(store::Transaction& transaction,
                                                    std::string_view tenant, std::string_view owner,
                                                    std::string_view link, const Settings& settings,
                                                    Random& random, WallTime now) {
  if (!is_good_link(link)) return std::unexpected(MeetingError::bad_link);
  if (const auto fault = fault_of(settings)) return std::unexpected(*fault);
  insert(transaction, tenant, owner, link, settings, Kind::open, random, now);
  auto made = meeting_by_link(transaction, link);  // Ours, or that of somebody who was faster.
  if (!made) return std::unexpected(MeetingError::not_found);
  return std::move(*made);
}

std::expected<Meeting, MeetingError> personal_room(store::Transaction& transaction,
                                                   std::string_view tenant, std::string_view owner,
                                                   std::string_view title, Random& random,
                                                   WallTime now) {
  const Settings settings{.title = std::string(title)};
  if (const auto fault = fault_of(settings)) return std::unexpected(*fault);
  auto room = first_meeting(transaction, "WHERE tenant = $1 AND owner = $2 AND is_personal = 1",
                            {tenant, owner});
  if (!room) {
    room = insert(transaction, tenant, owner, random.token(kLinkLength), settings, Kind::personal,
                  random, now);
  }
  if (!room) return std::unexpected(MeetingError::not_found);
  return std::move(*room);
}

std::optional<Meeting> meeting_by_link(store::Transaction& transaction, std::string_view link) {
  if (!is_good_link(link)) return std::nullopt;
  return first_meeting(transaction, "WHERE link = $1", {link});
}

std::optional<Meeting> meeting_by_id(store::Transaction& transaction, std::string_view tenant,
                                     std::string_view id) {
  return first_meeting(transaction, "WHERE tenant = $1 AND id = $2", {tenant, id});
}

std::vector<Meeting> meetings_of(store::Transaction& transaction, std::string_view tenant,
                                 std::string_view owner, WallTime before, std::int64_t limit) {
  std::vector<Meeting> meetings;
  const auto sql = fmt::format(
      "{}WHERE tenant = $1 AND owner = $2 AND created_at < $3 ORDER BY created_at DESC, id LIMIT "
      "$4",
      kSelect);
  for (const store::Row& row : transaction.query(sql, {tenant, owner, before, limit})) {
    meetings.push_back(meeting_of(row));
  }
  return meetings;
}

std::expected<void, MeetingError> change_settings(store::Transaction& transaction,
                                                  const Meeting& meeting,
                                                  const Settings& settings) {
  if (const auto fault = fault_of(settings)) return std::unexpected(*fault);
  const std::int64_t changed = transaction.change(
      "UPDATE meetings SET title = $3, type = $4, lobby = $5, join_before_host = $6, "
      "max_people = $7, max_minutes = $8 WHERE tenant = $1 AND id = $2",
      {meeting.tenant, meeting.id, settings.title, access::to_string(settings.type),
       to_string(settings.lobby), settings.join_before_host, settings.max_people,
       settings.max_minutes});
  if (changed == 0) return std::unexpected(MeetingError::not_found);
  return {};
}

std::string renew_link(store::Transaction& transaction, const Meeting& meeting, Random& random) {
  std::string link = random.token(kLinkLength);
  transaction.change("UPDATE meetings SET link = $3 WHERE tenant = $1 AND id = $2",
                     {meeting.tenant, meeting.id, link});
  return link;
}

void set_locked(store::Transaction& transaction, const Meeting& meeting, bool locked) {
  transaction.change("UPDATE meetings SET is_locked = $3 WHERE tenant = $1 AND id = $2",
                     {meeting.tenant, meeting.id, locked});
}

void set_suspended(store::Transaction& transaction, const Meeting& meeting, bool suspended) {
  transaction.change("UPDATE meetings SET is_suspended = $3 WHERE tenant = $1 AND id = $2",
                     {meeting.tenant, meeting.id, suspended});
}

void set_layout(store::Transaction& transaction, const Meeting& meeting, std::string_view layout) {
  transaction.change("UPDATE meetings SET layout = $3 WHERE tenant = $1 AND id = $2",
                     {meeting.tenant, meeting.id, store::Value::text_or_null(layout)});
}

void set_spotlight(store::Transaction& transaction, const Meeting& meeting,
                   const std::vector<std::string>& participants) {
  transaction.change("UPDATE meetings SET spotlight = $3 WHERE tenant = $1 AND id = $2",
                     {meeting.tenant, meeting.id, fmt::format("{}", fmt::join(participants, " "))});
}

void set_lobby_message(store::Transaction& transaction, const Meeting& meeting,
                       std::string_view text) {
  transaction.change("UPDATE meetings SET lobby_message = $3 WHERE tenant = $1 AND id = $2",
                     {meeting.tenant, meeting.id, text});
}

std::expected<Meeting, MeetingError> start_meeting(store::Transaction& transaction,
                                                   const Meeting& meeting, std::string_view first,
                                                   WallTime now) {
  // Begins unlocked: a lock is for those who are inside, and nobody is.
  transaction.change(
      "UPDATE meetings SET run = run + 1, started_at = $3, ended_at = NULL, is_locked = 0, "
      "is_suspended = 0, layout = NULL, spotlight = '', lobby_message = '', "
      "owner = CASE is_open WHEN 1 THEN $4 ELSE owner END "
      "WHERE tenant = $1 AND id = $2 AND (started_at IS NULL OR (ended_at IS NOT NULL AND "
      "(is_personal = 1 OR is_open = 1)))",
      {meeting.tenant, meeting.id, now, first});
  auto current = meeting_by_id(transaction, meeting.tenant, meeting.id);
  if (!current) return std::unexpected(MeetingError::not_found);
  if (current->is_over()) return std::unexpected(MeetingError::over);
  return std::move(*current);
}

std::vector<Meeting> meetings_that_are_up(store::Transaction& transaction, WallTime now,
                                          WallTime empty_since) {
  std::vector<Meeting> found;
  const auto sql = fmt::format(
      "{}WHERE started_at IS NOT NULL AND ended_at IS NULL AND "
      "((max_minutes > 0 AND started_at + max_minutes * 60000 <= $1) OR "
      "((is_personal = 1 OR is_open = 1) AND started_at < $2 AND NOT EXISTS "
      "(SELECT 1 FROM participants p WHERE p.tenant = meetings.tenant AND p.meeting = meetings.id "
      "AND p.run = meetings.run AND (p.presence IN ('inside', 'waiting') OR p.seen_at >= $2))))",
      kSelect);
  for (const store::Row& row : transaction.query(sql, {now, empty_since})) {
    found.push_back(meeting_of(row));
  }
  return found;
}

void remove_meetings_of(store::Transaction& transaction, std::string_view tenant,
                        std::string_view owner) {
  transaction.change(
      "DELETE FROM custom_roles WHERE tenant = $1 AND meeting IN "
      "(SELECT id FROM meetings WHERE tenant = $1 AND owner = $2)",
      {tenant, owner});
  transaction.change("DELETE FROM meetings WHERE tenant = $1 AND owner = $2", {tenant, owner});
}

void end_meeting(store::Transaction& transaction, const Meeting& meeting, WallTime now) {
  transaction.change(
      "UPDATE meetings SET ended_at = $3 WHERE tenant = $1 AND id = $2 AND started_at IS NOT NULL "
      "AND ended_at IS NULL",
      {meeting.tenant, meeting.id, now});
}

std::optional<access::Role> role_of(store::Transaction& transaction, const Meeting& meeting,
                                    std::string_view account) {
  if (account.empty()) return std::nullopt;
  const auto row = transaction.first(
      "SELECT role FROM meeting_roles WHERE tenant = $1 AND meeting = $2 AND account = $3",
      {meeting.tenant, meeting.id, account});
  return row ? access::parse_role(row->text(0)) : std::nullopt;
}

void set_role(store::Transaction& transaction, const Meeting& meeting, std::string_view account,
              std::optional<access::Role> role) {
  if (!role) {
    transaction.change(
        "DELETE FROM meeting_roles WHERE tenant = $1 AND meeting = $2 AND account = $3",
        {meeting.tenant, meeting.id, account});
    return;
  }
  transaction.change(
      "INSERT INTO meeting_roles (tenant, meeting, account, role) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (tenant, meeting, account) DO UPDATE SET role = excluded.role",
      {meeting.tenant, meeting.id, account, access::to_string(*role)});
}

}  // namespace parley::application::meetings
