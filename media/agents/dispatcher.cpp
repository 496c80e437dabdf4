#include "media/agents/dispatcher.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace parley::media {
namespace {

constexpr std::string_view kAgentName = "lk.agent_name";  ///< An attribute of every agent.
/// Workers name their agents so unless told otherwise.
constexpr std::string_view kDefaultIdentity = "agent-AJ_";

std::int64_t nanoseconds(WallTime wall) { return wall.time_since_epoch().count(); }

std::string name_of(const Participant& agent) {
  const auto at = agent.attributes.find(std::string(kAgentName));
  return at == agent.attributes.end() ? std::string() : at->second;
}

}  // namespace

Dispatcher::Dispatcher(std::string room, Random& random, ClockOffset clock)
    : room_(std::move(room)), random_(random), clock_(clock) {}

// ---------------------------------------------------------------------------------------------------
// Dispatches

livekit::AgentDispatch Dispatcher::described(const livekit::RoomAgentDispatch& wish) {
  livekit::AgentDispatch out;
  out.set_agent_name(wish.agent_name());
  out.set_metadata(wish.metadata());
  out.set_restart_policy(wish.restart_policy());
  out.set_deployment(wish.deployment());
  *out.mutable_attributes() = wish.attributes();
  return out;
}

Dispatcher::Dispatch* Dispatcher::add(livekit::AgentDispatch info, Time now) {
  if (dispatches_.size() >= kMaxDispatches) return nullptr;
  if (info.id().empty()) info.set_id("AD_" + random_.token(12));
  info.set_room(room_);
  info.mutable_state()->set_created_at(nanoseconds(clock_.wall(now)));
  Dispatch& dispatch = dispatches_[info.id()];
  dispatch.info = std::move(info);
  open_post(dispatch, livekit::JT_ROOM, {}, now);
  for (const auto& [sid, person] : people_) {
    if (person.active) open_post(dispatch, livekit::JT_PARTICIPANT, {sid, person.identity}, now);
    if (person.publishes) open_post(dispatch, livekit::JT_PUBLISHER, {sid, person.identity}, now);
  }
  dirty_ = true;
  return &dispatch;
}

std::string Dispatcher::fault_of(const livekit::CreateAgentDispatchRequest& wish) {
  if (wish.agent_name().size() > kMaxName) return "agent_name is longer than 256 bytes";
  if (wish.deployment().size() > kMaxName) return "deployment is longer than 256 bytes";
  std::size_t size = wish.metadata().size();
  for (const auto& [key, value] : wish.attributes()) size += key.size() + value.size();
  return size > kMaxText ? "metadata and attributes are larger than 512 KiB" : "";
}

std::optional<livekit::AgentDispatch> Dispatcher::create(
    const livekit::CreateAgentDispatchRequest& wish, Time now) {
  livekit::AgentDispatch info;
  info.set_agent_name(wish.agent_name());
  info.set_metadata(wish.metadata());
  info.set_restart_policy(wish.restart_policy());
  info.set_deployment(wish.deployment());
  *info.mutable_attributes() = wish.attributes();
  const Dispatch* added = add(std::move(info), now);
  if (added == nullptr) return std::nullopt;
  return added->info;
}

std::optional<livekit::AgentDispatch> Dispatcher::remove(std::string_view id, Time now) {
  const auto found = dispatches_.find(id);
  if (found == dispatches_.end()) return std::nullopt;
  Dispatch& dispatch = found->second;
  for (auto& [key, post] : dispatch.posts) {
    settle(dispatch, post, post.withdraw(clock_.wall(now)), now);
  }
  livekit::AgentDispatch out = list(id).front();
  out.mutable_state()->set_deleted_at(nanoseconds(clock_.wall(now)));
  dispatches_.erase(found);
  dirty_ = true;
  return out;
}

std::vector<livekit::AgentDispatch> Dispatcher::list(std::string_view id) const {
  std::vector<livekit::AgentDispatch> out;
  for (const auto& [key, dispatch] : dispatches_) {
    if (!id.empty() && key != id) continue;
    livekit::AgentDispatch& info = out.emplace_back(dispatch.info);
    for (const livekit::Job& job : dispatch.history) *info.mutable_state()->add_jobs() = job;
    for (const auto& [subject, post] : dispatch.posts) {
      if (post.has_job()) *info.mutable_state()->add_jobs() = post.job();
    }
  }
  return out;
}

