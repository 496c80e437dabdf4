#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "protocols/ice/path.h"
#include "protocols/stun/message.h"

/// Our end of ICE: always reachable, lite unless told otherwise, and controlled unless the peer is
/// one of our own kind that waits to be called.
namespace parley::ice {

struct Credentials {
  std::string ufrag;
  std::string password;
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

struct Config {
  /// RFC 8445 section 2.5: answer checks and never send any. Otherwise: check each address that has
  /// checked us (for peers that want to see a full agent).
  bool lite = true;
  /// RFC 7675: no authenticated STUN on the selected path for this long and it is lost.
  Duration consent = 30s;
  /// Nothing authentic at all (STUN or SRTP) for this long and it is lost.
  Duration silence = 15s;
};

/// Why a STUN message led to nothing.
enum class Drop : std::uint8_t {
  malformed,          ///< No STUN, or lacking what a check must have.
  unknown_user,       ///< Not for one of our fragments: not answered.
  bad_integrity,      ///< Wrong password: answered 401, at a limited rate.
  role_conflict,      ///< The peer believes that it is controlled: answered 487.
  unknown_attribute,  ///< Answered 420.
  unexpected,         ///< A response to nothing that we asked.
};
inline constexpr std::size_t kDropReasons = 6;
std::string_view to_string(Drop drop);

/// Where the agent's datagrams and its knowledge about paths go. Called during handle/on_deadline
/// only.
class Host {
 public:
  virtual ~Host() = default;
  virtual void send(const Path& path, ByteView datagram) = 0;
  /// From now on datagrams from `path` belong to this agent: an authentic check came over it.
  virtual void bind(const Path& path) = 0;
  /// It no longer does (more paths were checked than are remembered, or a restart left it behind).
  virtual void unbind(const Path& path) = 0;
};

/// Answers checks, remembers who has proved to know our password, and which path the peer chose.
///
///  owner    one per media::Transport
///  thread   the shard's
///  bounded  kMaxPaths paths, kMaxGenerations credentials, kMaxErrorsPerSecond answers to the
///  unauthentic RFC      8445 (2.5, 7.3, 8.1.1, 9), 7675 (consent), 8863 (patience: it never gives
///  up by itself);
///           deviations: docs/rfc-notes/ice.md
class Agent {
 public:
  static constexpr std::size_t kMaxPaths = 16;
  static constexpr std::size_t kMaxGenerations = 4;
  static constexpr int kMaxErrorsPerSecond = 10;
  static constexpr std::size_t kMaxCalled = 8;

  enum class State : std::uint8_t {
    waiting,    ///< No path was nominated yet.
    connected,  ///< The peer chose a path, and is heard.
    lost,       ///< It was, and has fallen silent. A new check brings it back.
  };

  Agent(const Config& config, Credentials local, Random& random);

  /// Not needed to answer checks; needed to send our own.
  void set_remote(Credentials remote, Time now);
  /// RFC 8445 section 6.1.1: a lite peer sends no checks, so that this end becomes a full one and
  /// controls. Checks these addresses of the peer, at most kMaxCalled, and keeps the first that
  /// answers. After `set_remote`; again whenever that has changed. Only for peers of our own: who
  /// chooses the addresses decides where we knock.
  void call(std::span<const Path> peer, Time now, Host& host);
  /// RFC 8445 section 9. The selected path stays until a path is nominated under the new
  /// credentials.
  void restart(Credentials local);

  /// A datagram of demux::Kind::stun. nullopt: it was good (and is answered).
  std::optional<Drop> handle(const Path& path, ByteView datagram, Time now, Host& host);
  /// SRTP over this path was authentic: the peer lives. Cheap enough for every packet.
  void heard(Time now) { last_heard_ = now; }
  /// The path cannot be used any more (its TCP connection closed).
  void forget(const Path& path, Time now, Host& host);
  /// The end: every path is unbound.
  void release(Host& host);

  void on_deadline(Time now, Host& host);
  Time next_deadline() const;

  State state() const { return state_; }
  /// Where to send; null until a path was nominated. Also while lost (RFC 7675 section 5.1 forbids
  /// to).
  const Path* selected() const { return selected_ ? &selected_->path : nullptr; }
  /// Goes up whenever a path is selected under credentials newer than before: 0 is none yet.
  std::uint32_t selected_generation() const { return selected_ ? selected_->generation : 0; }
  /// Did an authentic check come over it?
  bool knows(const Path& path) const {
    const Known* const known = find(path);
    return known != nullptr && !known->called;
  }
  /// Is this one of the fragments that checks may name?
  bool answers_to(std::string_view ufrag) const { return generation_of(ufrag) != nullptr; }
  /// Round trip of our own checks; zero for a lite agent.
  Duration round_trip() const { return round_trip_; }

 private:
  struct Generation {
    std::uint32_t number = 0;
    Credentials local;
  };
  struct Known {
    Path path;
    std::uint32_t generation = 0;
    std::uint32_t priority = 0;
    std::size_t remote_ufrag = 0;  ///< Hash of the fragment that the peer named as its own.
    bool called = false;           ///< By us, and nothing authentic has come from there yet.
    bool nominated = false;
    bool answered = false;  ///< Our own check was answered here (never with lite).
    Time last_check{};      ///< Authentic, from the peer.
    Time last_nomination{};
    // Our own check under way (full agents only).
    stun::TransactionId transaction{};
    int attempts = 0;  ///< 0: none under way.
    Time sent{};
    Time retry_at = kNever;
  };

  std::optional<Drop> on_request(const Path&, const stun::Message&, Time now, Host&);
  std::optional<Drop> on_response(const Path&, const stun::Message&, Time now);
  void refuse(const Path&, const stun::Message&, std::uint16_t code, std::string_view reason,
              const std::string* password, Time now, Host&);
  Known& remember(const Path&, Host&);
  void authentic(const Path&, Time now);
  void connect(Time now);
  void nominate(Known&, Time now);
  bool preferred(const Known&, Time now) const;
  void select(Known&, Time now);
  bool may_check(const Known&) const;
  void start_check(Known&, Time now, Host&);
  void send_check(Known&, Time now, Host&);
  void schedule_consent_check(Time now);
  Time lost_at() const;

  const Known* find(const Path& path) const;
  Known* find(const Path& path);
  const Generation* generation_of(std::string_view ufrag) const;

  Config config_;
  bool controlling_ = false;
  Random& random_;
  std::vector<Generation> generations_;  ///< Oldest first; never empty.
  std::uint32_t last_generation_ = 1;
  std::optional<Credentials> remote_;
  std::vector<Known> known_;
  struct Selected {
    Path path;
    std::uint32_t generation = 0;
  };
  std::optional<Selected> selected_;
  State state_ = State::waiting;
  Time last_heard_{};  ///< Anything authentic.
  Time last_check_{};  ///< Authentic STUN on the selected path.
  Time next_consent_check_ = kNever;
  Duration round_trip_{};
  Time error_window_{};  ///< When the present second of refusals began.
  int errors_in_window_ = 0;
};

}  // namespace parley::ice
