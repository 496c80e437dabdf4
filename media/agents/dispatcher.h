#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "livekit_agent_dispatch.pb.h"
#include "media/agents/post.h"
#include "media/agents/worker_table.h"
#include "media/session/participant.h"

namespace parley::media {

/// What the dispatcher wants to know of its room when it works.
class RoomView {
 public:
  virtual ~RoomView() = default;
  virtual const livekit::Room& info() const = 0;
  virtual std::optional<livekit::ParticipantInfo> participant(std::string_view sid) const = 0;
  /// Is there a WebSocket through which this participant talks to us?
  virtual bool reachable(std::string_view identity) const = 0;
};

/// The agents of one room: its dispatches, and for each of them who is to be served by which job.
/// Inputs only change its mind; `work` then says what is to be done. Sans-IO.
///
///  owner    Room
///  thread   the node's control thread
///  bounded  kMaxDispatches; per dispatch a post for the room, and for each person one per job
///  type;
///           kMaxHistory ended jobs; kMaxRecalled jobs of an earlier life
///  source   livekit-contract.md section 8
class Dispatcher {
 public:
  static constexpr std::size_t kMaxDispatches = 64;
  static constexpr std::size_t kMaxHistory = 16;
  static constexpr std::size_t kMaxRecalled = 256;
  static constexpr std::size_t kMaxText = 512 * 1024;  ///< Metadata and attributes of a dispatch.
  static constexpr std::size_t kMaxName = 256;
  /// The edges have this long to say which jobs of an earlier life of the room go on.
  static constexpr Duration kRecall = 300ms;
  /// An agent that leaves right after people came back has left because they had gone.
  static constexpr Duration kSecondThoughts = 10s;
  /// Of more people than this, all are looked at this often at most, and not whenever one comes.
  static constexpr std::size_t kCrowd = 64;
  static constexpr Duration kCrowdInterval = 50ms;
  /// An agent whose job has ended may say goodbye for this long.
  static constexpr Duration kFarewell = 30s;

  Dispatcher(std::string room, Random& random, ClockOffset clock);

  // --- Dispatches
  /// The room is open, configured to have these; none means every worker without a name.
  template <typename Dispatches>
  void open(const Dispatches& agents, Time now) {
    recall_until_ = now + kRecall;
    for (const livekit::RoomAgentDispatch& wish : agents) add(described(wish), now);
    if (agents.empty()) add({}, now);
  }
  /// The reason if it cannot be: in words for a developer.
  static std::string fault_of(const livekit::CreateAgentDispatchRequest& wish);
  /// nullopt: there are too many.
  std::optional<livekit::AgentDispatch> create(const livekit::CreateAgentDispatchRequest& wish,
                                               Time now);
  std::optional<livekit::AgentDispatch> remove(std::string_view id, Time now);
  /// All, or the one with this id.
  std::vector<livekit::AgentDispatch> list(std::string_view id = {}) const;

  // --- People and agents
  void on_active(const Participant& participant, Time now);
  void on_published(const Participant& participant, Time now);
  void on_left(const Participant& participant, livekit::DisconnectReason reason, Time now);

  // --- Workers
  /// Their table has changed; one of them may be what somebody waits for, or have been lost.
  void on_workers() { workers_changed_ = true; }
  void on_update(const plane::agents::ToNode::Update& update, Time now);
  void on_running(const plane::agents::ToNode::Running& running, Time now);

  struct Offer {
    plane::agents::Offer offer;  ///< Without node_id.
    std::string edge_id;
  };
  void on_answer(const Offer& offer, const plane::agents::Answer& answer, Time now);

  // --- To be done
  struct Terminate {
    plane::agents::Termination termination;
    std::string edge_id;
  };
  struct Dismiss {
    std::string participant_sid;
  };
  struct Started {
    livekit::Job job;
  };
  struct Ended {
    livekit::Job job;
  };
  using Action = std::variant<Offer, Terminate, Dismiss, Started, Ended>;

  /// As of the last `work`.
  Time next_deadline() const { return deadline_; }
  std::vector<Action> work(const WorkerTable& table, const RoomView& room, Time now);
  /// The room closes: what is to be told to whom.
  std::vector<Action> close(Time now);

  std::size_t running() const;

 private:
  struct Person {
    std::string identity;
    bool active = false;
    bool publishes = false;
  };
  struct Dispatch {
    livekit::AgentDispatch info;
    /// By job type and SID of the subject (empty: the room).
    std::map<std::pair<livekit::JobType, std::string>, Post> posts;
    std::deque<livekit::Job> history;  ///< Newest last.
  };
  using Dispatches = std::map<std::string, Dispatch, std::less<>>;

  static livekit::AgentDispatch described(const livekit::RoomAgentDispatch& wish);
  Dispatch* add(livekit::AgentDispatch info, Time now);
  void open_post(Dispatch& dispatch, livekit::JobType type, const Subject& subject, Time now);
  struct Found {
    Dispatch* dispatch = nullptr;
    Post* post = nullptr;
  };
  Found find_job(std::string_view job_id);
  Found find_agent(std::string_view identity);
  Dispatch* dispatch_for(const livekit::Job& job, Time now);
  /// A job of an earlier life of this room fills the post.
  void adopt(Dispatch& dispatch, Post& post, plane::agents::ToNode::Running running, Time now);
  void adopt_stray(const Participant& agent, Time now);
  void on_agent_present(Dispatch& dispatch, Post& post, Time now);
  livekit::Job describe_job(const Dispatch& dispatch, const Post& post,
                            const std::string& worker_id, const RoomView& room, Time now) const;
  void settle(Dispatch& dispatch, Post& post, Post::Outcome outcome, Time now);
  void fill(Dispatch& dispatch, const WorkerTable& table, const RoomView& room, Time now);
  void forget_absent(Dispatch& dispatch);
  Time earliest_deadline() const;
  /// Is it worth trying again? An empty room closes soon, and who comes back renews what is wanted.
  bool needed() const { return people_active_ > 0 || visits_ == 0; }

  std::string room_;
  Random& random_;
  ClockOffset clock_;
  Dispatches dispatches_;
  std::map<std::string, Person, std::less<>> people_;  ///< By SID; agents and recorders excepted.
  std::size_t people_active_ = 0;
  int visits_ = 0;  ///< How often somebody came into a room without people.
  Time visit_began_{};
  std::map<std::string, std::string, std::less<>> agents_;  ///< Present ones: SIDs by identity.
  std::vector<plane::agents::ToNode::Running> recalled_;
  std::optional<Time> recall_until_;
  std::map<std::string, Time> farewells_;  ///< SIDs of agents that are to be gone by then.
  std::vector<Action> actions_;
  Time deadline_ = kNever;
  Time looked_at_{};
  bool workers_changed_ = false;
  bool dirty_ = false;  ///< An input has come since the last `work`.
};

}  // namespace parley::media
