#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "media/control/types.h"
#include "protocols/rtp/extensions.h"

namespace parley::media {

/// The header extension elements of one packet, by meaning. Empty where absent.
struct Elements {
  ByteView mid;
  ByteView rid;
  ByteView repaired_rid;
  ByteView audio_level;
  ByteView transport_sequence;
  ByteView abs_capture_time;
  ByteView dependency_descriptor;
  ByteView playout_delay;
};

/// Sorts a packet's elements in one walk. Ids mean the same in all media sections of a transport
/// (RFC 9143 section 9.2), which is what allows this before the stream is known.
class ElementReader {
 public:
  void clear() { slots_ = {}; }
  void add(const ExtensionIds& ids);
  Elements read(const rtp::Extensions& extensions) const;

 private:
  std::array<ByteView Elements::*, 256> slots_{};
};

}  // namespace parley::media
