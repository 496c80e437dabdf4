#pragma once

#include <cstdint>

namespace parley::media {

/// Running totals of ICE over TCP. Written by the shard's thread only.
struct TcpCounters {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;    ///< Connections beyond the limit.
  std::uint64_t idle = 0;       ///< Closed because nothing came.
  std::uint64_t malformed = 0;  ///< Closed because what came were no frames.
  std::uint64_t frames_in = 0;
  std::uint64_t frames_out = 0;
  std::uint64_t frames_lost = 0;  ///< The other end was too slow, or is gone.
  std::uint64_t connections = 0;  ///< Now, not a total.
};

}  // namespace parley::media
