#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "media/egress/rate_meter.h"
#include "media/egress/send_log.h"
#include "protocols/rtcp/transport_feedback.h"

namespace parley::media {

/// How much a subscriber's path carries, as far as it has shown: nothing is known until it has been
/// congested, then what it delivered at that time, and a bit more each time that went well.
///
/// This is a limit, not a model: it sees congestion (loss of a tenth, a queue that grows by 150 ms,
/// a REMB below what we send), steps back to what arrived, waits, and tries more; each trial that
/// fails doubles the wait for the next. So a picture changes layer a few times on a narrow path and
/// then stays. Probing with padding is not done.
///
///  owner     one per Egress
///  bounded   constant
class BandwidthLimit {
 public:
  static constexpr Duration kWindow = 500ms;
  static constexpr Duration kSettle = 2s;  ///< After a step back, until it may show.
  static constexpr Duration kFirstTrial = 6s;
  static constexpr Duration kLastTrial = 96s;
  static constexpr std::uint64_t kFloor = 60'000;  ///< Audio and a thumbnail always go.
  static constexpr double kHighLoss = 0.10;  ///< Of two windows in a row: chance deceives in one.
  static constexpr std::uint32_t kManyLost = 4;  ///< And no fewer in each.
  static constexpr Duration kHighQueue = 150ms;

  void on_sent(std::size_t bytes, Time now) { sent_.add(bytes, now); }
  void on_feedback(const rtcp::TransportFeedback& feedback, SendLog& log);
  void on_remb(std::uint64_t bits_per_second);
  /// Of a receiver report, where there is no transport-wide feedback.
  void on_fraction_lost(std::uint8_t fraction);

  /// Looks at what came. From time to time; `wanted` is what we would send without a limit.
  void update(std::uint64_t wanted_bits_per_second, Time now);

  /// Bits per second; nothing while there is no reason for a limit.
  std::optional<std::uint64_t> limit() const { return limit_; }
  std::uint64_t sending(Time now) { return sent_.bits_per_second(now); }

 private:
  struct Window {
    std::uint64_t delivered_bytes = 0;
    std::uint32_t delivered = 0;
    std::uint32_t lost = 0;
    Duration delay_sum{};
    std::optional<Time> first_sent;
    Time last_sent{};
  };
  /// What arrives at most by what was seen; nothing if all is well.
  std::optional<std::uint64_t> congested(Time now);
  void note_delay(Duration delay);

  RateMeter sent_;
  Window window_;
  Time window_end_{};

  // One-way delay is known up to a constant: the least of the last half minute or so is the path
  // without a queue.
  std::optional<Duration> base_delay_;
  std::optional<Duration> next_base_delay_;
  Time base_until_{};
  std::optional<std::int64_t> reference_;
  std::int64_t reference_units_ = 0;

  std::optional<std::uint64_t> remb_;
  std::uint8_t fraction_lost_ = 0;
  bool has_report_ = false;
  bool has_transport_feedback_ = false;

  bool lossy_before_ = false;  ///< In the last window.
  std::optional<std::uint64_t> limit_;
  Time settled_at_{};
  Time trial_at_{};
  Duration trial_wait_ = kFirstTrial;
  Time last_trial_{};
};

}  // namespace parley::media
