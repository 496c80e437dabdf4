#pragma once

#include <cstdint>

#include "base/strong.h"

/// Numbers of RTP that wrap on the wire, and the ones we compute with that do not.
namespace parley::rtp {

/// What is on the wire: 16 bits that wrap. Deliberately has no ordering worth using.
using WireSeq = Strong<struct WireSeqTag, std::uint16_t>;

/// What we compute with: never wraps in the life of a stream, so `<` means "earlier".
using PacketIndex = Strong<struct PacketIndexTag, std::uint64_t>;

/// The media clock on the wire: 32 bits that wrap, in units of the codec's clock rate.
using WireTimestamp = Strong<struct WireTimestampTag, std::uint32_t>;

/// The media clock unwrapped; same unit.
using MediaTicks = Strong<struct MediaTicksTag, std::uint64_t>;

/// A stream's first packet gets this index plus its sequence number, so that packets that come from
/// before it (reordering at the very start) still have an index above zero.
inline constexpr std::uint64_t kFirstIndexBase = 0x1'0000;
inline constexpr std::uint64_t kFirstTicksBase = 0x1'0000'0000;

constexpr PacketIndex first_index(WireSeq seq) {
  return PacketIndex(kFirstIndexBase + seq.value());
}
constexpr MediaTicks first_ticks(WireTimestamp t) {
  return MediaTicks(kFirstTicksBase + t.value());
}

/// Unwraps `seq` to the index nearest to `newest` (RFC 3711 section 3.3.1, appendix A).
constexpr PacketIndex unwrap(WireSeq seq, PacketIndex newest) {
  const auto low = static_cast<std::uint16_t>(newest.value());
  const auto step = static_cast<std::int16_t>(static_cast<std::uint16_t>(seq.value() - low));
  return PacketIndex(newest.value() + static_cast<std::uint64_t>(static_cast<std::int64_t>(step)));
}

constexpr MediaTicks unwrap(WireTimestamp timestamp, MediaTicks newest) {
  const auto low = static_cast<std::uint32_t>(newest.value());
  const auto step = static_cast<std::int32_t>(timestamp.value() - low);
  return MediaTicks(newest.value() + static_cast<std::uint64_t>(static_cast<std::int64_t>(step)));
}

constexpr WireSeq wrap(PacketIndex index) {
  return WireSeq(static_cast<std::uint16_t>(index.value()));
}
constexpr WireTimestamp wrap(MediaTicks ticks) {
  return WireTimestamp(static_cast<std::uint32_t>(ticks.value()));
}

static_assert(unwrap(WireSeq(2), PacketIndex(0x1'fffe)) == PacketIndex(0x2'0002));
static_assert(unwrap(WireSeq(0xfffe), PacketIndex(0x2'0002)) == PacketIndex(0x1'fffe));
static_assert(unwrap(WireTimestamp(5), MediaTicks(0x1'ffff'fff0)) == MediaTicks(0x2'0000'0005));
static_assert(wrap(unwrap(WireTimestamp(0xffff'fff0), MediaTicks(0x2'0000'0005))) ==
              WireTimestamp(0xffff'fff0));

}  // namespace parley::rtp
