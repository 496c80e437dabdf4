#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"

/// How much a path carries, found out by the side that sends.
namespace parley::bwe {

/// What became of one sent packet, as transport-wide feedback tells
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01). Only of packets that the feedback speaks
/// of: a packet whose feedback was lost has no result.
struct PacketResult {
  Time sent{};
  /// By the receiver's clock, which differs from ours by a constant that nobody knows. Nothing if
  /// the packet was lost.
  std::optional<Duration> arrived;
  std::uint32_t bytes = 0;     ///< On the wire, as far as is known.
  std::uint16_t sequence = 0;  ///< Transport-wide. A gap: the feedback in between was lost.
  std::uint8_t probe = 0;      ///< 0: none, otherwise the id of the cluster it was sent in.
};

/// Packets to be sent at a given rate, media first and padding where there is none, to see whether
/// the path keeps up.
struct Probe {
  std::uint8_t cluster = 0;  ///< 1 to 255.
  std::uint64_t bits_per_second = 0;
  std::size_t bytes = 0;    ///< In all; what is sent may be more by a packet.
  std::size_t packets = 0;  ///< At least so many: where `bytes` is little they are small.
};

/// What holds the estimate where it is.
enum class Cause : std::uint8_t {
  none,         ///< Growing, or at the configured maximum.
  application,  ///< Less is sent than may be: nothing more can be learned without a probe.
  delay,
  loss,
  silence,  ///< Feedback stays away.
  remb,
};

/// Bits per second.
struct Config {
  std::uint64_t start = 300'000;
  std::uint64_t min = 50'000;
  std::uint64_t max = 50'000'000;
};

}  // namespace parley::bwe
