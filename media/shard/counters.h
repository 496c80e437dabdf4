#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parley::media {

/// Why the shard itself let a datagram go. What a stream or a transport refused is counted there.
enum class ShardDrop : std::uint8_t {
  unknown_peer,    ///< Not STUN, from an address that no check has bound.
  unknown_ufrag,   ///< A check for a transport that is not (or no longer) here.
  not_webrtc,      ///< RFC 7983: the first byte belongs to no protocol of ours.
  refused,         ///< The transport did not want it: not authentic, replayed, malformed.
  unknown_stream,  ///< RTP that no media section of this transport accounts for.
  not_media,       ///< The stream did not want it: duplicate, too old, malformed.
  bad_rtcp,
  too_many,  ///< A limit of ShardConfig: the command was not carried out.
};
inline constexpr std::size_t kShardDropKinds = 8;
std::string_view to_string(ShardDrop drop);

/// Running totals, for metrics. Written by the shard's thread only.
struct ShardCounters {
  std::uint64_t datagrams_in = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t datagrams_out = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t trains_out = 0;
  std::uint64_t media_in = 0;   ///< RTP packets accepted from publishers.
  std::uint64_t media_out = 0;  ///< RTP packets protected for subscribers, resent ones too.
  std::uint64_t resent = 0;
  std::uint64_t nacked_too_late = 0;    ///< Asked for, but no longer in the history.
  std::uint64_t keyframe_requests = 0;  ///< Sent to publishers.
  std::array<std::uint64_t, kShardDropKinds> drops{};
  std::uint64_t transports = 0;  ///< Now, not a total; so are the two below.
  std::uint64_t streams = 0;
  std::uint64_t subscriptions = 0;
};

}  // namespace parley::media
