#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parley::media {

/// Why a publisher's packet went no further than ingest. Each is a label of one counter.
enum class IngestDrop : std::uint8_t {
  malformed,             ///< Not RTP (RFC 3550 section 5.1).
  unknown_source,        ///< No stream claims its SSRC, MID, RID or payload type (yet).
  unknown_payload_type,  ///< The stream is known, but this was not negotiated for it.
  malformed_payload,     ///< The codec's descriptor cannot be read, so it cannot be rewritten.
  duplicate,             ///< Was here before, by its own path or by retransmission.
  too_old,               ///< Behind the window, or a jump that has not proven itself yet.
  probe,                 ///< Padding on a retransmission stream: counted for feedback, then done.
  too_large,             ///< More than a slot holds.
  pool_exhausted,        ///< Subscribers hold on to every slot there is.
};
inline constexpr std::size_t kIngestDropKinds = 9;
std::string_view name(IngestDrop drop);

}  // namespace parley::media
