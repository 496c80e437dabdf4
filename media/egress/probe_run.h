#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "protocols/bwe/types.h"

namespace parley::media {

/// A probe under way: everything that leaves belongs to it, at its rate; where there is no media,
/// padding.
///
///  owner     PathEstimate
///  bounded   constant, and kLongest in time
class ProbeRun {
 public:
  /// What has not left by then never will: there is nothing to pad with, or no path.
  static constexpr Duration kLongest = 250ms;

  void begin(const bwe::Probe& probe, Time now) {
    probe_ = probe;
    began_ = now;
    bytes_ = packets_ = 0;
  }
  void give_up() { probe_ = {}; }

  /// 0: none is under way.
  std::uint8_t cluster() const { return probe_.cluster; }
  /// How large its packets should be, on the wire.
  std::size_t packet_size() const {
    return probe_.bytes / std::max<std::size_t>(probe_.packets, 1);
  }
  void on_sent(std::size_t bytes) {
    bytes_ += bytes;
    ++packets_;
    if (bytes_ >= probe_.bytes && packets_ >= probe_.packets) give_up();
  }
  /// When padding is due; kNever while nothing is to be padded.
  Time next(Time now) const {
    if (probe_.cluster == 0 || now > began_ + kLongest) return kNever;
    const std::uint64_t rate = std::max<std::uint64_t>(probe_.bits_per_second, 1000);
    return began_ + Duration(static_cast<std::int64_t>(bytes_ * 8 * 1'000'000 / rate) * 1000);
  }

 private:
  bwe::Probe probe_;
  Time began_{};
  std::size_t bytes_ = 0;
  std::size_t packets_ = 0;
};

}  // namespace parley::media
