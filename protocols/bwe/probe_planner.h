#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "protocols/bwe/types.h"

namespace parley::bwe {

/// When to ask the path for more than is being sent, and how much more. A sender whose layers are
/// steps cannot find out in any other way whether the next one fits.
///
///  - at the start three times what it starts with, then twice what got through, as long as it does
///  - after a silence what flowed before it
///  - every few seconds twice the target, while that is below what the application could use
///
/// A probe that was believed and turned out wrong makes the next one wait longer.
///
///  owner     Estimator
///  bounded   constant
class ProbePlanner {
 public:
  static constexpr double kFirstFactor = 3;
  static constexpr double kNextFactor = 2;
  static constexpr double kGain = 1.2;        ///< Of the target: less is not worth another one.
  static constexpr double kGotThrough = 0.7;  ///< Of the probe's rate: worth another, higher one.
  static constexpr double kInterval = 4;      ///< Seconds.
  static constexpr double kLongestInterval = 20;
  static constexpr double kLongestByLoss = 60;
  static constexpr int kRetries = 2;        ///< Of a probe of which nothing is heard.
  static constexpr double kLost = 0.5;      ///< Seconds and a round trip without a result.
  static constexpr double kSeconds = 0.03;  ///< A probe's length: short, as it may make a queue.
  static constexpr std::size_t kPackets = 6;
  static constexpr std::size_t kSmallPacket = 150;
  static constexpr std::size_t kMostBytes = 200'000;

  explicit ProbePlanner(const Config& config);

  struct Context {
    double target = 0;
    double useful = 0;  ///< More than this is of no use.
    double round_trip = 0;
    bool calm = false;  ///< No queue, no loss, no step back lately.
  };
  /// The probe to send now. It is in flight from here on.
  std::optional<Probe> next(const Context& context, Time now);

  /// `target`: as it was before.
  void on_result(double bits_per_second, double target);
  /// The rate that a probe led to was too much. `by_loss`: without a queue that would have shown
  /// it, so the next probe is likely to be misled, too.
  void on_disproved(bool by_loss);
  /// It was not.
  void on_proved() { interval_ = kInterval; }
  /// The target has stepped back: what was to be tried next is of a path that is no more.
  void on_step_back() { next_rate_ = 0; }
  /// What kept from probing is gone: the next one need not wait.
  void go_on() { urgent_ = true; }
  /// The path is back.
  void resume_at(double bits_per_second);

  /// The probe in flight; null if there is none.
  const Probe* in_flight() const { return probe_.cluster != 0 && flying_ ? &probe_ : nullptr; }

 private:
  Probe probe_;
  bool flying_ = false;
  double next_rate_ = 0;  ///< Of a probe that does not wait for the interval; 0: none.
  double interval_ = kInterval;
  int retries_ = 0;
  bool urgent_ = false;
  Time probed_{};
  bool probed_ever_ = false;
};

}  // namespace parley::bwe
