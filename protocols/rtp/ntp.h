#pragma once

#include <cstdint>

#include "base/strong.h"
#include "base/time.h"

namespace parley::rtp {

/// Seconds since 1900 as a 32.32 fixed-point number (RFC 3550 section 4).
using NtpTime = Strong<struct NtpTimeTag, std::uint64_t>;

inline constexpr std::uint64_t kNtpUnixOffset = 2'208'988'800;  ///< 1900 to 1970, in seconds.

constexpr NtpTime to_ntp(WallTime t) {
  const auto ns = t.time_since_epoch().count();
  const auto seconds = static_cast<std::uint64_t>(ns / 1'000'000'000);
  const auto rest = static_cast<std::uint64_t>(ns % 1'000'000'000);
  return NtpTime((seconds + kNtpUnixOffset) << 32 | (rest << 32) / 1'000'000'000);
}

constexpr WallTime to_wall(NtpTime t) {
  const auto seconds =
      static_cast<std::int64_t>(t.value() >> 32) - static_cast<std::int64_t>(kNtpUnixOffset);
  const auto ns = static_cast<std::int64_t>(((t.value() & 0xffff'ffff) * 1'000'000'000) >> 32);
  return WallTime(std::chrono::seconds(seconds) + std::chrono::nanoseconds(ns));
}

/// The middle 32 bits (16.16), as in LSR, DLSR, RRTR and DLRR.
constexpr std::uint32_t compact(NtpTime t) { return static_cast<std::uint32_t>(t.value() >> 16); }

/// A 16.16 duration (DLSR, DLRR), saturating.
constexpr std::uint32_t to_compact(Duration d) {
  if (d <= Duration::zero()) return 0;
  if (d >= std::chrono::seconds(65535)) return 0xffff'ffff;
  return static_cast<std::uint32_t>((static_cast<std::uint64_t>(d.count()) << 16) / 1'000'000'000);
}
constexpr Duration from_compact(std::uint32_t units) {
  return Duration(
      static_cast<std::int64_t>((static_cast<std::uint64_t>(units) * 1'000'000'000) >> 16));
}

/// Round trip from an echoed compact timestamp (RFC 3550 section 6.4.1). Zero where the peer's
/// arithmetic or a clock step would make it negative or absurd (over a minute).
constexpr Duration round_trip(std::uint32_t now, std::uint32_t last,
                              std::uint32_t delay_since_last) {
  const std::uint32_t units = now - last - delay_since_last;
  return units > 60u << 16 ? Duration::zero() : from_compact(units);
}

}  // namespace parley::rtp
