#pragma once

#include <cstdint>
#include <expected>

#include "base/bytes.h"

/// Packets of LiveKit's data tracks, which travel on the channel `_data_track`. Of their header
/// only the handle is a server's business: it names the track, with other numbers toward its
/// subscribers than from its publisher.
///
///   0      version (3 bits) | start | final | extended | reserved (2 bits)
///   1      reserved
///   2..3   handle
///   4..5   sequence number
///   6..7   frame number
///   8..11  timestamp
///   12..   if extended: length of the extensions in words, less one (16 bits), then they
namespace parley::data_track {

inline constexpr std::size_t kHeaderSize = 12;

enum class Error : std::uint8_t {
  too_short,
  wrong_version,
  no_handle,           ///< Zero names nothing.
  extensions_overrun,  ///< They end behind the packet.
};

/// What the publisher calls the track.
std::expected<std::uint16_t, Error> handle_of(ByteView packet);

/// In place of the publisher's. The packet has been read by `handle_of`.
void set_handle(MutableBytes packet, std::uint16_t handle);

}  // namespace parley::data_track
