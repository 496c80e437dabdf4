#pragma once

#include <array>
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
  /// That is one packet in a few seconds of a large picture, for each of which it stands still for
  /// a round trip: a tenth more is little against that.
  static constexpr double kWorthIt = 0.0005;
  static constexpr double kNotWorthIt = 0.0002;
  static constexpr Duration kAtLeast = 30s;  ///< Once it is given.
  static constexpr double kMemory = 400;     ///< Packets.
  /// So many times what is lost, up to half of what there is: two lost of the same few is rare
  /// then.
  static constexpr double kTimesTheLoss = 5;
  static constexpr std::size_t kFewest = 2;
  static constexpr std::size_t kMost = 10;
  /// The shortest of so many round trips counts: a queue makes them long for a moment, and where
  /// packets are lost because it is full, more of them are the last thing that helps.
  static constexpr std::size_t kRoundTrips = 4;

  /// A report of so many packets, of which `fraction_lost` / 256 did not come.
  void on_report(std::uint32_t packets, std::uint8_t fraction_lost, Duration round_trip, Time now);

  /// No more than such a share of what is sent may come on top of it: the path carries no more.
  void set_room(double share) { room_ = share; }

  /// Packets to one repair packet; 0: there are none.
  std::size_t each() const;
  /// Share of what is sent that comes on top of it.
  double overhead() const {
    const std::size_t packets = each();
    return packets == 0 ? 0 : 1.0 / static_cast<double>(packets);
  }

 private:
  std::size_t wanted(Duration round_trip, Time now) const;
  Duration shortest(Duration round_trip);

  LossMeter seen_{kMemory};
  Trial trial_;
  std::size_t each_ = 0;
  double room_ = 1;
  Time began_{};
  std::array<Duration, kRoundTrips> round_trips_{};  ///< Zero: none yet.
  std::size_t next_round_trip_ = 0;
};

}  // namespace parley::media
