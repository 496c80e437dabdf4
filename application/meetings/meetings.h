#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/access/matrix.h"
#include "application/store/transaction.h"
#include "base/random.h"
#include "base/time.h"

namespace parley::application::meetings {

/// Who has to be let in by somebody.
enum class LobbyRule : std::uint8_t {
  nobody,
  outsiders,  ///< Guests, and accounts of other tenants.
  everybody,  ///< But those who may let in others.
};
std::string_view to_string(LobbyRule rule);
std::optional<LobbyRule> parse_lobby_rule(std::string_view name);

/// What its owner may set.
struct Settings {
  static constexpr std::size_t kMaxTitle = 200;
  static constexpr std::int64_t kMostPeople = 10'000;
  static constexpr std::int64_t kMostMinutes = 7 * 24 * 60;

  std::string title{};
  access::MeetingType type = access::MeetingType::meeting;
  LobbyRule lobby = LobbyRule::outsiders;
  bool join_before_host = false;
  std::int64_t max_people = 0;   ///< 0: as many as the server takes; a consult has two.
  std::int64_t max_minutes = 0;  ///< From its start; 0: no limit.
};

struct Meeting {
  std::string tenant;
  std::string id;
  std::string link;   ///< What is in the URL: not to be guessed, and replaced by `renew_link`.
  std::string owner;  ///< Whose it is: Person::key().
  Settings settings;
  bool is_personal = false;  ///< The owner's own room: it can begin again and again.
  bool is_open = false;  ///< Of a link that somebody typed: in each run whoever is first hosts it.
  bool has_passcode = false;
  bool is_locked = false;
  bool is_suspended = false;           ///< Sound, pictures, chat and files of all.
  std::string layout;                  ///< For all; empty: as everybody likes.
  std::vector<std::string> spotlight;  ///< Participants, in order.
  std::string lobby_message;           ///< To those who wait.
  std::int64_t run = 0;                ///< How often it has begun.
  WallTime created_at{};
  std::optional<WallTime> started_at;
  std::optional<WallTime> ended_at;

  bool is_on() const { return started_at.has_value() && !ended_at; }
  /// Of these, not of an instant meeting, there can be several runs.
  bool begins_again() const { return is_personal || is_open; }
  bool is_over() const { return ended_at.has_value() && !begins_again(); }
  /// When it has lasted as long as it may; nullopt: it may go on.
  std::optional<WallTime> time_is_up_at() const;
  std::int64_t most_people() const;
  /// In the media plane. Another one in each run: a token of the last one opens nothing.
  std::string room() const;
};

enum class MeetingError : std::uint8_t { bad_title, bad_limit, bad_link, not_found, over };
std::string_view describe(MeetingError error);

std::expected<Meeting, MeetingError> create_meeting(store::Transaction& transaction,
                                                    std::string_view tenant, std::string_view owner,
                                                    const Settings& settings, Random& random,
                                                    WallTime now);
/// Somebody typed a link that nobody has made, where that makes a meeting.
std::expected<Meeting, MeetingError> create_at_link(store::Transaction& transaction,
                                                    std::string_view tenant, std::string_view owner,
                                                    std::string_view link, const Settings& settings,
                                                    Random& random, WallTime now);
/// A link can be 1 to 128 letters, digits and `-_.~`: what a URL has without escapes.
bool is_good_link(std::string_view link);
/// The one that this account has; made when first asked for.
std::expected<Meeting, MeetingError> personal_room(store::Transaction& transaction,
                                                   std::string_view tenant, std::string_view owner,
                                                   std::string_view title, Random& random,
                                                   WallTime now);
std::optional<Meeting> meeting_by_link(store::Transaction& transaction, std::string_view link);
std::optional<Meeting> meeting_by_id(store::Transaction& transaction, std::string_view tenant,
                                     std::string_view id);
/// Newest first, at most `limit`, made before a time (the last one's of the page before).
std::vector<Meeting> meetings_of(store::Transaction& transaction, std::string_view tenant,
                                 std::string_view owner, WallTime before, std::int64_t limit);

std::expected<void, MeetingError> change_settings(store::Transaction& transaction,
                                                  const Meeting& meeting, const Settings& settings);
/// The old link leads nowhere any more. Returns the new one.
std::string renew_link(store::Transaction& transaction, const Meeting& meeting, Random& random);
void set_locked(store::Transaction& transaction, const Meeting& meeting, bool locked);
void set_suspended(store::Transaction& transaction, const Meeting& meeting, bool suspended);
/// Empty: as everybody likes.
void set_layout(store::Transaction& transaction, const Meeting& meeting, std::string_view layout);
void set_spotlight(store::Transaction& transaction, const Meeting& meeting,
                   const std::vector<std::string>& participants);
void set_lobby_message(store::Transaction& transaction, const Meeting& meeting,
                       std::string_view text);

/// `first` comes in. Does nothing to one that is on. Returns it as it is now.
std::expected<Meeting, MeetingError> start_meeting(store::Transaction& transaction,
                                                   const Meeting& meeting, std::string_view first,
                                                   WallTime now);
/// Of all tenants: those that are on although their time is up, and those that can begin again and
/// in which nobody has been since `empty_since`.
std::vector<Meeting> meetings_that_are_up(store::Transaction& transaction, WallTime now,
                                          WallTime empty_since);
/// With all that belongs to them.
void remove_meetings_of(store::Transaction& transaction, std::string_view tenant,
                        std::string_view owner);
/// For all. Does nothing to one that is not on.
void end_meeting(store::Transaction& transaction, const Meeting& meeting, WallTime now);

/// What this account is in every run; nullopt: nobody gave it a role.
std::optional<access::Role> role_of(store::Transaction& transaction, const Meeting& meeting,
                                    std::string_view account);
/// nullopt takes it away.
void set_role(store::Transaction& transaction, const Meeting& meeting, std::string_view account,
              std::optional<access::Role> role);

}  // namespace parley::application::meetings
