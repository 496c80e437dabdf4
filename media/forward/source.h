#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"
#include "media/packet/sender_clock.h"
#include "media/packet/step_rates.h"

namespace parley::media {

/// What a forwarder may know of one layer of its stream besides the packets.
struct SourceLayer {
  std::optional<Time> last_packet;    ///< Nothing: never seen.
  std::optional<SenderClock> clock;   ///< By its last sender report.
  std::uint64_t bits_per_second = 0;  ///< As measured lately.
  StepRates steps{};                  ///< Likewise, of each layer inside it; video only.
};

/// A stream as its forwarders see it. One copy, kept by the shard.
using SourceLayers = std::span<const SourceLayer>;

/// A layer that is silent while others are not has been stopped by its publisher (or by the path to
/// us). Compared with the others rather than with the clock, because a still screen makes them all
/// silent for a second at a time.
inline constexpr Duration kLayerSilence = 700ms;

/// Bit i: layer i is being sent.
std::uint32_t alive_layers(SourceLayers source);

/// What to send of `alive` to somebody who may have up to `ceiling`: the highest within it, or else
/// the lowest above it, because a picture that is too good is better than none. Nothing if none is.
std::optional<std::uint8_t> best_layer(std::uint32_t alive, std::uint8_t ceiling);

}  // namespace parley::media