void Dispatcher::open_post(Dispatch& dispatch, livekit::JobType type, const Subject& subject,
                           Time now) {
  const auto [at, added] = dispatch.posts.try_emplace({type, subject.sid}, type, subject);
  if (!added) return;
  Post& post = at->second;
  post.set_restarts(dispatch.info.restart_policy() != livekit::JRP_NEVER);
  dirty_ = true;
  const auto recalled = std::ranges::find_if(recalled_, [&](const auto& running) {
    const livekit::Job& job = running.job();
    return job.type() == type && job.agent_name() == dispatch.info.agent_name() &&
           job.participant().identity() == post.subject().identity;
  });
  if (recalled == recalled_.end()) return;
  plane::agents::ToNode::Running running = std::move(*recalled);
  recalled_.erase(recalled);
  adopt(dispatch, post, std::move(running), now);
}

Dispatcher::Found Dispatcher::find_job(std::string_view job_id) {
  for (auto& [id, dispatch] : dispatches_) {
    for (auto& [key, post] : dispatch.posts) {
      if (post.job().id() == job_id) return {&dispatch, &post};
    }
  }
  return {};
}

Dispatcher::Found Dispatcher::find_agent(std::string_view identity) {
  for (auto& [id, dispatch] : dispatches_) {
    for (auto& [key, post] : dispatch.posts) {
      if (post.has_job() && post.agent_identity() == identity) return {&dispatch, &post};
    }
  }
  return {};
}

// ---------------------------------------------------------------------------------------------------
// People and agents

void Dispatcher::on_active(const Participant& participant, Time now) {
  dirty_ = true;
  if (participant.grants.agent() || participant.kind == livekit::ParticipantInfo::AGENT) {
    agents_[participant.identity] = participant.sid;
    const Found found = find_agent(participant.identity);
    if (found.post != nullptr) return on_agent_present(*found.dispatch, *found.post, now);
    return adopt_stray(participant, now);
  }
  if (participant.is_dependent()) return;
  Person& person = people_[participant.sid];
  person.identity = participant.identity;
  if (!std::exchange(person.active, true) && ++people_active_ == 1) {
    ++visits_;
    visit_began_ = now;
    for (auto& [id, dispatch] : dispatches_) {
      dispatch.posts.at({livekit::JT_ROOM, std::string()}).renew();
    }
  }
  for (auto& [id, dispatch] : dispatches_) {
    open_post(dispatch, livekit::JT_PARTICIPANT, {participant.sid, participant.identity}, now);
    if (person.publishes) {
      open_post(dispatch, livekit::JT_PUBLISHER, {participant.sid, participant.identity}, now);
    }
  }
}

void Dispatcher::on_published(const Participant& participant, Time now) {
  if (participant.is_dependent()) return;
  Person& person = people_[participant.sid];
  person.identity = participant.identity;
  if (std::exchange(person.publishes, true)) return;
  for (auto& [id, dispatch] : dispatches_) {
    open_post(dispatch, livekit::JT_PUBLISHER, {participant.sid, participant.identity}, now);
  }
}

void Dispatcher::on_left(const Participant& participant, livekit::DisconnectReason reason,
                         Time now) {
  dirty_ = true;
  farewells_.erase(participant.sid);
  if (const auto agent = agents_.find(participant.identity);
      agent != agents_.end() && agent->second == participant.sid) {
    agents_.erase(agent);
    const Found found = find_agent(participant.identity);
    if (found.post == nullptr) return;
    return settle(*found.dispatch, *found.post, found.post->on_left(reason, clock_.wall(now), now),
                  now);
  }
  const auto person = people_.find(participant.sid);
  if (person == people_.end()) return;
  if (person->second.active) --people_active_;
  people_.erase(person);
  // Who comes back is somebody new; a job that still runs for them ends when its agent says so.
  for (auto& [id, dispatch] : dispatches_) {
    for (auto& [key, post] : dispatch.posts) {
      if (key.second == participant.sid) post.set_restarts(false);
    }
  }
}

/// After a restart of everything nobody but the agent itself remembers its job: workers name their
/// agents after it.
void Dispatcher::adopt_stray(const Participant& agent, Time now) {
  if (!agent.identity.starts_with(kDefaultIdentity)) return;
  for (auto& [id, dispatch] : dispatches_) {
    Post& post = dispatch.posts.at({livekit::JT_ROOM, std::string()});
    if (post.state() != Post::State::vacant || dispatch.info.agent_name() != name_of(agent)) {
      continue;
    }
    plane::agents::ToNode::Running running;
    livekit::Job& job = *running.mutable_job();
    job.set_id(agent.identity.substr(kDefaultIdentity.find("AJ_")));
    job.set_agent_name(dispatch.info.agent_name());
    job.set_metadata(dispatch.info.metadata());
    job.mutable_state()->set_participant_identity(agent.identity);
    return adopt(dispatch, post, std::move(running), now);
  }
}

void Dispatcher::on_agent_present(Dispatch& dispatch, Post& post, Time now) {
  const auto agent = agents_.find(post.agent_identity());
  if (agent == agents_.end()) return;
  settle(dispatch, post, post.on_joined(agent->second, clock_.wall(now), now), now);
}

