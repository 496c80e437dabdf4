#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "media/redundancy/loss_meter.h"
#include "media/redundancy/trial.h"

namespace parley::media {

/// How many repair packets one subscriber is sent of a picture (protocols/fec): where what is lost
/// could be sent again only after it should have been shown.
///
///  owner     one per subscription
///  thread    the shard's
///  bounded   constant
class RepairPolicy {
 public:
  /// From here on asking for a packet and waiting for it is noticed more than a lower layer.
  static constexpr Duration kFar = 200ms;
  static constexpr Duration kNearAgain = 150ms;
  static constexpr double kWorthIt = 0.01;
  static constexpr double kNotWorthIt = 0.005;
  static constexpr Duration kAtLeast = 10s;  ///< Once it is given.
  static constexpr double kMemory = 400;     ///< Packets.
  /// So many times what is lost, up to half of what there is: two lost of the same few is rare
  /// then.
  static constexpr double kTimesTheLoss = 5;
  static constexpr std::size_t kFewest = 2;
  static constexpr std::size_t kMost = 10;

  /// A report of so many packets, of which `fraction_lost` / 256 did not come.
  void on_report(std::uint32_t packets, std::uint8_t fraction_lost, Duration round_trip, Time now);

  /// Packets to one repair packet; 0: there are none.
  std::size_t each() const { return each_; }
  /// Share of what is sent that comes on top of it.
  double overhead() const { return each_ == 0 ? 0 : 1.0 / static_cast<double>(each_); }

 private:
  std::size_t wanted(Duration round_trip, Time now) const;

  LossMeter seen_{kMemory};
  Trial trial_;
  std::size_t each_ = 0;
  Time began_{};
};

}  // namespace parley::media
