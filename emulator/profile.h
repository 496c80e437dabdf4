#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"
#include "emulator/units.h"

namespace parley::emulator {

/// Gilbert-Elliott: each packet may begin a burst or, in one, end it. The mean length of a burst is
/// 1 / `leave` packets, the share of packets in bursts `enter` / (`enter` + `leave`).
struct Bursts {
  double enter = 0;  ///< Probability, for each packet outside of a burst, that it begins one.
  double leave = 1;  ///< Probability, for each packet in a burst, that it ends it.
  double loss = 1;   ///< Of packets in a burst. Outside of them `Profile::loss` holds.

  bool operator==(const Bursts&) const = default;
};

/// Bytes, or what takes so long at the rate of the moment (at a rate of 0: at the last one above).
using QueueLimit = std::variant<std::size_t, Duration>;

/// A token bucket: what finds too few tokens in it is lost at once; nothing waits.
struct Policer {
  std::uint64_t rate = kUnlimited;  ///< Bits per second.
  std::size_t burst = 0;            ///< Bytes of tokens that the bucket holds.

  bool operator==(const Policer&) const = default;
};

/// What one direction of a network does to packets. The defaults are a perfect one.
struct Profile {
  Policer police{};
  std::uint64_t rate = kUnlimited;  ///< Bits per second; 0: nothing leaves, the queue fills.
  QueueLimit queue = Duration(200ms);
  double loss = 0;  ///< Of those that passed the bottleneck, each on its own.
  Bursts bursts{};
  double duplicate = 0;
  Duration delay{};
  Duration jitter{};       ///< Up to this much more, evenly distributed.
  bool keep_order = true;  ///< Jitter makes nobody overtake.
  double reorder = 0;      ///< Share that is held back by `reorder_by`, to be overtaken.
  Duration reorder_by = 10ms;
};

/// Some settings of a profile, the others as they were.
struct Change {
  std::optional<Policer> police{};
  std::optional<std::uint64_t> rate{};
  std::optional<QueueLimit> queue{};
  std::optional<double> loss{};
  std::optional<Bursts> bursts{};
  std::optional<double> duplicate{};
  std::optional<Duration> delay{};
  std::optional<Duration> jitter{};
  std::optional<bool> keep_order{};
  std::optional<double> reorder{};
  std::optional<Duration> reorder_by{};

  void apply_to(Profile& profile) const;

  /// Reads one setting, named and written as the README says: ("queue", "300ms"). What is wrong, as
  /// a sentence.
  std::expected<void, std::string> set(std::string_view name, std::string_view value);
};

/// "rate, queue, …": for messages.
std::string setting_names();
bool is_setting(std::string_view name);

}  // namespace parley::emulator
