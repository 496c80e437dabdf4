#pragma once

#include <optional>

#include "base/bytes.h"
#include "protocols/rtp/sequence.h"

/// Retransmission payloads (RFC 4588 section 4): the original sequence number, then the original
/// payload.
namespace parley::rtp {

inline constexpr std::size_t kRtxHeaderSize = 2;

struct RtxPayload {
  WireSeq original;
  ByteView payload;  ///< Empty: a probe made of nothing but padding.
};

/// Nothing if there is no room for the original sequence number (padding-only on an RTX stream).
inline std::optional<RtxPayload> read_rtx(ByteView payload) {
  if (payload.size() < kRtxHeaderSize) return std::nullopt;
  return RtxPayload{WireSeq(load_be16(payload.data())), payload.subspan(kRtxHeaderSize)};
}

/// Two bytes that go between the retransmitted packet's header and its original payload.
inline void write_rtx_header(std::uint8_t* out, WireSeq original) {
  store_be16(out, original.value());
}

}  // namespace parley::rtp