// ---------------------------------------------------------------------------------------------------
// Workers

void Dispatcher::on_answer(const Offer& offer, const plane::agents::Answer& answer, Time now) {
  dirty_ = true;
  const Found found = find_job(offer.offer.job().id());
  if (found.post != nullptr) {
    settle(*found.dispatch, *found.post, found.post->on_answer(answer, clock_.wall(now), now), now);
    if (found.post->has_job()) on_agent_present(*found.dispatch, *found.post, now);
  } else if (answer.outcome() == plane::agents::Answer::ACCEPTED) {
    // It is not wanted any more.
    Terminate terminate;
    terminate.termination.set_worker_id(offer.offer.worker_id());
    terminate.termination.set_job_id(offer.offer.job().id());
    terminate.edge_id = offer.edge_id;
    actions_.emplace_back(std::move(terminate));
  }
}

void Dispatcher::on_update(const plane::agents::ToNode::Update& update, Time now) {
  dirty_ = true;
  const Found found = find_job(update.job_id());
  if (found.post == nullptr) return;
  settle(*found.dispatch, *found.post,
         found.post->on_update(update.status(), update.error(), clock_.wall(now), now), now);
}

void Dispatcher::on_running(const plane::agents::ToNode::Running& running, Time now) {
  dirty_ = true;
  const livekit::Job& job = running.job();
  if (job.id().empty() || find_job(job.id()).post != nullptr) return;
  Dispatch* dispatch = dispatch_for(job, now);
  if (dispatch != nullptr) {
    for (auto& [key, post] : dispatch->posts) {
      if (key.first == job.type() && post.state() == Post::State::vacant &&
          post.subject().identity == job.participant().identity()) {
        return adopt(*dispatch, post, running, now);
      }
    }
    // Whom it serves is on the way back, too.
    if (job.type() != livekit::JT_ROOM && recalled_.size() < kMaxRecalled) {
      recalled_.push_back(running);
      return;
    }
  }
  Terminate terminate;
  terminate.termination.set_worker_id(job.state().worker_id());
  terminate.termination.set_job_id(job.id());
  terminate.edge_id = running.edge_id();
  actions_.emplace_back(std::move(terminate));
}

/// The one it came from, or one that wants the same; a backend's, which only the job remembers,
/// comes back with it.
Dispatcher::Dispatch* Dispatcher::dispatch_for(const livekit::Job& job, Time now) {
  if (const auto found = dispatches_.find(job.dispatch_id()); found != dispatches_.end()) {
    return &found->second;
  }
  for (auto& [id, dispatch] : dispatches_) {
    if (dispatch.info.agent_name() == job.agent_name() &&
        dispatch.info.deployment() == job.deployment()) {
      return &dispatch;
    }
  }
  if (job.agent_name().empty() || !job.dispatch_id().starts_with("AD_")) return nullptr;
  livekit::AgentDispatch info;
  info.set_id(job.dispatch_id());
  info.set_agent_name(job.agent_name());
  info.set_metadata(job.metadata());
  info.set_deployment(job.deployment());
  *info.mutable_attributes() = job.attributes();
  return add(std::move(info), now);
}

void Dispatcher::adopt(Dispatch& dispatch, Post& post, plane::agents::ToNode::Running running,
                       Time now) {
  livekit::Job job = std::move(*running.mutable_job());
  job.set_dispatch_id(dispatch.info.id());
  post.adopt(std::move(job), running.edge_id(), visits_, now);
  on_agent_present(dispatch, post, now);
}

// ---------------------------------------------------------------------------------------------------
// To be done

livekit::Job Dispatcher::describe_job(const Dispatch& dispatch, const Post& post,
                                      const std::string& worker_id, const RoomView& room,
                                      Time now) const {
  livekit::Job job;
  job.set_id("AJ_" + random_.token(12));
  job.set_dispatch_id(dispatch.info.id());
  job.set_type(post.type());
  *job.mutable_room() = room.info();
  if (!post.subject().sid.empty()) {
    if (auto participant = room.participant(post.subject().sid)) {
      *job.mutable_participant() = std::move(*participant);
    }
  }
  job.set_metadata(dispatch.info.metadata());
  job.set_agent_name(dispatch.info.agent_name());
  job.set_deployment(dispatch.info.deployment());
  *job.mutable_attributes() = dispatch.info.attributes();
  job.mutable_state()->set_status(livekit::JS_PENDING);
  job.mutable_state()->set_updated_at(nanoseconds(clock_.wall(now)));
  job.mutable_state()->set_worker_id(worker_id);
  return job;
}

