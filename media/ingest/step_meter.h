#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "media/packet/packet.h"
#include "media/packet/step_rates.h"

namespace parley::media {

/// What each step of one encoding costs, over the last second: how many bits a receiver of spatial
/// layer s and temporal layer t is sent. By the dependency descriptor where there is one, which
/// says of each packet who needs it (with K-SVC the higher layer does not need the lower one's
/// pictures); otherwise a step needs all that is not above it.
///
///  owner     one per IngestLayer
///  bounded   constant, about 600 bytes
class StepMeter {
 public:
  void on_packet(const PacketFacts& facts, std::size_t payload_size, Time now);
  StepRates rates(Time now) const;

 private:
  static constexpr std::int64_t kBuckets = 8;
  static constexpr Duration kBucket = std::chrono::milliseconds(125);
  static constexpr std::size_t kSteps = kSpatialSteps * kTemporalSteps;
  /// Bit s * kTemporalSteps + t: step (s, t).
  using Steps = std::uint16_t;

  struct Bucket {
    std::array<std::uint32_t, kSteps> bytes{};
    Steps present = 0;  ///< Steps of which there was something of their own.
  };
  struct Needed {
    Steps by = 0;
    Steps own = 0;
  };
  static Needed needed(const PacketFacts& facts);

  std::array<Bucket, kBuckets> buckets_{};
  std::int64_t newest_ = -1;  ///< Bucket number since the clock began.
  std::int64_t first_ = -1;
};

}  // namespace parley::media
