#include "media/agents/post.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace parley::media {
namespace {

/// JobState counts in nanoseconds.
std::int64_t nanoseconds(WallTime wall) { return wall.time_since_epoch().count(); }

Duration back_off(int steps) {
  return std::min(Post::kLongestDelay, Post::kFirstDelay * (1 << std::clamp(steps, 0, 8)));
}

/// Did it leave because it, or somebody, wanted so? Anything else is a connection that was lost.
bool is_intended(livekit::DisconnectReason reason) {
  switch (reason) {
    case livekit::CLIENT_INITIATED:
    case livekit::PARTICIPANT_REMOVED:
    case livekit::ROOM_DELETED:
    case livekit::ROOM_CLOSED:
      return true;
    default:
      return false;
  }
}

}  // namespace

// ---------------------------------------------------------------------------------------------------
// Filling it

WorkerTable::Found Post::choose(const WorkerTable& table, const WorkerTable::Wanted& wanted,
                                Random& random) {
  if (state_ != State::vacant) return {};
  if (refused_.empty() && not_before_) return {};
  if (auto found = table.choose(wanted, refused_, random); !found.id.empty()) return found;
  // Everybody has refused: after a pause they are asked again, but not for ever.
  if (refused_.empty() || not_before_ || rounds_ >= kRounds) return {};
  refused_.clear();
  return table.choose(wanted, refused_, random);
}

void Post::on_offered(livekit::Job job, std::string edge_id, int visit) {
  state_ = State::offered;
  visit_ = visit;
  job_ = std::move(job);
  edge_id_ = std::move(edge_id);
}

void Post::refused_by(const std::string& worker_id) {
  state_ = State::vacant;
  if (refused_.size() < kMaxRefused) refused_.insert(worker_id);
}

Post::Outcome Post::on_answer(const plane::agents::Answer& answer, WallTime wall, Time now) {
  if (state_ != State::offered) return {};
  switch (answer.outcome()) {
    case plane::agents::Answer::ACCEPTED: {
      state_ = State::awaited;
      patience_ = now + kJoinTimeout;
      refused_.clear();
      rounds_ = 0;
      livekit::JobState& state = *job_.mutable_state();
      state.set_participant_identity(answer.participant_identity());
      state.set_updated_at(nanoseconds(wall));
      break;
    }
    case plane::agents::Answer::DECLINED_FOR_ALL:
      state_ = State::done;
      break;
    default:
      if (refused_.empty()) {
        ++rounds_;
        not_before_ = now + back_off(rounds_ - 1);
      }
      refused_by(job_.state().worker_id());
  }
  return {};
}

void Post::adopt(livekit::Job job, std::string edge_id, int visit, Time now) {
  on_offered(std::move(job), std::move(edge_id), visit);
  state_ = State::awaited;
  patience_ = now + kRejoinTimeout;
}

// ---------------------------------------------------------------------------------------------------
// While it is filled

Post::Outcome Post::on_joined(std::string agent_sid, WallTime wall, Time now) {
  Outcome out;
  if (state_ != State::awaited) return out;
  state_ = State::served;
  agent_sid_ = std::move(agent_sid);
  patience_.reset();
  may_have_left_ = false;
  ghost_at_.reset();
  joined_at_ = now;
  livekit::JobState& state = *job_.mutable_state();
  state.set_updated_at(nanoseconds(wall));
  out.started = state.status() == livekit::JS_PENDING;
  if (out.started) {
    state.set_status(livekit::JS_RUNNING);
    state.set_started_at(nanoseconds(wall));
  }
  return out;
}

Post::Outcome Post::on_left(livekit::DisconnectReason reason, WallTime wall, Time now) {
  if (state_ != State::served) return {};
  agent_sid_.clear();
  if (is_intended(reason)) {
    Outcome out = end(livekit::JS_SUCCESS, {}, wall);
    out.terminate = true;
    return out;
  }
  // Agents come back by themselves when their connection was lost.
  state_ = State::awaited;
  may_have_left_ = reason == livekit::SIGNAL_CLOSE;
  patience_ = now + (may_have_left_ ? kGoodbyeTimeout : kRejoinTimeout);
  ghost_at_.reset();
  return {};
}

