#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace parley::media {

/// What one SSRC may have of each: the dependency descriptor allows four spatial layers, and no
/// browser sends more than three temporal ones. What is higher counts as the highest.
inline constexpr std::size_t kSpatialSteps = 4;
inline constexpr std::size_t kTemporalSteps = 4;

/// `[s][t]`: bits per second of payload that a receiver of spatial layer s and temporal layer t is
/// sent, with all that this needs of the layers below; 0: there is no such layer at present.
using StepRates = std::array<std::array<std::uint32_t, kTemporalSteps>, kSpatialSteps>;

}  // namespace parley::media
