#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "agents.pb.h"
#include "base/random.h"
#include "base/time.h"
#include "livekit_agent_dispatch.pb.h"
#include "livekit_models.pb.h"
#include "media/agents/worker_table.h"

namespace parley::media {

/// Whom an agent serves: a participant, or (both empty) the room as a whole.
struct Subject {
  std::string sid;
  std::string identity;
};

/// What a dispatch wants done for one subject. It is filled by one job after another: offered to a
/// worker, taken, served by an agent in the room, until it is done or the next has to follow.
/// Sans-IO.
///
///   vacant -> offered -> awaited -> served -> done
///     ^----------'----------'---------'        |      refused; failed; lost
///     ^-------------------------------------- -'      people are back (`renew`)
///
///  owner    Dispatcher
///  thread   the node's control thread
///  bounded  kMaxRefused names of workers, kRounds rounds of offers, kMaxFailures jobs in a row
class Post {
 public:
  /// From taking a job to its agent's joining: worker processes load models first.
  static constexpr Duration kJoinTimeout = 60s;
  /// The same for an agent that was in the room and whose connection was lost.
  static constexpr Duration kRejoinTimeout = 15s;
  /// The same for one that has closed its connection itself, and whose goodbye may have been lost.
  static constexpr Duration kGoodbyeTimeout = 3s;
  /// How often an agent whose worker has died is looked at: twice without a WebSocket, and it is
  /// dead.
  static constexpr Duration kGhostInterval = 3s;
  /// An agent that held out this long did not fail at once.
  static constexpr Duration kSteady = 60s;
  static constexpr Duration kFirstDelay = 1s;
  static constexpr Duration kLongestDelay = 30s;
  static constexpr int kRounds = 4;
  static constexpr int kMaxFailures = 10;
  static constexpr std::size_t kMaxRefused = 256;

  Post(livekit::JobType type, Subject subject) : type_(type), subject_(std::move(subject)) {}

  enum class State : std::uint8_t { vacant, offered, awaited, served, done };
  /// What an input led to, for the dispatcher to tell others.
  struct Outcome {
    bool started = false;              ///< `job` runs now.
    std::optional<livekit::Job> over;  ///< This job has ended.
    std::string edge_id;               ///< Where its worker is.
    bool terminate = false;            ///< Its worker is to be told.
    std::string lingering;             ///< SID of its agent, which is still in the room.
  };

  // --- Filling it
  /// Whom to offer the job to now; an empty id: nobody, or not yet.
  WorkerTable::Found choose(const WorkerTable& table, const WorkerTable::Wanted& wanted,
                            Random& random);
  void on_offered(livekit::Job job, std::string edge_id, int visit);
  Outcome on_answer(const plane::agents::Answer& answer, WallTime wall, Time now);
  /// Our node's memory was lost, but not that of the edge: an agent that was ours may come back.
  void adopt(livekit::Job job, std::string edge_id, int visit, Time now);

  // --- While it is filled
  Outcome on_joined(std::string agent_sid, WallTime wall, Time now);
  Outcome on_left(livekit::DisconnectReason reason, WallTime wall, Time now);
  Outcome on_update(livekit::JobStatus status, const std::string& error, WallTime wall, Time now);
  /// `worker_gone`: its edge says so. `reachable`: the agent's WebSocket is there.
  Outcome on_workers(bool worker_known, bool worker_gone, bool reachable, WallTime wall, Time now);
  Outcome on_deadline(bool reachable, WallTime wall, Time now);

  // --- From the dispatch
  /// Nothing more is wanted.
  Outcome withdraw(WallTime wall);
  /// People are back: what was done is wanted anew.
  void renew();
  void set_restarts(bool restarts) { restarts_ = restarts; }

  Time next_deadline() const;
  State state() const { return state_; }
  bool has_job() const { return state_ == State::awaited || state_ == State::served; }
  livekit::JobType type() const { return type_; }
  const Subject& subject() const { return subject_; }
  const livekit::Job& job() const { return job_; }
  const std::string& edge_id() const { return edge_id_; }
  std::string_view agent_identity() const {
    return has_job() ? job_.state().participant_identity() : std::string_view();
  }
  /// Which visit of people to the room its last job began in.
  int visit() const { return visit_; }
  /// A job failed before: this is not the first try.
  bool is_restart() const { return failures_ > 0; }

 private:
  Outcome end(livekit::JobStatus status, std::string error, WallTime wall);
  Outcome fail(std::string error, WallTime wall, Time now);
  void refused_by(const std::string& worker_id);

  livekit::JobType type_;
  Subject subject_;
  bool restarts_ = true;
  State state_ = State::vacant;
  livekit::Job job_;
  std::string edge_id_;

  std::set<std::string> refused_;  ///< Not asked again in this round.
  int visit_ = 0;
  int rounds_ = 0;
  int failures_ = 0;
  std::optional<Time> not_before_;
  std::optional<Time> patience_;  ///< Awaited: until when.
  bool may_have_left_ = false;    ///< Awaited, but who does not come has left of its own will.
  std::optional<Time> ghost_at_;  ///< Served, without its worker: when it is looked at again.
  bool was_reachable_ = true;     ///< When it was looked at.
  Time joined_at_{};
  std::string agent_sid_;  ///< Served: as which participant.
};

}  // namespace parley::media
