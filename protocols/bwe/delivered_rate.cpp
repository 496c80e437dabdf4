#include "protocols/bwe/delivered_rate.h"

#include <algorithm>

#include "protocols/bwe/seconds.h"

namespace parley::bwe {

void DeliveredRate::add(Duration arrived, std::uint32_t bytes) {
  const double step = ms_between(latest_, arrived);
  if (!follows_ || step < -kMaxGapMs) {
    follows_ = true;
    latest_ = arrived;
    return;
  }
  Segment* segment = &segments_[newest_];
  if (segment->ms >= kSegmentMs) {
    newest_ = static_cast<std::uint8_t>((newest_ + 1) % kSegments);
    segment = &segments_[newest_];
    *segment = {};
  }
  if (step > 0) {
    segment->ms += static_cast<float>(std::min(step, kMaxGapMs));
    latest_ = arrived;
  }
  segment->bytes += static_cast<float>(bytes);
}

std::optional<double> DeliveredRate::over(double window_ms) const {
  double ms = 0;
  double bytes = 0;
  for (std::size_t i = 0; i < kSegments && ms < window_ms; ++i) {
    const Segment& segment = segments_[(newest_ + kSegments - i) % kSegments];
    ms += segment.ms;
    bytes += segment.bytes;
  }
  if (ms < window_ms / 2) return std::nullopt;
  return bytes * 8e3 / ms;
}

}  // namespace parley::bwe
