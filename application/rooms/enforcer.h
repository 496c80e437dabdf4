#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "application/meetings/pass.h"
#include "application/operation/operation.h"
#include "application/store/store.h"
#include "bus/bus.h"
#include "observability/log.h"
#include "observability/metrics.h"
#include "signaling/placement/placement.h"
#include "signaling/revocation/revocations.h"

namespace parley::application::rooms {

namespace asio = boost::asio;

/// Makes true in the media plane what the rows say: who is there, by which name, and what they may
/// publish. Each thing is looked up when it is done, so that doing it twice, late, or in another
/// order ends in the same place; what could not be done is tried again.
///
///  owner    `parley app`
///  thread   the loop's
///  bounded  kMostAtOnce calls at a time, kMostWaiting that wait
class Enforcer {
 public:
  static constexpr std::size_t kMostAtOnce = 64;
  static constexpr std::size_t kMostWaiting = 20'000;
  struct Surroundings {
    store::Store& store;
    bus::Bus& bus;
    std::function<WallTime()> now;
    const observability::Log& log;
  };

  Enforcer(asio::io_context& loop, Surroundings surroundings);

  /// Whatever the process before this one did not come to: everybody who is or was lately in a
  /// meeting is brought in line, and to their room.
  void catch_up();
  /// What follows a commit.
  void follow(const meetings::Meeting& meeting, const operation::Effects& effects);
  void expose(observability::Exposition& out) const;

 private:
  struct Task {
    std::string tenant;
    std::string meeting;
    std::string participant;
    enum class Kind : std::uint8_t { bring_in_line, mute, bring_to_room } kind{};
    livekit::TrackSource source{};
    bool revoke = false;
    int tries = 0;
  };
  enum class Done : std::uint8_t { yes, later };
  enum class Told : std::uint8_t { yes, nobody_there, later };
  /// Somebody on the way from one room to another. While they are, they are in no room at all,
  /// and may be told to go elsewhere before they have arrived.
  struct Journey {
    std::set<std::string> rooms;  ///< In which they may turn up; none known: any of the meeting.
    int wishes = 0;               ///< Grows with each move that is asked for.
  };

  /// False: too much waits already.
  bool add(Task task);
  void set_out(const meetings::Sighting& who, std::initializer_list<std::string> rooms);
  void start_next();
  asio::awaitable<void> carry_out(Task task);
  asio::awaitable<Done> attempt(const Task& task);
  asio::awaitable<Done> bring_in_line(const Task& task);
  asio::awaitable<Done> mute(const Task& task);
  /// Done once they are seen in the room where the rows want them.
  asio::awaitable<Done> bring_to_room(const Task& task);
  static Done done_once(Told told);
  asio::awaitable<Told> tell(std::string method, std::string room,
                             const google::protobuf::Message& request,
                             google::protobuf::Message* response = nullptr);
  /// Where they are to be, or were last; and what they may there, if they may be there at all.
  struct Target {
    std::string room;
    std::optional<meetings::Pass> pass;
    std::set<std::string> rooms;  ///< All of the meeting, if asked for.
    bool is_put_out = false;      ///< By somebody, not by themselves.
  };
  asio::awaitable<std::optional<Target>> look_up(const Task& task, bool with_rooms = false);

  asio::io_context& loop_;
  Surroundings around_;
  signaling::Placement placement_;
  signaling::Revocations revocations_;
  std::deque<Task> waiting_;
  std::map<std::string, Journey, std::less<>> journeys_;  ///< By participant; bounded as tasks are.
  std::size_t running_ = 0;
  std::size_t pausing_ = 0;
  observability::Counter done_;
  observability::Counter retried_;
  observability::Counter given_up_;
};

}  // namespace parley::application::rooms
