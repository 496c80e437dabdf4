#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "protocols/bwe/types.h"

namespace parley::bwe {

/// What a probe found: how fast its packets left, and how fast they came. If they came as fast as
/// they left the path carries that much, and perhaps more; if not, what came is what it carries.
///
///  owner     Estimator
///  bounded   constant
class ProbeResult {
 public:
  static constexpr double kComplete = 0.8;   ///< Of its bytes.
  static constexpr double kSaturated = 0.9;  ///< Came at less than this of how it left.
  static constexpr std::uint32_t kMinArrived = 4;
  static constexpr double kMinMs = 1;

  /// Forgets what it had of another.
  void start(const Probe& probe) {
    *this = {};
    cluster_ = probe.cluster;
    wanted_bytes_ = static_cast<double>(probe.bytes);
  }
  void add(const PacketResult& packet);
  struct Found {
    double rate = 0;         ///< Bits per second.
    bool saturated = false;  ///< It came slower than it left: the path carries no more.
  };
  /// Once, as soon as enough of it is known. `own_loss`: what the path loses by itself, which is no
  /// sign of anything.
  std::optional<Found> take(double own_loss);

 private:
  std::uint8_t cluster_ = 0;  ///< 0: nothing to wait for.
  double wanted_bytes_ = 0;
  double bytes_ = 0;  ///< Of all.
  double arrived_bytes_ = 0;
  double first_arrived_bytes_ = 0;
  double last_sent_bytes_ = 0;
  std::uint32_t arrived_ = 0;
  Time first_sent_{};
  Time last_sent_{};
  Duration first_arrival_{};
  Duration last_arrival_{};
};

}  // namespace parley::bwe
