#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "protocols/srtp/keys.h"

/// What is sent, so that floor and forwarding are asked for the same.
namespace parley::bench {

struct Load {
  std::size_t subscribers = 100;
  std::size_t packets_per_frame = 8;
  /// As the subscriber sees it before SRTP: header with extensions and payload.
  std::size_t packet_size = 1200;
  Duration frame_interval = 8ms;
  std::size_t frames_per_run = 150;
  srtp::Suite suite = srtp::Suite::aead_aes_128_gcm;

  std::size_t packets_per_run() const { return frames_per_run * packets_per_frame * subscribers; }
  std::size_t packets_per_second() const {
    return packets_per_frame * subscribers * static_cast<std::size_t>(1s / frame_interval);
  }
};

inline constexpr std::size_t kRuns = 5;

inline constexpr unsigned kMeasuredCore = 0;
inline constexpr unsigned kClientsCore = 1;

}  // namespace parley::bench
