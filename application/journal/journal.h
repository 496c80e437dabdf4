#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "application/access/capability.h"
#include "application/meetings/meetings.h"
#include "application/store/transaction.h"

/// What happens in a meeting, numbered, in the order in which it was committed: what the event
/// streams of its people are read from, so that a stream that breaks goes on where it broke, in
/// whichever process. An event carries the whole new state of one thing: one that comes twice does
/// no harm.
namespace parley::application::journal {

/// For whom an event is.
struct Audience {
  enum class Kind : std::uint8_t {
    inside,       ///< Everybody who is in the meeting.
    waiting,      ///< Everybody in its lobby.
    who_can,      ///< Who is inside and has `capability`.
    who_cannot,   ///< Who is inside and has not.
    people,       ///< These people, in all their tabs, where they are inside.
    participant,  ///< This one, wherever they are.
  };
  Kind kind = Kind::inside;
  access::Capability capability{};
  std::vector<std::string> who{};

  static Audience inside() { return {Kind::inside, {}, {}}; }
  static Audience waiting() { return {Kind::waiting, {}, {}}; }
  static Audience who_can(access::Capability what) { return {Kind::who_can, what, {}}; }
  static Audience who_cannot(access::Capability what) { return {Kind::who_cannot, what, {}}; }
  static Audience people(std::vector<std::string> keys) {
    return {Kind::people, {}, std::move(keys)};
  }
  static Audience participant(std::string id) { return {Kind::participant, {}, {std::move(id)}}; }

  std::string to_text() const;
  static std::optional<Audience> parse(std::string_view text);
};

/// Who listens, as far as it decides what they may hear.
struct Listener {
  std::string participant;
  std::string person;
  bool is_inside = false;
  access::Capabilities may;

  bool hears(const Audience& audience) const;
};

struct Event {
  std::int64_t number = 0;
  Audience audience;
  std::string type;
  std::string body;  ///< JSON.
};

/// A member `_person` of the body is not sent: for that person `is_mine` is true, for all others
/// false.
inline constexpr std::string_view kPersonMember = "_person";

/// `subject` names the thing whose state `body` is, where that can be taken back: its id.
void append(store::Transaction& transaction, const meetings::Meeting& meeting,
            const Audience& audience, std::string_view type, const nlohmann::json& body,
            WallTime now, std::string_view subject = {});
/// What was said of `subject` so far is removed, and heard by nobody any more: somebody took back
/// what they wrote. What it is now is to be appended after it.
void forget(store::Transaction& transaction, const meetings::Meeting& meeting,
            std::string_view subject);

/// What came after `number`, at most `limit`, in order.
std::vector<Event> read_after(store::Transaction& transaction, const meetings::Meeting& meeting,
                              std::int64_t number, std::int64_t limit);
/// The newest event's number; 0: there was none.
std::int64_t newest(store::Transaction& transaction, const meetings::Meeting& meeting);
/// Whether everything after `number` is still there.
bool reaches_back_to(store::Transaction& transaction, const meetings::Meeting& meeting,
                     std::int64_t number);
/// Forgets what is older than `before`; whoever missed it reads the whole state anew.
std::int64_t trim(store::Transaction& transaction, WallTime before);

}  // namespace parley::application::journal
