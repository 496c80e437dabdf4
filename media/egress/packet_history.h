#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "media/packet/packet.h"

namespace parley::media {

/// What a stream lately sent, once for all its subscribers: they remember numbers, this remembers
/// the bytes.
///
///  owner     one per stream
///  thread    the shard's
///  bounded   by packets and by age: what is older is of no use to a decoder that waits for it
class PacketHistory {
 public:
  static constexpr Duration kMaxAge = 2s;
  static constexpr std::size_t kVideoPackets = 1024;  ///< All layers; 512 is a second of 4 Mbit/s.
  static constexpr std::size_t kAudioPackets = 256;

  /// A stored packet's name; names are never used twice in the age of a packet.
  using Handle = std::uint32_t;

  /// `capacity` is a power of two.
  explicit PacketHistory(std::size_t capacity) : capacity_(capacity) {}

  Handle store(PacketRef packet);
  /// Null if it is gone or too old.
  const PacketRef* find(Handle handle, Time now) const;
  /// Lets go of what is too old.
  void expire(Time now);
  std::size_t size() const { return next_ - oldest_; }

 private:
  std::size_t capacity_;
  std::vector<PacketRef> ring_;  ///< Made with the first packet.
  Handle next_ = 0;
  Handle oldest_ = 0;
};

}  // namespace parley::media
