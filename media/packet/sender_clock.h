#pragma once

#include <cstdint>

#include "base/time.h"
#include "protocols/rtp/ntp.h"
#include "protocols/rtp/sequence.h"

namespace parley::media {

/// How a layer's media clock relates to its publisher's wall clock, by the last sender report.
/// Layers of one publisher share that clock, which is what lines their timestamps up on a switch.
struct SenderClock {
  rtp::NtpTime ntp;
  rtp::MediaTicks ticks;
  std::uint32_t clock_rate = 0;
  Time received;

  /// The publisher's time at `at`; wraps as NTP does.
  rtp::NtpTime ntp_at(rtp::MediaTicks at) const {
    const auto delta = static_cast<std::int64_t>(at.value() - ticks.value());
    const auto rate = static_cast<std::int64_t>(clock_rate);
    const std::int64_t seconds = delta / rate;
    const std::int64_t fraction = ((delta % rate) * (std::int64_t{1} << 32)) / rate;
    return rtp::NtpTime(ntp.value() + (static_cast<std::uint64_t>(seconds) << 32) +
                        static_cast<std::uint64_t>(fraction));
  }

  /// The media clock at the publisher's time `at`.
  rtp::MediaTicks ticks_at(rtp::NtpTime at) const {
    const auto delta = static_cast<std::int64_t>(at.value() - ntp.value());
    const auto rate = static_cast<std::int64_t>(clock_rate);
    const std::int64_t whole = (delta >> 32) * rate;
    const std::int64_t part = ((delta & 0xffff'ffff) * rate) >> 32;
    return rtp::MediaTicks(ticks.value() + static_cast<std::uint64_t>(whole + part));
  }
};

}  // namespace parley::media
