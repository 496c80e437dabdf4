#pragma once

#include <algorithm>
#include <optional>

#include "base/time.h"
#include "protocols/rtp/ntp.h"

namespace parley::media {

/// A publisher's wall clock as far as its sender reports show it to us. One for all its streams:
/// the reports that we send about them then agree to the microsecond, and with them lips and voice.
///
/// Reports arrive late by the way here, never early, so the least difference seen is the truest; it
/// is let grow a little, for clocks that drift.
///
///  owner     one per transport that publishes
class PublisherClock {
 public:
  void on_report(rtp::NtpTime theirs, WallTime received, Time now) {
    const Duration sample = received - rtp::to_wall(theirs);
    if (!behind_) {
      behind_ = sample;
    } else {
      const Duration grown = *behind_ + kDrift * std::max<std::int64_t>(0, to_ms(now - updated_));
      // A step of their clock: start again.
      const bool stepped = sample > grown + kStep || sample < grown - kStep;
      behind_ = stepped ? sample : std::min(grown, sample);
    }
    updated_ = now;
  }

  /// What their clock shows now (less the way from there to here); nothing before the first report.
  std::optional<rtp::NtpTime> at(WallTime now) const {
    if (!behind_) return std::nullopt;
    return rtp::to_ntp(now - *behind_);
  }

 private:
  static constexpr Duration kDrift{50};  ///< Per millisecond: 50 ppm, what bad quartz does.
  static constexpr Duration kStep = 500ms;

  std::optional<Duration> behind_;  ///< Our clock minus theirs, and the way.
  Time updated_{};
};

}  // namespace parley::media
