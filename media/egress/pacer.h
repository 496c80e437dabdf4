#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace parley::media {

/// When pictures may leave for a path that is known to be narrow. A key frame would otherwise fill
/// its queue at once, and sound would wait behind it. In trains, not packet by packet: a train
/// leaves, and the next when what the path has been given too much is worked off.
///
///  owner     one per Egress
///  thread    the shard's
///  bounded   constant
class Pacer {
 public:
  /// About eight packets: most of what a train saves (docs/performance.md).
  static constexpr std::size_t kTrainBytes = 10'000;
  /// But no longer than this takes, or a packet: on a narrow path sound waits behind it, and what
  /// is lost to a short queue is lost from its end.
  static constexpr Duration kTrainTime = 20ms;

  /// Zero: the path has shown no limit, and nothing waits.
  void set_rate(std::uint64_t bits_per_second, Time now) {
    pay_off(now);
    rate_ = std::min(bits_per_second, kFastest);
    if (rate_ == 0) debt_ = 0;
    const auto most = rate_ / 8 * static_cast<std::uint64_t>(kTrainTime / 1us) / 1'000'000;
    train_bytes_ = std::clamp<std::int64_t>(static_cast<std::int64_t>(most), 1, kTrainBytes);
  }
  bool paces() const { return rate_ != 0; }

  /// May a train begin, or go on?
  bool permits(Time now) {
    pay_off(now);
    if (debt_ <= 0) in_train_ = true;
    if (debt_ >= train_bytes_) in_train_ = false;
    return rate_ == 0 || in_train_;
  }
  /// Everything that leaves counts, also what does not wait.
  void on_sent(std::size_t bytes) {
    if (rate_ != 0) debt_ += static_cast<std::int64_t>(bytes);
  }
  /// When the next train may begin.
  Time next(Time now) const {
    if (rate_ == 0 || debt_ <= 0) return now;
    return paid_ + time_for(static_cast<std::uint64_t>(debt_)) + 1us;
  }
  /// How long so many bytes take.
  Duration time_for(std::uint64_t bytes) const {
    return rate_ == 0 ? Duration::zero()
                      : Duration(static_cast<std::int64_t>(bytes * 8 * 1'000'000 / rate_) * 1000);
  }

 private:
  void pay_off(Time now) {
    if (now <= paid_) return;
    const auto micros = static_cast<std::uint64_t>(std::min<Duration>(now - paid_, kLongest) / 1us);
    const auto paid = static_cast<std::int64_t>(micros * rate_ / 8 / 1'000'000);
    debt_ = std::max<std::int64_t>(0, debt_ - paid);
    paid_ = now;
  }
  // Bounds of what is multiplied, far beyond what matters.
  static constexpr std::uint64_t kFastest = 100'000'000'000;
  static constexpr Duration kLongest = 60s;

  std::uint64_t rate_ = 0;
  std::int64_t train_bytes_ = kTrainBytes;
  std::int64_t debt_ = 0;  ///< Bytes.
  Time paid_{};
  bool in_train_ = false;
};

}  // namespace parley::media
