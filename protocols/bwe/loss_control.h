#pragma once

#include <cstdint>
#include <limits>

#include "base/time.h"

namespace parley::bwe {

/// Tells loss that is the path's own (radio, a bad cable) from loss that we cause (a policer, a
/// short queue). The path's own does not depend on how much is sent; ours ends when we send less.
/// So when more is lost than the path is known for, we try: the rate goes down a bit below what
/// arrived, and the packets sent from then on are judged one by one by a sequential test (Wald's:
/// it stops as soon as the answer is clear, mostly after 20 to 60 packets).
///
///  - loss goes on as before: once more, from there. Goes on again: it is the path's own. It is
///    remembered, the rate comes back, and from time to time the trial is repeated.
///  - loss ends: what arrived is what the path carries. It is the limit from now on, which after a
///    while grows, slowly and then faster, until something is lost again.
///  - loss is even more: it is narrower than was thought. The same again, from what arrived.
///
/// This replaces the loss-based controller of gcc-02 section 6, which takes a tenth of loss for
/// congestion always.
///
///  in        packets in order of sending
///  owner     Estimator
///  bounded   constant
class LossControl {
 public:
  static constexpr double kNoLimit = std::numeric_limits<double>::infinity();
  static constexpr double kTolerated = 0.03;  ///< More than this above the path's own is looked at.
  static constexpr double kMuch = 0.15;       ///< More than this at once.
  static constexpr double kMassive = 0.5;     ///< More than this needs no statistics.
  static constexpr double kMaxOwn = 0.25;     ///< More is never a path's own: it is of no use then.
  static constexpr double kRound = 0.25;      ///< Seconds of sending that are looked at together,
  static constexpr double kMinPackets = 20;   ///< and at least so many packets.
  static constexpr double kTrialFactor = 0.85;  ///< Of what arrived.
  static constexpr double kSureOwn = 3;  ///< Log of the odds that end a trial: 1 in 20 is wrong,
  static constexpr double kSureEnded = 4.6;  ///< or 1 in 100, where it is believed at once.
  static constexpr double kGoesOn = 0.5;     ///< Of the loss before: chance may have added to it.
  static constexpr double kEnded = 0.05;     ///< Of the loss before: it has ended.
  static constexpr double kLongestTrial = 2.5;  ///< Seconds, if enough is sent.
  static constexpr int kConfirmations = 2;      ///< Trials in a row that make loss the path's own.
  static constexpr double kFirstRepeat = 20;    ///< Seconds; then twice as long, and so on.
  static constexpr double kLastRepeat = 160;
  static constexpr double kRefutable = 20;      ///< Seconds.
  static constexpr double kMostRefuted = 2;     ///< Of the target: probes find the rest.
  static constexpr double kRepeatInSteps = 4;   ///< Times as long, where a trial is to be seen.
  static constexpr double kWorthRepeat = 0.04;  ///< Less of own loss is not tried again.
  static constexpr double kFirstHold = 2;
  static constexpr double kLastHold = 16;

  void on_packet(Time sent, bool lost, std::uint32_t bytes);
  /// The same for many of which only the sum is known. Nothing of `sent_from` or before is known.
  void on_many(Time sent_from, Time sent_to, double packets, double lost, double bytes);
  /// What was sent until now is not judged.
  void forget_until(Time now);

  struct Context {
    double target = 0;       ///< What the others allow.
    bool queue = false;      ///< There is one.
    bool elsewhere = false;  ///< The delay based part knows of the congestion and acts.
    bool in_steps = false;   ///< The application sends layers: a trial takes one away.
    double round_trip = 0;
  };
  enum class Verdict : std::uint8_t { none, own, congestion };
  /// After the packets of a feedback. After `own`, see `refuted_target`.
  Verdict update(const Context& context, Time now);

  double limit() const { return limit_; }
  /// The share of packets that the path loses by itself.
  double own() const { return own_; }
  bool on_trial() const { return on_trial_; }
  /// More than usual was lost just now, whoever acts on it.
  bool losing() const { return losing_; }
  /// Loss went on below what had been taken for congestion: so it was none, and the target was this
  /// before. 0 if there is nothing to take back.
  double refuted_target() const { return refuted_target_; }

 private:
  struct Round {
    double packets = 0;
    double lost = 0;
    double events = 0;  ///< Runs of lost packets: in bursts they do not fall independently.
    double bytes = 0;
    double lost_bytes = 0;
    Time first{};
    Time last{};

    double loss() const { return packets > 0 ? lost / packets : 0; }
    double loss_by_bytes() const { return bytes > 0 ? lost_bytes / bytes : 0; }
    double event_share() const { return packets > 0 ? events / packets : 0; }
    double seconds() const;
    double rate() const;  ///< Bits per second sent.
    void add(Time from, Time to, double packets_more, double lost_more, double events_more,
             double bytes_more);
    void merge(const Round& other);  ///< All but the times.
    void fade();
  };

  void count(Time from, Time to, double packets, double lost, double events, double bytes);
  bool suspicious(const Round& round, double tolerated) const;
  static bool clearly_above(const Round& round, double loss);
  bool repeat_due(const Context& context, Time now) const;
  /// `latest`: the same, but only of what was sent at the rate of the moment.
  void start_trial(const Round& loss, const Round& latest, const Context& context, Time now);
  Verdict judge(const Context& context, Time now);
  Verdict conclude_own(const Context& context, Time now);
  Verdict conclude_congestion(const Context& context, Time now);
  void grow(const Context& context, Time now);

  Round round_;   ///< Being filled; during a trial, all of the trial.
  Round recent_;  ///< The last few, the older the less.
  Time judged_from_ = Time::min();
  bool previous_lost_ = false;
  bool losing_ = false;

  double own_ = 0;
  double own_events_ = 0;
  double own_at_verdict_ = 0;  ///< It is never more than that.
  double own_events_at_verdict_ = 0;

  bool on_trial_ = false;
  bool repeating_ = false;  ///< Is the path's own loss what it was?
  int confirmed_ = 0;
  double before_loss_ = 0;
  double before_events_ = 0;
  double before_packets_ = 0;
  double before_delivered_ = 0;
  double before_limit_ = kNoLimit;
  double log_odds_ = 0;
  Time trial_since_{};
  Time own_since_{};
  double repeat_ = kFirstRepeat;

  double limit_ = kNoLimit;
  double hold_ = kFirstHold;
  double growth_ = 0;
  double found_ = 0;             ///< The limit as it was found last; 0: it was refuted.
  double refutable_target_ = 0;  ///< Before congestion was found; 0: there was none.
  double refutable_limit_ = kNoLimit;
  double refuted_target_ = 0;
  Time refutable_since_{};
  Time limited_since_{};
  Time grown_at_{};
};

}  // namespace parley::bwe
