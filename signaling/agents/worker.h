#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agents.pb.h"
#include "base/random.h"
#include "base/time.h"
#include "livekit_agent.pb.h"
#include "signaling/metrics.h"
#include "signaling/session/speaker.h"
#include "signaling/token/token.h"

namespace parley::signaling {

/// One agent worker's conversation through its WebSocket (LiveKit's agent protocol 1): it
/// registers, says how busy it is, is asked whether it takes a job, and is given it with a token.
/// Sans-IO: the shell feeds it and sends what `next_frame` gives; `next_event` is for the agency.
///
///  owner    the agency's link, one per WebSocket
///  thread   the edge's loop
///  bounded  kMaxPending offers and kMaxJobs jobs; 4 MiB or 4096 messages waiting for a slow
///  worker, then
///           the conversation ends
///  source   livekit-contract.md section 8; the worker's side is in the npm package @livekit/agents
class Worker {
 public:
  static constexpr Duration kRegistrationTimeout = 10s;
  static constexpr Duration kAnswerTimeout = 10s;
  static constexpr Duration kTokenLife = 1h;
  static constexpr std::size_t kMaxPending = 1024;
  static constexpr std::size_t kMaxJobs = 4096;
  static constexpr std::size_t kMaxNameBytes = 256;
  static constexpr std::size_t kMaxMetadataBytes = 512 * 1024;
  static constexpr std::size_t kMaxAttributeBytes = 64 * 1024;

  /// Signs the token of an agent; the edge has the keys.
  using Mint = std::function<std::string(const Token& token, WallTime wall)>;

  Worker(std::string id, Mint mint, Random& random, Metrics& metrics, Time now);

  // From the worker.
  void on_frame(bool text, std::string_view bytes, Time now, WallTime wall);
  /// The WebSocket is gone: what was offered is answered for it.
  void on_socket_lost();

  // From the nodes.
  void offer(livekit::Job job, std::string node_id, Time now);
  void terminate(const std::string& job_id);

  /// This process stops: the worker is told to come back.
  void on_shutdown();

  Time next_deadline() const;
  void on_deadline(Time now);

  // To be done, until each returns nullopt.
  struct Changed {};  ///< It appeared, or its ability to take jobs changed.
  struct Answered {
    std::string job_id;
    plane::agents::Answer answer;
  };
  struct JobUpdate {
    std::string node_id;
    std::string room;
    plane::agents::ToNode::Update update;
  };
  using Event = std::variant<Changed, Answered, JobUpdate>;
  std::optional<Event> next_event();
  std::optional<Frame> next_frame();
  std::optional<CloseCode> closing() const;
  bool abandoned() const { return close_ == CloseCode::too_slow; }

  const std::string& id() const { return info_.id(); }
  /// Has said what it is for.
  bool registered() const { return registered_; }
  const plane::agents::Worker& info() const { return info_; }

  /// What it was assigned and has not ended.
  struct Job {
    livekit::Job job;  ///< With the state's worker_id and participant_identity.
    std::string node_id;
  };
  /// Those of a room, which from now on live on this node.
  std::vector<livekit::Job> recall(std::string_view room, const std::string& node_id);
  std::size_t jobs() const { return jobs_.size(); }

 private:
  struct Pending {
    livekit::Job job;
    std::string node_id;
    Time until;
  };

  void on_register(const livekit::RegisterWorkerRequest& request);
  void on_status(const livekit::UpdateWorkerStatus& status);
  void on_availability(const livekit::AvailabilityResponse& response, WallTime wall);
  void on_job(const livekit::UpdateJobStatus& status);
  void on_simulate(const livekit::SimulateJobRequest& request, Time now);
  void assign(Pending pending, const livekit::AvailabilityResponse& response, WallTime wall);
  Token token_for(const livekit::Job& job, const livekit::AvailabilityResponse& response,
                  WallTime wall) const;
  void answer(const std::string& job_id, plane::agents::Answer::Outcome outcome,
              std::string identity = {});
  void send(const livekit::ServerMessage& message);
  void end(CloseCode code);

  Mint mint_;
  Random& random_;
  Metrics& metrics_;
  plane::agents::Worker info_;
  livekit::ParticipantPermission permissions_;
  bool registered_ = false;
  Time register_by_;
  std::map<std::string, Pending> pending_;  ///< By job id.
  std::map<std::string, Job> jobs_;         ///< By id.
  std::deque<Event> events_;
  std::deque<Frame> frames_;
  std::size_t queued_bytes_ = 0;
  bool json_ = false;
  std::optional<CloseCode> close_;
};

}  // namespace parley::signaling
