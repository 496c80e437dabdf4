#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace parley::codec {

/// LiveKit's packet trailer: facts about a frame (when it was made, its number, what the
/// application adds) behind its last byte. From the end: "LKTS", the trailer's length, then entries
/// of tag, length and value; all but the four letters are inverted, so that no start code arises.
///
/// The size of the trailer that ends this payload of a frame's last packet; 0 if there is none, or
/// if it began in the packet before.
std::size_t packet_trailer_size(ByteView payload);

}  // namespace parley::codec
