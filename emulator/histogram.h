#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace parley::emulator {

/// Times from a microsecond to an hour, within 3 %, in 2 KiB.
class Histogram {
 public:
  void add(Duration value) {
    const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(value.count(), 0)) / 1000;
    ++buckets_.at(index_of(us));
    ++count_;
    max_ = std::max(max_, value);
  }

  std::uint64_t count() const { return count_; }
  Duration max() const { return max_; }

  /// The value that the share `q` (0 to 1) does not exceed; zero without values.
  Duration quantile(double q) const {
    const auto wanted = static_cast<std::uint64_t>(q * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_.at(i);
      if (buckets_.at(i) > 0 && seen > std::min(wanted, count_ - 1)) {
        return std::min(max_, Duration(static_cast<std::int64_t>(middle_of(i)) * 1000));
      }
    }
    return {};
  }

 private:
  // Exact below 16; from there on sixteen buckets for each doubling.
  static constexpr std::size_t kPerOctave = 16;
  static constexpr std::size_t kOctaves = 28;

  static std::size_t index_of(std::uint64_t us) {
    if (us < kPerOctave) return us;
    const auto octave = static_cast<std::size_t>(std::bit_width(us)) - 5;
    const std::size_t index = (octave + 1) * kPerOctave + ((us >> octave) & (kPerOctave - 1));
    return std::min(index, kPerOctave * (kOctaves + 1) - 1);
  }
  /// The middle of a bucket.
  static std::uint64_t middle_of(std::size_t index) {
    if (index < kPerOctave) return index;
    const std::size_t octave = index / kPerOctave - 1;
    const std::uint64_t low = (kPerOctave + index % kPerOctave) << octave;
    return low + ((std::uint64_t{1} << octave) >> 1);
  }

  std::array<std::uint32_t, kPerOctave*(kOctaves + 1)> buckets_{};
  std::uint64_t count_ = 0;
  Duration max_{};
};

}  // namespace parley::emulator
