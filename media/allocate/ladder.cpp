#include "media/allocate/ladder.h"

#include <algorithm>
#include <utility>

namespace parley::media {

Ladder::Ladder(const StepRates& wire) {
  std::uint8_t spatial_rank = 0;
  for (std::size_t s = 0; s < kSpatialSteps; ++s) {
    std::uint8_t temporal_rank = 0;
    for (std::size_t t = 0; t < kTemporalSteps; ++t) {
      if (wire[s][t] == 0) continue;
      rungs_[size_++] = {.spatial = static_cast<std::uint8_t>(s),
                         .temporal = static_cast<std::uint8_t>(t),
                         .spatial_rank = spatial_rank,
                         .temporal_rank = temporal_rank++,
                         .rate = wire[s][t]};
    }
    if (temporal_rank > 0) ++spatial_rank;
  }
  // Sixteen at most. std::stable_sort would ask the heap for room.
  std::ranges::sort(std::span(rungs_).first(size_), [](const Rung& a, const Rung& b) {
    return a.rate != b.rate ? a.rate < b.rate
                            : std::pair(a.spatial, a.temporal) < std::pair(b.spatial, b.temporal);
  });
}

}  // namespace parley::media
