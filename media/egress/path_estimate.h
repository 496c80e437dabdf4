#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "media/egress/probe_run.h"
#include "media/egress/send_log.h"
#include "protocols/bwe/estimator.h"
#include "protocols/rtcp/transport_feedback.h"

namespace parley::media {

/// How much the path of one subscriber carries, by what its transport-wide feedback says: brings
/// together what was sent (`SendLog`), what is said of it, and the estimator (protocols/bwe).
///
///  owner     one per Egress whose peer gives such feedback
///  thread    the shard's
///  bounded   the SendLog; about 2 kB beside it
class PathEstimate {
 public:
  /// Until the first feedback: the low layer of a few pictures, so that nobody's first second is
  /// spent behind a queue. Probes find the rest within a second.
  static constexpr std::uint64_t kStart = 400'000;
  static constexpr std::uint64_t kFloor = 50'000;
  /// Until then, and as long as it does no harm, what is to be seen first leaves as fast as the
  /// first probe: who has just come waits for a key frame.
  static constexpr Duration kUntried = 2s;
  static constexpr std::uint64_t kFirstPace = 3 * kStart;
  /// A peer that agreed to give feedback and does not is not held to a guess for longer.
  static constexpr Duration kMute = 3s;
  /// IPv4 and UDP.
  static constexpr std::size_t kBelowRtp = 28;
  /// More than this of the demand is no limit: what is wanted leaves when it comes.
  static constexpr double kPlenty = 1.25;

  /// `log`: of what was sent until now, whose numbers go on.
  explicit PathEstimate(SendLog log);

  // The packet path.

  std::uint16_t next_sequence() const { return log_.next_sequence(); }
  /// `bytes` of UDP payload; `numbered`: it bears the next transport-wide number.
  void on_sent(std::size_t bytes, bool numbered, Time now);
  void on_feedback(const rtcp::TransportFeedback& feedback, Duration round_trip, Time now);

  /// From time to time. `wanted`: what would be sent without a limit, bits per second.
  void on_tick(std::uint64_t wanted, Time now);

  /// Bits per second; nothing while nothing is known.
  std::optional<std::uint64_t> limit(Time now) const;
  /// At what rate pictures may leave; 0: they need not wait.
  std::uint64_t pace(Time now) const;

  ProbeRun& probe() { return probe_; }
  const ProbeRun& probe() const { return probe_; }
  const bwe::Estimator& estimator() const { return estimator_; }

 private:
  void look_for_probe(Time now);

  SendLog log_;
  bwe::Estimator estimator_;
  ProbeRun probe_;
  std::optional<Time> began_;  ///< To send.
  std::uint64_t wanted_ = 0;
  bool heard_ = false;  ///< There was feedback.
  // The receiver's clock has 24 bits of 64 ms in feedback.
  std::optional<std::int32_t> reference_;
  std::int64_t reference_units_ = 0;
};

}  // namespace parley::media
