#include "media/redundancy/repair_policy.h"

#include <algorithm>
#include <cmath>

namespace parley::media {

void RepairPolicy::on_report(std::uint32_t packets, std::uint8_t fraction_lost, Duration round_trip,
                             Time now) {
  if (packets == 0) return;
  seen_.add(packets, fraction_lost);
  trial_.on_report(packets, fraction_lost, now);
  const std::size_t each = wanted(shortest(round_trip), now);
  if (each != 0 && each_ == 0) {
    began_ = now;
    trial_.begin(seen_);
  } else if (each == 0) {
    trial_.give_up();
  }
  each_ = each;
}

Duration RepairPolicy::shortest(Duration round_trip) {
  round_trips_[next_round_trip_++ % kRoundTrips] = round_trip;
  Duration out = round_trip;
  for (const Duration one : round_trips_) {
    if (one > Duration::zero()) out = std::min(out, one);
  }
  return out;
}

std::size_t RepairPolicy::each() const {
  if (each_ == 0 || room_ * kMost < 1) return 0;
  return std::max(each_, static_cast<std::size_t>(std::ceil(1 / room_)));
}

std::size_t RepairPolicy::wanted(Duration round_trip, Time now) const {
  if (!trial_.permits(now)) return 0;
  const double loss = seen_.loss();
  const bool begins = round_trip >= kFar && loss >= kWorthIt;
  const bool goes_on =
      each_ != 0 && round_trip >= kNearAgain && (loss >= kNotWorthIt || now - began_ < kAtLeast);
  if (!begins && !goes_on) return 0;
  if (loss * kTimesTheLoss * kMost <= 1) return kMost;
  const auto each = static_cast<std::size_t>(std::lround(1 / (loss * kTimesTheLoss)));
  return std::clamp(each, kFewest, kMost);
}

}  // namespace parley::media
