#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "media/packet/step_rates.h"

namespace parley::media {

/// One way to send a video: up to a spatial layer (of simulcast or of SVC) and a temporal one.
struct Rung {
  std::uint8_t spatial = 0;
  std::uint8_t temporal = 0;
  std::uint8_t spatial_rank = 0;   ///< Of the spatial layers that are being sent, from below.
  std::uint8_t temporal_rank = 0;  ///< Of the temporal layers in that one.
  std::uint64_t rate = 0;          ///< Bits per second on the wire, lower layers included.
};

/// All ways to send one video at present, cheapest first. The same for all its subscribers, so it
/// is made once per stream and tick.
///
///  bounded   kMost
class Ladder {
 public:
  static constexpr std::size_t kMost = kSpatialSteps * kTemporalSteps;

  Ladder() = default;
  /// `wire`: what each step costs with headers; 0: it is not being sent.
  explicit Ladder(const StepRates& wire);

  std::span<const Rung> rungs() const { return std::span(rungs_).first(size_); }
  bool empty() const { return size_ == 0; }

 private:
  std::array<Rung, kMost> rungs_{};
  std::size_t size_ = 0;
};

}  // namespace parley::media
