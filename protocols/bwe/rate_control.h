#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/time.h"
#include "protocols/bwe/drain_watch.h"
#include "protocols/bwe/overuse_detector.h"
#include "protocols/bwe/types.h"

namespace parley::bwe {

/// What a feedback told about the path. Rates in bits per second.
struct PathState {
  Usage usage = Usage::normal;
  std::optional<double> carried;      ///< What the path took over the last half second,
  std::optional<double> carried_now;  ///< and over the last moment.
  double queue_ms = 0;
  double round_trip = 0;  ///< Seconds, without the queue.
  bool application_limited = false;
  bool losing = false;   ///< More than usual.
  bool may_grow = true;  ///< Nothing else (loss, REMB) is what limits.
  double useful = 0;     ///< More than this is of no use to the application.
};

/// Grows while the queue does not, steps back below what the path carried when it does
/// (gcc-02 section 5.5), waits until the queue is empty and goes close to that rate at once.
///
///  owner     Estimator
///  bounded   constant
class RateControl {
 public:
  static constexpr double kDecrease = 0.85;       ///< beta
  static constexpr double kShortDecrease = 0.92;  ///< While the queue is short.
  static constexpr double kIncrease = 0.08;       ///< eta - 1, per second.
  static constexpr double kCarefully = 0.02;     ///< The same near the capacity that is remembered,
  static constexpr double kCarefulStep = 8'000;  ///< or so many bits per second and second.
  static constexpr double kRecovered = 0.93;     ///< Of the capacity, once the queue is empty.
  static constexpr double kHeadroom = 1.5;       ///< Grows to so much of what was seen to arrive.
  static constexpr double kNoiseMs = 12;         ///< With less of a queue, over-use is jitter.
  static constexpr double kShortMs = 50;         ///< A queue that has only just begun.
  static constexpr double kStandingMs = 60;      ///< A queue that stays this long is drained,
  static constexpr double kStandingFor = 0.5;    ///< after so many seconds.
  static constexpr double kFastest = 0.3;    ///< Growth per second, when nothing was met for long.
  static constexpr double kDoubtless = 0.7;  ///< The second step, if the first did not show.
  static constexpr double kContestDecrease = 0.8;  ///< In contention, when something is lost.
  static constexpr double kContestBits = 6'000;    ///< Growth per round trip: half as a TCP flow's.
  static constexpr double kContestFastest = 0.5;   ///< But no more than this, per second.
  static constexpr double kContest = 8;         ///< Seconds of contention until it is tested again.
  static constexpr double kPacketBits = 1'500;  ///< Of sound, with all that goes around it.
  static constexpr double kMoment = 0.15;       ///< Seconds over which PathState::carried_now is.
  static constexpr double kFarLess = 0.85;      ///< Of what was measured when it stepped back.
  static constexpr double kDetourMs = 8;  ///< A queue of somebody else's varies by more than this
  static constexpr double kDetour = 1.5;  ///< in so many seconds.

  explicit RateControl(const Config& config);

  void update(const PathState& path, Time now);
  /// So much is known to get through.
  void raise(double bits_per_second);
  /// The same, and `capacity` filled the path.
  void raise_to(double bits_per_second, double capacity);
  /// Something else knows that no more gets through.
  void bound(double bits_per_second);
  void forget_capacity() { capacity_ = 0; }

  double target() const { return target_; }
  /// What the path carried when it last was full; 0 if that is not known.
  double capacity() const { return capacity_; }
  /// Stepped back and not yet recovered.
  bool recovering() const { return recovering_; }
  /// Seconds since the last step back.
  double since_decrease(Time now) const;
  /// The queue is there whatever we do: somebody else fills it.
  bool contended() const { return contended_; }
  /// It was no queue, as it never changes: the way has become longer. Once.
  bool take_detour() { return std::exchange(detour_, false); }

 private:
  void decrease(const PathState& path, double carried, double factor, Time now);
  void look_again(const PathState& path, Time now);
  void recover(const PathState& path, Time now);
  void contend(const PathState& path, Time now);
  void increase(const PathState& path, double seconds, Time now);
  void set(double bits_per_second);
  bool stands(const PathState& path, Time now);
  bool look_for_detour(const PathState& path, Time now);

  double min_;
  double max_;
  double target_;
  double capacity_ = 0;  ///< What the path carried when it was full, averaged; 0: not known.
  bool recovering_ = false;
  bool decreased_ = false;  ///< Ever.
  bool standing_ = false;
  bool application_strike_ = false;
  bool contended_ = false;
  bool was_contended_ = false;  ///< Before this step back.
  double contended_ms_ = 0;     ///< The queue when contention was found.
  double least_ms_ = 0;         ///< The queue, since steady_since_,
  double most_ms_ = 0;          ///< at most.
  bool detour_ = false;
  bool emptied_ = true;                 ///< The queue, since the last step back.
  double before_ = 0;                   ///< The target, when the stepping back began.
  std::optional<double> stepped_from_;  ///< What came when it stepped back, until looked at again.
  bool undrained_ = false;              ///< One step since did not make the queue shorter.
  DrainWatch watch_;
  Time contended_since_{};
  Time steady_since_{};
  Time decreased_at_{};
  Time standing_since_{};
  std::optional<Time> updated_;
};

}  // namespace parley::bwe
