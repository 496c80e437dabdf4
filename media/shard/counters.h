#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "media/ingest/drop.h"
#include "media/peer/transport.h"

namespace parley::media {

/// Why the shard itself let something go. What transports and streams refuse has reasons of its
/// own.
enum class ShardDrop : std::uint8_t {
  unknown_peer,    ///< Not a check, from an address that no check has bound.
  unknown_ufrag,   ///< A check for a transport that is not here (any more).
  not_webrtc,      ///< RFC 7983: the first byte belongs to no protocol of ours.
  too_many,        ///< A limit of ShardConfig: the command was not carried out.
  unknown_stream,  ///< Piped here, where nobody has it (any more).
  malformed_rtcp,  ///< Authentic, but not whole packets to its end: what comes before is heeded.
};
inline constexpr std::size_t kShardDropKinds = 6;
std::string_view to_string(ShardDrop drop);

/// Running totals, for metrics. Written by the shard's thread only.
struct ShardCounters {
  std::uint64_t datagrams_in = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t datagrams_out = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t trains_out = 0;  ///< Sends; datagrams_out / trains_out tells how full they are.
  std::uint64_t media_in = 0;    ///< RTP packets accepted from publishers.
  std::uint64_t piped_in = 0;    ///< Of publishers on other shards.
  std::uint64_t piped_out = 0;   ///< To other shards, once for each of them.
  std::uint64_t media_out = 0;   ///< RTP packets to subscribers, resent ones too.
  std::uint64_t resent = 0;
  std::uint64_t red_made = 0;  ///< Packets of sound that were given redundancy, each once for all,
  std::uint64_t red_sent = 0;  ///< and that were sent with it.
  std::uint64_t red_left_out =
      0;                      ///< Packets whose publisher's redundancy a narrow path was spared.
  std::uint64_t repairs = 0;  ///< Packets from which lost ones of pictures can be made anew.
  std::uint64_t nacked_too_late = 0;   ///< Asked for, but no longer remembered.
  std::uint64_t nacked_in_vain = 0;    ///< Not sent again: superseded, or late, or the path full.
  std::uint64_t padding = 0;           ///< Packets by which paths are probed.
  std::uint64_t overruns = 0;          ///< Pictures that waited too long for a narrow path.
  std::uint64_t pauses = 0;            ///< Of videos that a path had no room for.
  std::uint64_t keyframes_wanted = 0;  ///< By subscribers; publishers are asked less often.
  std::array<std::uint64_t, kShardDropKinds> drops{};
  std::array<std::uint64_t, kTransportDrops> transport_drops{};
  std::array<std::uint64_t, kIngestDropKinds> ingest_drops{};
  // Now, not totals:
  std::uint64_t transports = 0;
  std::uint64_t streams = 0;        ///< Published here.
  std::uint64_t piped_streams = 0;  ///< Published on another shard.
  std::uint64_t subscriptions = 0;
};

}  // namespace parley::media
