#include "protocols/bwe/loss_control.h"

#include <algorithm>
#include <cmath>

#include "protocols/bwe/seconds.h"

namespace parley::bwe {
namespace {

constexpr double kFirstGrowth = 0.06;  // Per second, and half as much again each second.
constexpr double kMostGrowth = 0.4;

}  // namespace

double LossControl::Round::seconds() const { return seconds_between(first, last); }

double LossControl::Round::rate() const { return bytes * 8 / std::max(seconds(), 0.05); }

void LossControl::Round::add(Time from, Time to, double packets_more, double lost_more,
                             double events_more, double bytes_more) {
  if (packets == 0) first = last = from;
  last = std::max(last, to);
  packets += packets_more;
  lost += lost_more;
  events += events_more;
  bytes += bytes_more;
  lost_bytes += packets_more > 0 ? bytes_more * lost_more / packets_more : 0;
}

void LossControl::Round::merge(const Round& other) {
  packets += other.packets;
  lost += other.lost;
  events += other.events;
  bytes += other.bytes;
  lost_bytes += other.lost_bytes;
}

void LossControl::Round::fade() {
  packets /= 2;
  lost /= 2;
  events /= 2;
  bytes /= 2;
  lost_bytes /= 2;
}

void LossControl::on_packet(Time sent, bool lost, std::uint32_t bytes) {
  const double event = lost && !previous_lost_ ? 1 : 0;
  previous_lost_ = lost;
  count(sent, sent, 1, lost ? 1 : 0, event, bytes);
}

void LossControl::on_many(Time sent_from, Time sent_to, double packets, double lost, double bytes) {
  if (packets > 0) count(sent_from, sent_to, packets, lost, lost, bytes);
}

void LossControl::count(Time from, Time to, double packets, double lost, double events,
                        double bytes) {
  if (from <= judged_from_) return;
  round_.add(from, to, packets, lost, events, bytes);
  if (!on_trial_) return;
  // How much likelier is this if the loss went on than if it ended?
  const double usual = repeating_ ? 0 : own_events_;
  const double more = std::max(before_events_ - usual, 0.01);
  const double goes_on = usual + kGoesOn * more;
  const double ended = usual + kEnded * more;
  log_odds_ += events * std::log(goes_on / ended) +
               std::max(packets - lost, 0.0) * std::log((1 - goes_on) / (1 - ended));
}

void LossControl::forget_until(Time now) {
  judged_from_ = now;
  round_ = {};
  recent_ = {};
  previous_lost_ = false;
  if (on_trial_) limit_ = before_limit_;
  on_trial_ = repeating_ = false;
}

LossControl::Verdict LossControl::update(const Context& context, Time now) {
  if (on_trial_) return judge(context, now);
  grow(context, now);
  if (round_.packets < kMinPackets || round_.seconds() < kRound) return Verdict::none;

  const Round round = round_;
  round_ = {};
  losing_ = suspicious(round, kTolerated);
  if (context.elsewhere) {
    recent_ = {};
    return Verdict::none;
  }
  recent_.fade();
  recent_.merge(round);

  if (suspicious(round, kMuch)) {
    start_trial(round, round, context, now);
  } else if (suspicious(recent_, kTolerated)) {
    start_trial(recent_, round, context, now);
  } else if (repeat_due(context, now)) {
    repeating_ = true;
    start_trial(recent_, round, context, now);
  } else {
    // It gets less by itself, but more by a trial only: or we would get used to our own doing.
    own_ = std::min(own_ + 0.05 * (round.loss() - own_), own_at_verdict_);
    own_events_ =
        std::min(own_events_ + 0.05 * (round.event_share() - own_events_), own_events_at_verdict_);
  }
  return Verdict::none;
}

bool LossControl::suspicious(const Round& round, double tolerated) const {
  // In such loss the runs are so long that they are few.
  if (round.loss() - own_ > kMassive && round.lost >= kMinPackets / 2) return true;
  // What is tolerated may also be all that there is, and more of it seen by chance.
  const double expected = round.packets * (own_events_ + kTolerated);
  return round.loss() - own_ > tolerated + own_ / 3 &&
         round.events > expected + 2 * std::sqrt(expected) + 1;
}

bool LossControl::repeat_due(const Context& context, Time now) const {
  const double wait = context.in_steps ? kRepeatInSteps * repeat_ : repeat_;
  return own_ > kWorthRepeat && recent_.loss() > kWorthRepeat / 2 &&
         seconds_between(own_since_, now) > wait;
}

// By three deviations, where losses come in bursts.
bool LossControl::clearly_above(const Round& round, double loss) {
  const double expected = round.packets * loss;
  const double burst = round.lost / std::max(round.events, 1.0);
  return round.lost > expected + 3 * std::sqrt(std::max(expected * (1 - loss) * burst, 1.0));
}

void LossControl::start_trial(const Round& loss, const Round& latest, const Context& context,
                              Time now) {
  if (!on_trial_) {
    before_limit_ = limit_;
    confirmed_ = 0;
  }
  on_trial_ = true;
  before_loss_ = loss.loss();
  before_events_ = std::clamp(loss.event_share(), 0.02, 0.9);
  before_packets_ = loss.packets;
  // What the path's own loss took has got through where it matters.
  const double own = repeating_ ? 0 : own_;
  const double through = std::min(1.0, (1 - latest.loss_by_bytes()) / (1 - own));
  before_delivered_ = std::min(latest.rate(), std::min(context.target, limit_)) * through;
  limit_ = std::min(limit_, kTrialFactor * before_delivered_);
  // More got through a moment ago: that it is congestion now is less likely.
  const bool below_found = found_ > 0 && latest.rate() < 0.9 * found_ &&
                           seconds_between(limited_since_, now) < kRefutable;
  log_odds_ = below_found ? kSureOwn / 2 : 0;
  trial_since_ = now;
  judged_from_ = now;
  round_ = {};
  recent_ = {};
  previous_lost_ = false;
}

LossControl::Verdict LossControl::judge(const Context& context, Time now) {
  const double waited = seconds_between(trial_since_, now);
  if (round_.packets < kMinPackets && waited > 4 * kLongestTrial + context.round_trip) {
    forget_until(now);  // Too little is sent to find out anything.
    return Verdict::none;
  }
  const bool late = round_.packets >= kMinPackets && waited > kLongestTrial + context.round_trip;
  if (log_odds_ < kSureOwn && log_odds_ > -kSureEnded && !late) return Verdict::none;
  if (log_odds_ <= 0) return conclude_congestion(context, now);
  // It goes on. With few packets that may be chance: enough to know how much is lost.
  if (round_.packets < kMinPackets) return Verdict::none;
  if (clearly_above(round_, kMaxOwn) || clearly_above(round_, 1.3 * before_loss_)) {
    const Round worse = round_;
    confirmed_ = 0;
    start_trial(worse, worse, context, now);
    return Verdict::none;
  }
  // What was lost before may have been of a path that was changing just then; this is not.
  if (++confirmed_ < (repeating_ ? 1 : kConfirmations)) {
    const Round same = round_;
    start_trial(same, same, context, now);
    return Verdict::none;
  }
  return conclude_own(context, now);
}

LossControl::Verdict LossControl::conclude_own(const Context& context, Time now) {
  const double all = before_packets_ + round_.packets;
  own_ = std::clamp((before_loss_ * before_packets_ + round_.lost) / all, 0.0, kMaxOwn);
  own_events_ = std::clamp((before_events_ * before_packets_ + round_.events) / all, 0.0, kMaxOwn);
  own_at_verdict_ = own_;
  own_events_at_verdict_ = own_events_;
  repeat_ = repeating_ ? std::min(repeat_ * 2, kLastRepeat) : kFirstRepeat;
  own_since_ = now;
  limit_ = before_limit_;
  refuted_target_ = 0;
  if (refutable_target_ > 0 && seconds_between(refutable_since_, now) < kRefutable) {
    limit_ = refutable_limit_;
    refuted_target_ = std::min(refutable_target_, kMostRefuted * context.target);
  }
  refutable_target_ = found_ = 0;
  on_trial_ = repeating_ = false;
  round_ = {};
  return Verdict::own;
}

LossControl::Verdict LossControl::conclude_congestion(const Context& context, Time now) {
  const bool again = before_limit_ < kNoLimit && growth_ > 0 &&
                     std::abs(before_delivered_ / std::max(found_, 1.0) - 1) < 0.2;
  hold_ = context.queue ? kFirstHold / 2 : again ? std::min(hold_ * 2, kLastHold) : kFirstHold;
  if (refutable_target_ <= 0 || seconds_between(refutable_since_, now) > kRefutable) {
    refutable_target_ = context.target;
    refutable_limit_ = before_limit_;
    refutable_since_ = now;
  }
  found_ = limit_ = std::max(before_delivered_, 1.0);
  growth_ = 0;
  limited_since_ = grown_at_ = now;
  if (repeating_) own_ = own_events_ = 0;
  on_trial_ = repeating_ = false;
  round_ = {};
  return Verdict::congestion;
}

void LossControl::grow(const Context& context, Time now) {
  if (limit_ == kNoLimit) return;
  const double seconds = std::clamp(seconds_between(grown_at_, now), 0.0, 0.5);
  grown_at_ = now;
  if (seconds_between(limited_since_, now) < hold_) return;
  if (growth_ == 0) growth_ = kFirstGrowth;
  limit_ *= 1 + growth_ * seconds;
  growth_ = std::min(growth_ * (1 + seconds / 2), kMostGrowth);
  if (limit_ > 2 * context.target) limit_ = kNoLimit;  // Not what limits, for long.
}

}  // namespace parley::bwe
