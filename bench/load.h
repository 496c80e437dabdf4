#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

/// What is sent, so that floor and forwarding are asked for the same.
namespace parley::bench {

inline constexpr std::size_t kSubscribers = 100;
inline constexpr std::size_t kPacketsPerFrame = 8;
/// As the subscriber sees it before SRTP: header with extensions and payload.
inline constexpr std::size_t kPacketSize = 1200;
inline constexpr Duration kFrameInterval = 8ms;
inline constexpr std::size_t kFramesPerRun = 150;
inline constexpr std::size_t kPacketsPerRun = kFramesPerRun * kPacketsPerFrame * kSubscribers;
inline constexpr std::size_t kRuns = 5;

inline constexpr unsigned kMeasuredCore = 0;
inline constexpr unsigned kClientsCore = 1;

}  // namespace parley::bench
