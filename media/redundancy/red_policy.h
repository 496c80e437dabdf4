#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "media/redundancy/loss_meter.h"
#include "media/redundancy/red_maker.h"
#include "media/redundancy/trial.h"

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
  static constexpr double kMemory = 200;     ///< Packets.

  /// A report of so many packets, of which `fraction_lost` / 256 did not come. `room`: how many
  /// earlier packets its bandwidth has room for.
  void on_report(std::uint32_t packets, std::uint8_t fraction_lost, std::size_t room, Time now);

  std::size_t depth() const { return depth_; }
  double loss() const { return seen_.loss(); }

 private:
  std::size_t wanted(Time now) const;
  void change(std::size_t depth, Time now);

  LossMeter seen_{kMemory};
  Trial trial_;
  std::size_t depth_ = 0;
  Time changed_{};
};

}  // namespace parley::media
