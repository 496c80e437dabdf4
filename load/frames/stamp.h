#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/time.h"

namespace parley::load {

/// The mark at the end of each frame that we publish, where decoders do not look: which frame it
/// is, of how many packets, and when it left. It passes a server unchanged, whatever that does to
/// numbers, timestamps and descriptors in front of the payload.
struct Stamp {
  std::uint32_t run = 0;  ///< The process: clocks of others say nothing.
  std::uint8_t layer = 0;
  bool keyframe = false;
  std::uint16_t packets = 0;
  std::uint32_t frame = 0;
  Time sent{};

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

inline constexpr std::size_t kStampSize = 26;

/// Seven bits to a byte, the eighth set: in no codec may it look like the beginning of anything.
void write_stamp(std::uint8_t* out, const Stamp& stamp);
/// Nothing if the payload does not end with one.
std::optional<Stamp> read_stamp(ByteView payload);

}  // namespace parley::load
