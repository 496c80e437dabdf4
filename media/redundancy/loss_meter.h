#pragma once

#include <algorithm>
#include <cstdint>

namespace parley::media {

/// What share of a stream's packets is lost on the way to one subscriber, by its receiver reports.
/// An average of so many packets, at least, and twice as many at most: chance deceives in fewer.
class LossMeter {
 public:
  explicit LossMeter(double memory) : memory_(memory) {}

  /// Of so many packets `fraction` / 256 were lost.
  void add(std::uint32_t packets, std::uint8_t fraction) {
    const double expected = std::min(packets, kMost);
    expected_ += expected;
    lost_ += expected * fraction / 256;
    if (expected_ <= 2 * memory_) return;
    lost_ *= memory_ / expected_;
    expected_ = memory_;
  }
  void clear() { expected_ = lost_ = 0; }

  double packets() const { return expected_; }
  double loss() const { return expected_ == 0 ? 0 : lost_ / expected_; }

 private:
  /// A receiver that was away reports of everything at once.
  static constexpr std::uint32_t kMost = 500;

  double memory_;
  double expected_ = 0;
  double lost_ = 0;
};

}  // namespace parley::media
