#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/access/custom_role.h"
#include "application/access/grant.h"
#include "application/access/matrix.h"
#include "application/meetings/meetings.h"
#include "application/store/transaction.h"
#include "base/random.h"

/// Who is in a run of a meeting, or at its door. A *person* is an account, or a guest of one
/// browser; what is decided about somebody (role, hard mute …) is decided about the person. A
/// *participant* is one tab of theirs: what the media plane knows by its identity.
namespace parley::application::meetings {

struct Person {
  std::string tenant;
  std::string account{};  ///< Or
  std::string guest{};    ///< this.
  std::string name{};     ///< An account's; empty for guests, who say another each time.
  std::string device{};   ///< What their browser keeps over names and accounts, as a digest.
  bool is_admin = false;  ///< Of the tenant.

  bool is_guest() const { return account.empty(); }
  bool is_known() const { return !account.empty() || !guest.empty(); }
  /// One name for both kinds: what is owned, voted and banned is so by this.
  std::string key() const { return is_guest() ? "g/" + guest : "a/" + account; }
};

/// What was decided about a person, for this run.
struct Standing {
  access::Role role{};
  bool is_admitted = false;  ///< Does not wait again.
  access::Circumstances circumstances{};
  /// One that somebody made, as it was when it was given; `role` is its base then.
  std::optional<access::CustomRole> custom_role{};

  void set_role(access::Role one);
  void set_role(access::CustomRole one);
  /// What their role gives, whatever was taken from them: a muted host is still a host.
  access::Capabilities rank(access::MeetingType type) const;
  access::Capabilities may(const Meeting& meeting) const;
};

enum class Presence : std::uint8_t {
  waiting,
  inside,
  denied,
  removed,
  banned,
  ended,
  left,
};
std::string_view to_string(Presence presence);
std::optional<Presence> parse_presence(std::string_view name);

struct Participant {
  std::string id;        ///< In the media plane: the identity.
  std::string person;    ///< Person::key().
  std::string device{};  ///< As Person::device.
  std::string name;
  Presence presence = Presence::left;
  bool waits_for_host_only = false;  ///< And not for somebody to let them in.
  std::string breakout{};            ///< Empty: the meeting's own room.
  std::optional<WallTime> hand_at{};
  WallTime since{};  ///< They came.
  Standing standing{};

  bool is_here() const { return presence == Presence::waiting || presence == Presence::inside; }
  /// Whoever is inside, and after it ended or they left, who was. Not who waited at the door all
  /// the time, and not who was put out.
  bool takes_part() const;
};

Standing standing_of(store::Transaction& transaction, const Meeting& meeting,
                     std::string_view person);
/// Writes all of it.
void set_standing(store::Transaction& transaction, const Meeting& meeting, std::string_view person,
                  const Standing& standing);

/// Of this run.
std::optional<Participant> participant_by_id(store::Transaction& transaction,
                                             const Meeting& meeting, std::string_view id);
std::vector<Participant> participants_who_are(store::Transaction& transaction,
                                              const Meeting& meeting, Presence presence);
/// All tabs of somebody, wherever they are.
std::vector<Participant> participants_of(store::Transaction& transaction, const Meeting& meeting,
                                         std::string_view person);
std::int64_t count_who_are(store::Transaction& transaction, const Meeting& meeting,
                           Presence presence);

/// A new one, not here yet.
Participant add_participant(store::Transaction& transaction, const Meeting& meeting,
                            const Person& person, std::string_view name, Random& random,
                            WallTime now);
/// Writes name, presence, breakout and hand.
void save_participant(store::Transaction& transaction, const Meeting& meeting,
                      const Participant& participant);

/// Those who wait go on waiting in the run that has just begun.
void carry_waiting(store::Transaction& transaction, const Meeting& meeting, std::int64_t from_run);

/// Whose page is there, as of now.
struct Sighting {
  std::string tenant;
  std::string meeting;
  std::string participant;
};
void mark_seen(store::Transaction& transaction, const Sighting& who, WallTime now);
/// They have left, whichever run they were in.
void forget_participant(store::Transaction& transaction, const Sighting& who);
/// Of all meetings that are on: those who are inside, and those who were put out, and whose page
/// was last seen since then.
std::vector<Sighting> seen_since(store::Transaction& transaction, WallTime then);
/// Of all meetings: those who are here and whose page was last seen before then.
std::vector<Sighting> not_seen_since(store::Transaction& transaction, WallTime then,
                                     std::int64_t limit);

}  // namespace parley::application::meetings