Post::Outcome Post::on_update(livekit::JobStatus status, const std::string& error, WallTime wall,
                              Time now) {
  if (!has_job()) return {};
  Outcome out;
  switch (status) {
    case livekit::JS_RUNNING: {
      livekit::JobState& state = *job_.mutable_state();
      out.started = state.status() == livekit::JS_PENDING;
      state.set_status(livekit::JS_RUNNING);
      state.set_updated_at(nanoseconds(wall));
      if (out.started) state.set_started_at(nanoseconds(wall));
      return out;
    }
    case livekit::JS_SUCCESS:
      return end(livekit::JS_SUCCESS, {}, wall);
    case livekit::JS_FAILED:
      return fail(error, wall, now);
    default:
      return out;
  }
}

Post::Outcome Post::on_workers(bool worker_known, bool worker_gone, bool reachable, WallTime wall,
                               Time now) {
  if (!has_job() || worker_known) {
    ghost_at_.reset();
    return {};
  }
  if (state_ == State::awaited) {
    if (worker_gone) return fail("the worker was lost", wall, now);
    // Its edge is silent: the worker may well live, and so may its job.
    patience_ = std::min(*patience_, now + kRejoinTimeout);
    return {};
  }
  // An agent outlives the connection of its worker: as long as it talks to us it serves.
  if (!worker_gone) {
    ghost_at_.reset();
  } else if (!ghost_at_) {
    ghost_at_ = now + kGhostInterval;
    was_reachable_ = reachable;
  }
  return {};
}

Post::Outcome Post::on_deadline(bool reachable, WallTime wall, Time now) {
  if (not_before_ && now >= *not_before_) not_before_.reset();
  if (state_ == State::awaited && patience_ && now >= *patience_) {
    if (may_have_left_) {
      Outcome out = end(livekit::JS_SUCCESS, {}, wall);
      out.terminate = true;
      return out;
    }
    return fail("the agent did not join in time", wall, now);
  }
  if (state_ == State::served && ghost_at_ && now >= *ghost_at_) {
    if (!reachable && !was_reachable_) return fail("the worker was lost", wall, now);
    was_reachable_ = reachable;
    ghost_at_ = now + kGhostInterval;
  }
  return {};
}

// ---------------------------------------------------------------------------------------------------
// Endings

Post::Outcome Post::end(livekit::JobStatus status, std::string error, WallTime wall) {
  livekit::JobState& state = *job_.mutable_state();
  state.set_status(status);
  state.set_error(std::move(error));
  state.set_updated_at(nanoseconds(wall));
  state.set_ended_at(nanoseconds(wall));
  Outcome out;
  out.over = std::exchange(job_, {});
  out.edge_id = std::exchange(edge_id_, {});
  out.lingering = std::exchange(agent_sid_, {});
  state_ = State::done;
  patience_.reset();
  may_have_left_ = false;
  ghost_at_.reset();
  return out;
}

Post::Outcome Post::fail(std::string error, WallTime wall, Time now) {
  if (state_ == State::served && now - joined_at_ >= kSteady) failures_ = 0;
  Outcome out = end(livekit::JS_FAILED, std::move(error), wall);
  out.terminate = true;
  if (restarts_ && failures_ < kMaxFailures) {
    state_ = State::vacant;
    // The first time at once: most often it was the worker that died, not the agent.
    if (failures_ > 0) not_before_ = now + back_off(failures_ - 1);
    ++failures_;
  }
  return out;
}

Post::Outcome Post::withdraw(WallTime wall) {
  if (!has_job()) {
    state_ = State::done;
    return {};
  }
  Outcome out = end(livekit::JS_SUCCESS, {}, wall);
  out.terminate = true;
  return out;
}

void Post::renew() {
  if (state_ == State::offered || has_job()) return;
  state_ = State::vacant;
  failures_ = 0;
  rounds_ = 0;
  refused_.clear();
  not_before_.reset();
}

Time Post::next_deadline() const {
  Time next = not_before_.value_or(kNever);
  if (patience_) next = std::min(next, *patience_);
  if (ghost_at_) next = std::min(next, *ghost_at_);
  return next;
}

}  // namespace parley::media
