#include "protocols/bwe/estimator.h"

#include <algorithm>
#include <cmath>

#include "protocols/bwe/seconds.h"

namespace parley::bwe {
namespace {

constexpr double kWindowMs = 500;
constexpr double kMomentMs = 1e3 * RateControl::kMoment;
constexpr double kCalmQueueMs = 40;
constexpr double kMaxRate = 1e11;  // Of what anybody says: far beyond what matters.

Config sane(Config config) {
  config.max = std::clamp<std::uint64_t>(config.max, 1000, static_cast<std::uint64_t>(kMaxRate));
  config.min = std::clamp<std::uint64_t>(config.min, 1000, config.max);
  config.start = std::clamp(config.start, config.min, config.max);
  return config;
}

}  // namespace

Estimator::Estimator(const Config& config, Time now)
    : config_(sane(config)), rate_(config_), planner_(config_), report_at_(now) {}

void Estimator::on_sent(std::size_t bytes, Time now, bool answered) {
  bytes = std::min<std::size_t>(bytes, 1U << 16U);
  sent_.add(bytes, now);
  if (answered && !waiting_since_) waiting_since_ = now;
  if (!has_transport_feedback_) {
    report_packets_ += 1;
    report_bytes_ += static_cast<double>(bytes);
  }
}

void Estimator::on_feedback(std::span<const PacketResult> results, Duration round_trip, Time now) {
  if (results.empty()) return;
  has_transport_feedback_ = true;
  note_round_trip(round_trip);
  on_sign_of_life(now);

  for (const PacketResult& packet : results) {
    const std::uint32_t bytes = std::min(packet.bytes, 1U << 16U);
    if (last_sequence_ && packet.sequence != static_cast<std::uint16_t>(*last_sequence_ + 1)) {
      delivered_.skip();
    }
    last_sequence_ = packet.sequence;
    // A probe is meant to be too much: what it loses, and the queue that it makes, is no sign.
    if (packet.probe == 0) loss_.on_packet(packet.sent, !packet.arrived, bytes);
    probe_result_.add(packet);
    if (!packet.arrived) continue;
    delivered_.add(*packet.arrived, bytes);
    queue_.add(packet.sent, *packet.arrived);
    if (packet.probe != 0) {
      groups_.reset();
      continue;
    }
    if (const auto delta = groups_.add(packet.sent, *packet.arrived)) {
      trend_.add(*delta);
      detector_.update(trend_.value(), delta->sent, delta->arrived);
    }
  }
  queue_.close(now);
  update_rate(now);
}

LossControl::Verdict Estimator::judge_loss(Time now) {
  const auto verdict = loss_.update(
      {.target = std::min(rate_.target(), remb_),
       .queue = queue_.waiting_ms() > kCalmQueueMs / 2,
       .elsewhere = rate_.recovering() || rate_.contended(),
       .in_steps = application_limited(now) || rate_.target() >= static_cast<double>(demand_),
       .round_trip = round_trip_},
      now);
  if (verdict == LossControl::Verdict::congestion) rate_.bound(loss_.limit());
  if (verdict == LossControl::Verdict::own) {
    rate_.raise(loss_.refuted_target());
    planner_.go_on();
  }
  return verdict;
}

PathState Estimator::path_state(Time now) const {
  PathState path{.usage = detector_.usage(),
                 .carried = delivered_.over(kWindowMs),
                 .carried_now = delivered_.over(kMomentMs),
                 .queue_ms = queue_.waiting_ms(),
                 .round_trip = std::max(round_trip_ - queue_.waiting_ms() / 1e3, 0.01),
                 .application_limited = application_limited(now),
                 .losing = loss_.losing(),
                 .may_grow = limit() > rate_.target(),
                 .useful = useful()};
  // What the path lost by itself has got through where it is narrow, or would have.
  const double got_through = 1 / (1 - loss_.own());
  if (path.carried) *path.carried *= got_through;
  if (path.carried_now) *path.carried_now *= got_through;
  return path;
}

void Estimator::update_rate(Time now) {
  const auto verdict = judge_loss(now);
  if (const auto found = probe_result_.take(loss_.own())) take_probe(*found, now);

  const double before = rate_.target();
  rate_.update(path_state(now), now);
  if (rate_.take_detour()) {
    queue_.take_for_empty();
    planner_.go_on();
  }

  const bool lost = verdict == LossControl::Verdict::congestion;
  const bool stepped_back = lost || rate_.target() < 0.9 * before;
  if (stepped_back) planner_.on_step_back();
  if (raised_at_ && stepped_back) {
    planner_.on_disproved(lost);
    raised_at_.reset();
  } else if (raised_at_ && seconds_between(*raised_at_, now) > kDisproof + round_trip_) {
    planner_.on_proved();
    raised_at_.reset();
  }
  find_cause(now);
}

void Estimator::take_probe(const ProbeResult::Found& found, Time now) {
  const double before = rate_.target();
  planner_.on_result(found.rate, before);
  const double raised = std::min(found.saturated ? kBelieved * found.rate : found.rate, useful());
  if (raised <= before || rate_.recovering() || loss_.on_trial()) return;
  rate_.raise_to(raised, found.saturated ? found.rate : 0);
  if (raised > kLeap * before) raised_at_ = now;
}

void Estimator::on_remb(std::uint64_t bits_per_second, Time now) {
  has_reports_ = true;
  on_sign_of_life(now);
  remb_ =
      std::clamp(static_cast<double>(bits_per_second), static_cast<double>(config_.min), kMaxRate);
  // Its sender has estimated already; all that is left is to follow.
  if (!has_transport_feedback_) rate_.raise(remb_);
  find_cause(now);
}

void Estimator::on_loss_report(std::uint8_t fraction_lost, Duration round_trip, Time now) {
  has_reports_ = true;
  on_sign_of_life(now);
  if (has_transport_feedback_) return;
  note_round_trip(round_trip);
  const double share = fraction_lost / 256.0;
  loss_.on_many(report_at_, now, report_packets_, report_packets_ * share, report_bytes_);
  report_at_ = now;
  report_packets_ = report_bytes_ = 0;
  judge_loss(now);
  // Nothing tells of a queue. What was sent and not lost has arrived.
  const double before = rate_.target();
  PathState path;
  path.carried = sent_.at(now) * (1 - share);
  path.round_trip = round_trip_;
  path.may_grow = limit() > before && !loss_.losing() && !loss_.on_trial();
  path.useful = useful();
  rate_.update(path, now);
  find_cause(now);
}

void Estimator::on_tick(Time now) {
  if (!waiting_since_) return;
  const double waited = seconds_between(*waiting_since_, now);
  const double patience = has_transport_feedback_ ? kSilence + 3 * round_trip_ : kReportSilence;
  if (waited < patience) return;
  if (!silent_) {
    silent_ = true;
    before_silence_ = static_cast<double>(target());
  } else if (seconds_between(halved_at_, now) < 0.5) {
    return;
  }
  halved_at_ = now;
  rate_.bound(rate_.target() / 2);
  cause_ = Cause::silence;
}

void Estimator::on_sign_of_life(Time now) {
  waiting_since_.reset();
  if (!silent_) return;
  silent_ = false;
  resume(now);
}

// What was measured is of another path, perhaps. What was lost meanwhile tells nothing new.
void Estimator::resume(Time now) {
  groups_.reset();
  trend_.reset();
  detector_.reset();
  queue_.reset();
  delivered_.reset();
  last_sequence_.reset();
  raised_at_.reset();
  loss_.forget_until(now);
  rate_.forget_capacity();
  rate_.raise(std::min(before_silence_ / 2, static_cast<double>(config_.start)));
  planner_.resume_at(before_silence_);
}

void Estimator::note_round_trip(Duration round_trip) {
  round_trip_ = std::clamp(seconds_between(Duration::zero(), round_trip), 0.001, 3.0);
}

std::optional<Probe> Estimator::next_probe(Time now) {
  // Without transport-wide feedback nobody would tell how it went.
  if (has_reports_ && !has_transport_feedback_) return std::nullopt;
  const auto probe = planner_.next({.target = static_cast<double>(target()),
                                    .useful = useful(),
                                    .round_trip = round_trip_,
                                    .calm = calm(now)},
                                   now);
  if (probe) probe_result_.start(*probe);
  return probe;
}

bool Estimator::calm(Time now) const {
  return !silent_ && detector_.usage() == Usage::normal && queue_.waiting_ms() < kCalmQueueMs &&
         !rate_.recovering() && rate_.since_decrease(now) > 1 && !loss_.on_trial() &&
         loss_.limit() == LossControl::kNoLimit && remb_ > rate_.target();
}

double Estimator::useful() const {
  return std::min(kUseful * static_cast<double>(demand_), static_cast<double>(config_.max));
}

bool Estimator::application_limited(Time now) const {
  return sent_.at(now) < kApplicationLimited * rate_.target();
}

double Estimator::limit() const { return std::min(loss_.limit(), remb_); }

std::uint64_t Estimator::target() const {
  return static_cast<std::uint64_t>(std::clamp(std::min(rate_.target(), limit()),
                                               static_cast<double>(config_.min),
                                               static_cast<double>(config_.max)));
}

std::uint64_t Estimator::pacing_rate() const {
  // A queue that is to be drained is not to be fed, and one that is not there not to be made.
  const auto rate = static_cast<double>(target());
  if (rate_.recovering()) return target();
  const double most = rate_.capacity() > 0 ? std::max(rate_.capacity(), rate) : kPacing * rate;
  return static_cast<std::uint64_t>(std::min(kPacing * rate, most));
}

Duration Estimator::queue() const {
  return Duration(static_cast<std::int64_t>(queue_.waiting_ms() * 1e6));
}

void Estimator::find_cause(Time now) {
  if (silent_) {
    cause_ = Cause::silence;
  } else if (limit() < rate_.target()) {
    cause_ = remb_ < loss_.limit() ? Cause::remb : Cause::loss;
  } else if (rate_.recovering() || detector_.usage() == Usage::over) {
    cause_ = Cause::delay;
  } else if (application_limited(now)) {
    cause_ = Cause::application;
  } else {
    cause_ = Cause::none;
  }
}

}  // namespace parley::bwe
