#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/meetings/door.h"
#include "base/time.h"

namespace parley::application::meetings {

/// Those who wait at one meeting's door, in the order in which they came. Sans-IO: what people are
/// to be told comes out of `poll`; that somebody was let in is to be noted (`note_admission`)
/// before they are told.
///
/// Somebody whose page is gone keeps their place for `kGrace`: a reload does not send them to the
/// end.
///
///  owner    the meeting
///  thread   the owner's
///  bounded  kMaxWaiting people; a full lobby takes nobody
class Lobby {
 public:
  static constexpr std::size_t kMaxWaiting = 1000;
  static constexpr std::size_t kMaxMessage = 1000;
  static constexpr Duration kGrace = 30s;

  struct Person {
    std::string id;
    std::string name;
    Visitor visitor;
    bool for_host_only = false;  ///< Door::wait_for_host: nobody has to let them in.
  };

  struct Event {
    enum class Kind : std::uint8_t {
      admitted,  ///< Tell `person`: ask for a token now.
      denied,    ///< Tell `person`.
      message,   ///< Tell `person`: `text`.
      closed,    ///< Tell `person`: the meeting is over.
      changed,   ///< Tell those who may see the lobby: the list is another one.
    };
    Kind kind{};
    std::string person{};  ///< Empty for `changed`.
    std::string text{};
  };

  /// Comes, or comes back to their place (with another name, if they gave one). False: it is full.
  bool knock(Person person);
  /// The page is gone.
  void lose(std::string_view id, Time now);
  /// They do not want any more.
  void leave(std::string_view id);

  /// False: nobody of that id waits.
  bool admit(std::string_view id);
  void admit_all();
  bool deny(std::string_view id);
  /// To everybody who waits, and who comes while it stands; empty: takes it back. False: too long.
  bool say(std::string_view text);

  void on_host_arrived();
  /// Who is not held by the new rule comes in, if a host is there.
  void on_rule(LobbyRule rule, bool host_present);
  void close();

  Time next_deadline() const;
  void on_deadline(Time now);

  std::optional<Event> poll();
  /// In order. What only those with `see_lobby` may be told.
  const std::list<Person>& waiting() const { return people_; }

 private:
  struct Lost {
    std::string id;
    Time until{};
  };
  using Place = std::list<Person>::iterator;

  Place find(std::string_view id);
  /// nullopt: they need not be told.
  void remove(Place place, std::optional<Event::Kind> why);
  void tell(Event::Kind kind, std::string_view person = {}, std::string_view text = {});
  void changed();

  std::list<Person> people_;
  std::vector<Lost> lost_;
  std::deque<Event> events_;
  std::string message_;
};

}  // namespace parley::application::meetings