void Dispatcher::settle(Dispatch& dispatch, Post& post, Post::Outcome outcome, Time now) {
  if (outcome.started) actions_.emplace_back(Started{post.job()});
  if (!outcome.over) return;
  dirty_ = true;
  livekit::Job& job = *outcome.over;
  if (outcome.terminate && !outcome.edge_id.empty()) {
    Terminate terminate;
    terminate.termination.set_worker_id(job.state().worker_id());
    terminate.termination.set_job_id(job.id());
    terminate.edge_id = outcome.edge_id;
    actions_.emplace_back(std::move(terminate));
  }
  // With no worker to be told, its agent cannot know that it is to go.
  if (!outcome.lingering.empty()) {
    farewells_[outcome.lingering] = outcome.edge_id.empty() ? now : now + kFarewell;
  }
  if (dispatch.history.size() >= kMaxHistory) dispatch.history.pop_front();
  dispatch.history.push_back(job);
  actions_.emplace_back(Ended{std::move(job)});
  if (post.state() == Post::State::done && post.type() == livekit::JT_ROOM && people_active_ > 0 &&
      post.visit() < visits_ && now - visit_began_ < kSecondThoughts) {
    post.renew();
  }
}

void Dispatcher::fill(Dispatch& dispatch, const WorkerTable& table, const RoomView& room,
                      Time now) {
  for (const auto type : {livekit::JT_ROOM, livekit::JT_PUBLISHER, livekit::JT_PARTICIPANT}) {
    const WorkerTable::Wanted wanted{type, dispatch.info.agent_name(), dispatch.info.deployment()};
    if (!table.serves(wanted)) continue;
    const auto first = dispatch.posts.lower_bound({type, std::string()});
    for (auto at = first; at != dispatch.posts.end() && at->first.first == type; ++at) {
      Post& post = at->second;
      if (post.is_restart() && !needed()) continue;
      const WorkerTable::Found worker = post.choose(table, wanted, random_);
      if (worker.id.empty()) continue;
      livekit::Job job = describe_job(dispatch, post, worker.id, room, now);
      Offer offer;
      offer.offer.set_worker_id(worker.id);
      *offer.offer.mutable_job() = job;
      offer.edge_id = worker.edge_id;
      post.on_offered(std::move(job), worker.edge_id, visits_);
      actions_.emplace_back(std::move(offer));
    }
  }
}

void Dispatcher::forget_absent(Dispatch& dispatch) {
  std::erase_if(dispatch.posts, [this](const auto& entry) {
    const auto& [key, post] = entry;
    return !key.second.empty() && !people_.contains(key.second) && !post.has_job() &&
           post.state() != Post::State::offered;
  });
}

std::vector<Dispatcher::Action> Dispatcher::work(const WorkerTable& table, const RoomView& room,
                                                 Time now) {
  if (!dirty_ && !workers_changed_ && now < deadline_) return {};
  if (people_.size() > kCrowd && now < looked_at_ + kCrowdInterval) {
    deadline_ = std::min(deadline_, looked_at_ + kCrowdInterval);
    return {};
  }
  looked_at_ = now;
  if (recall_until_ && now >= *recall_until_) recall_until_.reset();
  for (auto& [id, dispatch] : dispatches_) {
    for (auto& [key, post] : dispatch.posts) {
      const bool reachable = post.has_job() && room.reachable(post.agent_identity());
      const WallTime wall = clock_.wall(now);
      if (post.has_job()) {
        const std::string& worker = post.job().state().worker_id();
        settle(dispatch, post,
               post.on_workers(table.knows(worker), table.is_gone(worker, post.edge_id()),
                               reachable, wall, now),
               now);
      }
      settle(dispatch, post, post.on_deadline(reachable, wall, now), now);
    }
    forget_absent(dispatch);
    if (!recall_until_) fill(dispatch, table, room, now);
  }
  std::erase_if(farewells_, [&](const auto& farewell) {
    if (now < farewell.second) return false;
    actions_.emplace_back(Dismiss{farewell.first});
    return true;
  });
  dirty_ = false;
  workers_changed_ = false;
  deadline_ = earliest_deadline();
  return std::exchange(actions_, {});
}

std::vector<Dispatcher::Action> Dispatcher::close(Time now) {
  while (!dispatches_.empty()) remove(dispatches_.begin()->first, now);
  deadline_ = kNever;
  return std::exchange(actions_, {});
}

Time Dispatcher::earliest_deadline() const {
  Time next = recall_until_.value_or(kNever);
  for (const auto& [id, dispatch] : dispatches_) {
    for (const auto& [key, post] : dispatch.posts) next = std::min(next, post.next_deadline());
  }
  for (const auto& [sid, until] : farewells_) next = std::min(next, until);
  return next;
}

std::size_t Dispatcher::running() const {
  std::size_t count = 0;
  for (const auto& [id, dispatch] : dispatches_) {
    count += static_cast<std::size_t>(std::ranges::count_if(
        dispatch.posts, [](const auto& entry) { return entry.second.has_job(); }));
  }
  return count;
}

}  // namespace parley::media
