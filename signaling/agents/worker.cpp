#include "signaling/agents/worker.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "protocols/livekit/version.h"
#include "signaling/session/frames.h"

namespace parley::signaling {
namespace {

constexpr std::size_t kMaxQueuedBytes = 4 * 1024 * 1024;
constexpr std::size_t kMaxQueuedFrames = 4096;
constexpr const char* kAgentName = "lk.agent_name";

std::int64_t unix_ms(WallTime t) {
  return std::chrono::floor<std::chrono::milliseconds>(t).time_since_epoch().count();
}

/// What LiveKit allows the agents of workers that do not say.
livekit::ParticipantPermission usual_permissions() {
  livekit::ParticipantPermission out;
  out.set_can_subscribe(true);
  out.set_can_publish(true);
  out.set_can_publish_data(true);
  out.set_can_update_metadata(true);
  return out;
}

bool too_large(const livekit::AvailabilityResponse& response) {
  std::size_t attributes = 0;
  for (const auto& [key, value] : response.participant_attributes()) {
    attributes += key.size() + value.size();
  }
  return response.participant_identity().size() > Worker::kMaxNameBytes ||
         response.participant_name().size() > Worker::kMaxNameBytes ||
         response.participant_metadata().size() > Worker::kMaxMetadataBytes ||
         attributes > Worker::kMaxAttributeBytes;
}

}  // namespace

Worker::Worker(std::string id, Mint mint, Random& random, Metrics& metrics, Time now)
    : mint_(std::move(mint)),
      random_(random),
      metrics_(metrics),
      permissions_(usual_permissions()),
      register_by_(now + kRegistrationTimeout) {
  info_.set_id(std::move(id));
}

// ---------------------------------------------------------------------------------------------------
// From the worker

void Worker::on_frame(bool text, std::string_view bytes, Time now, WallTime wall) {
  if (close_) return;
  json_ = text;
  livekit::WorkerMessage message;
  const bool readable = text ? from_json(bytes, message).has_value()
                             : message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  if (!readable) {
    metrics_.agents.malformed.add();
    return end(CloseCode::bad_payload);
  }
  using Case = livekit::WorkerMessage;
  // Nothing may come before its registration, and nothing before our answer to it.
  if (!registered_ && message.message_case() != Case::kRegister) {
    metrics_.agents.out_of_place.add();
    return end(CloseCode::policy_violation);
  }
  switch (message.message_case()) {
    case Case::kRegister:
      return on_register(message.register_());
    case Case::kAvailability:
      return on_availability(message.availability(), wall);
    case Case::kUpdateWorker:
      return on_status(message.update_worker());
    case Case::kUpdateJob:
      return on_job(message.update_job());
    case Case::kPing: {
      livekit::ServerMessage reply;
      reply.mutable_pong()->set_last_timestamp(message.ping().timestamp());
      reply.mutable_pong()->set_timestamp(unix_ms(wall));
      return send(reply);
    }
    case Case::kSimulateJob:
      return on_simulate(message.simulate_job(), now);
    case Case::kMigrateJob:
      return;  // Jobs stay where they are when a worker asks to be relieved, as with LiveKit's
               // server.
    case Case::MESSAGE_NOT_SET:
      metrics_.agents.out_of_place.add();  // Newer than this server: skipping it harms nobody.
  }
}

void Worker::on_register(const livekit::RegisterWorkerRequest& request) {
  if (registered_ || !livekit::JobType_IsValid(request.type()) ||
      request.agent_name().size() > kMaxNameBytes || request.deployment().size() > kMaxNameBytes) {
    metrics_.agents.out_of_place.add();
    return end(CloseCode::policy_violation);
  }
  registered_ = true;
  info_.set_type(request.type());
  info_.set_agent_name(request.agent_name());
  info_.set_deployment(request.deployment());
  info_.set_available(true);
  if (request.has_allowed_permissions()) permissions_ = request.allowed_permissions();
  metrics_.agents.registered.add();

  livekit::ServerMessage message;
  livekit::RegisterWorkerResponse& response = *message.mutable_register_();
  response.set_worker_id(info_.id());
  livekit::ServerInfo& server = *response.mutable_server_info();
  server.set_edition(livekit::ServerInfo::Standard);
  server.set_version(livekit_version::kServer);
  server.set_protocol(livekit_version::kSignalProtocol);
  server.set_agent_protocol(livekit_version::kAgentProtocol);
  send(message);
  events_.emplace_back(Changed{});
}

void Worker::on_status(const livekit::UpdateWorkerStatus& status) {
  const float load = status.load();
  info_.set_load(std::isfinite(load) ? std::clamp(load, 0.0F, 1.0F) : 1.0F);
  if (!status.has_status()) return;
  const bool available = status.status() == livekit::WS_AVAILABLE;
  if (available == info_.available()) return;
  info_.set_available(available);
  events_.emplace_back(Changed{});
}

void Worker::on_availability(const livekit::AvailabilityResponse& response, WallTime wall) {
  const auto found = pending_.find(response.job_id());
  if (found == pending_.end()) {
    metrics_.agents.out_of_place.add();  // Too late, most likely.
    return;
  }
  Pending pending = std::move(found->second);
  pending_.erase(found);
  const std::string id = pending.job.id();
  if (!response.available()) {
    return answer(id, response.terminate() ? plane::agents::Answer::DECLINED_FOR_ALL
                                           : plane::agents::Answer::REFUSED);
  }
  if (too_large(response) || jobs_.size() >= kMaxJobs) {
    metrics_.agents.out_of_place.add();
    return answer(id, plane::agents::Answer::REFUSED);
  }
  assign(std::move(pending), response, wall);
}

void Worker::assign(Pending pending, const livekit::AvailabilityResponse& response, WallTime wall) {
  const Token token = token_for(pending.job, response, wall);
  livekit::JobState& state = *pending.job.mutable_state();
  state.set_worker_id(info_.id());
  state.set_participant_identity(token.identity);
  livekit::ServerMessage message;
  *message.mutable_assignment()->mutable_job() = pending.job;
  message.mutable_assignment()->set_token(mint_(token, wall));
  send(message);
  const std::string id = pending.job.id();
  jobs_[id] = {std::move(pending.job), std::move(pending.node_id)};
  answer(id, plane::agents::Answer::ACCEPTED, token.identity);
}

Token Worker::token_for(const livekit::Job& job, const livekit::AvailabilityResponse& response,
                        WallTime wall) const {
  const std::string& wanted = response.participant_identity();
  Token token = join_token(job.room().name(), wanted.empty() ? "agent-" + job.id() : wanted,
                           response.participant_name(), wall + kTokenLife);
  token.metadata = response.participant_metadata();
  token.attributes = {response.participant_attributes().begin(),
                      response.participant_attributes().end()};
  token.attributes[kAgentName] = info_.agent_name();
  token.kind = livekit::ParticipantInfo::AGENT;
  plane::Grants& grants = token.grants;
  grants.set_agent(true);
  grants.set_can_subscribe(permissions_.can_subscribe());
  grants.set_can_publish(permissions_.can_publish());
  grants.set_can_publish_data(permissions_.can_publish_data());
  *grants.mutable_can_publish_sources() = permissions_.can_publish_sources();
  grants.set_can_update_own_metadata(permissions_.can_update_metadata());
  grants.set_can_subscribe_metrics(permissions_.can_subscribe_metrics());
  grants.set_hidden(permissions_.hidden());
  return token;
}

void Worker::on_job(const livekit::UpdateJobStatus& status) {
  const auto found = jobs_.find(status.job_id());
  if (found == jobs_.end() || !livekit::JobStatus_IsValid(status.status())) {
    metrics_.agents.out_of_place.add();
    return;
  }
  JobUpdate event;
  event.node_id = found->second.node_id;
  event.room = found->second.job.room().name();
  event.update.set_job_id(status.job_id());
  event.update.set_status(status.status());
  event.update.set_error(status.error().substr(0, kMaxNameBytes));
  if (status.status() == livekit::JS_SUCCESS || status.status() == livekit::JS_FAILED) {
    jobs_.erase(found);
  }
  if (!event.node_id.empty()) events_.emplace_back(std::move(event));
}

/// A developer's worker calls itself: no node has a part in it but that of a room which an agent
/// joins.
void Worker::on_simulate(const livekit::SimulateJobRequest& request, Time now) {
  if (request.room().name().empty() || request.room().name().size() > kMaxNameBytes ||
      !livekit::JobType_IsValid(request.type())) {
    metrics_.agents.out_of_place.add();
    return;
  }
  livekit::Job job;
  job.set_id("AJ_" + random_.token(12));
  job.set_type(request.type());
  *job.mutable_room() = request.room();
  if (request.has_participant()) *job.mutable_participant() = request.participant();
  job.set_agent_name(info_.agent_name());
  job.mutable_state()->set_worker_id(info_.id());
  offer(std::move(job), {}, now);
}

void Worker::on_socket_lost() {
  end(CloseCode::normal);
  frames_.clear();
  for (const auto& [id, pending] : std::exchange(pending_, {})) {
    answer(id, plane::agents::Answer::GONE);
  }
}

// ---------------------------------------------------------------------------------------------------
// From the nodes

void Worker::offer(livekit::Job job, std::string node_id, Time now) {
  const std::string id = job.id();
  if (close_ || !registered_) return answer(id, plane::agents::Answer::GONE);
  if (pending_.size() >= kMaxPending || pending_.contains(id) || jobs_.contains(id)) {
    return answer(id, plane::agents::Answer::REFUSED);
  }
  livekit::ServerMessage message;
  *message.mutable_availability()->mutable_job() = job;
  pending_[id] = {std::move(job), std::move(node_id), now + kAnswerTimeout};
  send(message);
}

void Worker::terminate(const std::string& job_id) {
  if (jobs_.erase(job_id) == 0) return;
  livekit::ServerMessage message;
  message.mutable_termination()->set_job_id(job_id);
  send(message);
}

std::vector<livekit::Job> Worker::recall(std::string_view room, const std::string& node_id) {
  std::vector<livekit::Job> out;
  for (auto& [id, job] : jobs_) {
    // A simulated job is nobody's but the worker's.
    if (job.job.room().name() != room || job.node_id.empty()) continue;
    job.node_id = node_id;
    out.push_back(job.job);
  }
  return out;
}

void Worker::on_shutdown() { end(CloseCode::going_away); }

// ---------------------------------------------------------------------------------------------------
// Time

Time Worker::next_deadline() const {
  if (close_) return kNever;
  Time next = registered_ ? kNever : register_by_;
  for (const auto& [id, pending] : pending_) next = std::min(next, pending.until);
  return next;
}

void Worker::on_deadline(Time now) {
  if (close_) return;
  if (!registered_ && now >= register_by_) {
    metrics_.agents.out_of_place.add();
    return end(CloseCode::policy_violation);
  }
  std::vector<std::string> silent;
  std::erase_if(pending_, [&](const auto& entry) {
    if (now < entry.second.until) return false;
    silent.push_back(entry.first);
    return true;
  });
  for (const std::string& id : silent) answer(id, plane::agents::Answer::SILENT);
}

// ---------------------------------------------------------------------------------------------------
// To be done

void Worker::answer(const std::string& job_id, plane::agents::Answer::Outcome outcome,
                    std::string identity) {
  metrics_.agents.count(outcome);
  Answered event;
  event.job_id = job_id;
  event.answer.set_outcome(outcome);
  event.answer.set_participant_identity(std::move(identity));
  events_.emplace_back(std::move(event));
}

void Worker::send(const livekit::ServerMessage& message) {
  if (close_) return;
  Frame frame{json_, {}};
  if (json_) {
    auto text = to_json(message);
    if (!text) return;  // Text that is not UTF-8, which parsing lets nobody put into a message.
    frame.bytes = std::move(*text);
  } else {
    frame.bytes = message.SerializeAsString();
  }
  if (frames_.size() >= kMaxQueuedFrames || queued_bytes_ + frame.bytes.size() > kMaxQueuedBytes) {
    frames_.clear();
    queued_bytes_ = 0;
    return end(CloseCode::too_slow);
  }
  queued_bytes_ += frame.bytes.size();
  frames_.push_back(std::move(frame));
}

void Worker::end(CloseCode code) {
  if (!close_) close_ = code;
}

std::optional<Worker::Event> Worker::next_event() {
  if (events_.empty()) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<Frame> Worker::next_frame() {
  if (frames_.empty()) return std::nullopt;
  Frame frame = std::move(frames_.front());
  frames_.pop_front();
  queued_bytes_ -= frame.bytes.size();
  return frame;
}

std::optional<CloseCode> Worker::closing() const { return frames_.empty() ? close_ : std::nullopt; }

}  // namespace parley::signaling
