#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include "base/time.h"
#include "protocols/bwe/arrival_groups.h"
#include "protocols/bwe/delivered_rate.h"
#include "protocols/bwe/loss_control.h"
#include "protocols/bwe/overuse_detector.h"
#include "protocols/bwe/probe_planner.h"
#include "protocols/bwe/probe_result.h"
#include "protocols/bwe/queue_delay.h"
#include "protocols/bwe/rate_control.h"
#include "protocols/bwe/sent_rate.h"
#include "protocols/bwe/trendline.h"
#include "protocols/bwe/types.h"

namespace parley::bwe {

/// How much may be sent to one receiver: README.md has the picture. Of draft-ietf-rmcat-gcc-02 the
/// delay based half, with a trendline for a filter; loss and probes are our own.
///
///  in        what was sent, what is said about it, time. Nothing a peer says can do more than
///            make the estimate wrong, between `min` and `max`
///  owner     one per transport that is sent to
///  thread    the transport's
///  bounded   constant, about a kilobyte; allocates nothing
class Estimator {
 public:
  static constexpr double kPacing = 1.15;  ///< Of the target: a frame may leave a bit faster.
  static constexpr double kUseful = 1.3;   ///< Of the demand: the next key frame fits, too.
  static constexpr double kApplicationLimited = 0.75;  ///< Less than this of the target is sent.
  static constexpr double kSilence = 0.7;              ///< Seconds, and three round trips.
  static constexpr double kReportSilence = 12;         ///< Where only receiver reports come.
  static constexpr double kBelieved = 0.97;            ///< Of what a probe found the path to carry.
  static constexpr double kLeap = 1.2;  ///< A probe that raises the target so much may be wrong.
  static constexpr double kDisproof =
      1.5;  ///< Seconds and a round trip in which a probe's rate fails.

  Estimator(const Config& config, Time now);

  /// Of everything that counts on the wire, padding and resendings, too. `answered`: feedback will
  /// speak of it.
  void on_sent(std::size_t bytes, Time now, bool answered = true);
  /// Of one feedback, in order of sending. `round_trip`: as far as is known, feedback's wait at the
  /// receiver not included.
  void on_feedback(std::span<const PacketResult> results, Duration round_trip, Time now);

  // Where there is no transport-wide feedback.

  void on_remb(std::uint64_t bits_per_second, Time now);
  /// Of a receiver report, in 1/256 (RFC 3550 section 6.4.1).
  void on_loss_report(std::uint8_t fraction_lost, Duration round_trip, Time now);

  /// What would be sent without a limit, bits per second: nothing is probed far above it, and
  /// nothing at all if it is 0. Until it is set, everything is of use.
  void set_demand(std::uint64_t bits_per_second) { demand_ = bits_per_second; }

  /// Every 100 ms or so: notices a path that fell silent.
  void on_tick(Time now);

  /// Bits per second.
  std::uint64_t target() const;
  /// At this rate what is queued may leave; sound need not wait for it.
  std::uint64_t pacing_rate() const;
  /// What to send for a probe, from now on; to be asked after feedback and on ticks. Its packets
  /// bear its cluster's id when their results come.
  std::optional<Probe> next_probe(Time now);

  Cause cause() const { return cause_; }
  /// The share of packets that this path loses whatever is sent.
  double own_loss() const { return loss_.own(); }
  /// How long packets wait on the way, as of the last feedback.
  Duration queue() const;

 private:
  double useful() const;
  double limit() const;
  bool application_limited(Time now) const;
  bool calm(Time now) const;
  void on_sign_of_life(Time now);
  void resume(Time now);
  void note_round_trip(Duration round_trip);
  PathState path_state(Time now) const;
  LossControl::Verdict judge_loss(Time now);
  void take_probe(const ProbeResult::Found& found, Time now);
  void update_rate(Time now);
  void find_cause(Time now);

  Config config_;
  std::uint64_t demand_ = std::numeric_limits<std::uint64_t>::max();
  double remb_ = std::numeric_limits<double>::infinity();

  ArrivalGroups groups_;
  Trendline trend_;
  OveruseDetector detector_;
  QueueDelay queue_;
  DeliveredRate delivered_;
  SentRate sent_;
  RateControl rate_;
  LossControl loss_;
  ProbePlanner planner_;
  ProbeResult probe_result_;

  double round_trip_ = 0.1;            ///< Seconds.
  std::optional<Time> waiting_since_;  ///< Sent, and nothing heard since.
  bool silent_ = false;
  double before_silence_ = 0;
  Time halved_at_{};

  std::optional<Time> raised_at_;  ///< By a probe, if nothing has disproved it yet.
  std::optional<std::uint16_t> last_sequence_;
  bool has_transport_feedback_ = false;
  bool has_reports_ = false;

  // Between receiver reports.
  Time report_at_{};
  double report_packets_ = 0;
  double report_bytes_ = 0;

  Cause cause_ = Cause::none;
};

}  // namespace parley::bwe
