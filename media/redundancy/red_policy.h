#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "media/redundancy/red_maker.h"

namespace parley::media {

/// How many earlier packets each packet of sound carries for one subscriber: by what its receiver
/// reports say is lost, as far as there is room.
///
///  owner     one per subscription
///  thread    the shard's
///  bounded   constant
class RedPolicy {
 public:
  static constexpr double kWorthOne = 0.02;
  static constexpr double kWorthNone = 0.01;
  static constexpr double kWorthTwo = 0.08;
  static constexpr double kWorthOneAgain = 0.05;
  static constexpr Duration kAtLeast = 10s;  ///< Once it is given.
  /// Packets that loss is an average of, at least and twice as many at most: chance deceives in
  /// fewer.
  static constexpr double kMemory = 200;
  /// Packets after which more redundancy has shown what it does to the path.
  static constexpr double kTrial = 150;
  static constexpr Duration kFirstWait = 20s;  ///< After a trial that did harm.
  static constexpr Duration kLongestWait = 320s;

  /// `expected`: packets that the report is about; `fraction_lost` of them, in 1/256. `room`: how
  /// many earlier packets its bandwidth has room for.
  void on_report(std::uint32_t expected, std::uint8_t fraction_lost, std::size_t room, Time now);

  std::size_t depth() const { return depth_; }
  double loss() const { return seen_.loss(); }

 private:
  struct Tally {
    double expected = 0;
    double lost = 0;
    double loss() const { return expected == 0 ? 0 : lost / expected; }
    void add(double more, double of_them_lost) {
      expected += more;
      lost += of_them_lost;
    }
  };
  std::size_t wanted(Time now) const;
  void judge(Time now);
  void change(std::size_t depth, Time now);

  Tally seen_;
  std::size_t depth_ = 0;
  Time changed_{};

  bool on_trial_ = false;
  Tally trial_;
  double before_ = 0;  ///< Loss without what is tried.
  Time not_before_{};
  Duration wait_ = kFirstWait;
};

}  // namespace parley::media
