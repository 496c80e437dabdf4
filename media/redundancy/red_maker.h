#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "media/packet/packet.h"
#include "media/packet/pool.h"

namespace parley::media {

/// Makes RED of one stream of plain Opus: packets that carry the payloads of those before them as
/// well. Made once for all subscribers who want the same, and shared like any other packet.
///
///  owner     a stream, while any of its subscribers wants it
///  thread    the shard's
///  bounded   kRemembered packets of the stream, and kVariants made of the newest
///  RFC       2198
class RedMaker {
 public:
  static constexpr std::size_t kMaxDepth = 2;
  static constexpr std::size_t kRemembered = kMaxDepth + 1;
  /// Subscribers differ in depth and in their payload type for Opus, which stands inside.
  static constexpr std::size_t kVariants = 6;
  /// Leaves room for headers in the 1200 bytes that every path carries.
  static constexpr std::size_t kMaxSize = 1100;

  struct Made {
    PacketRef packet;
    std::optional<std::uint32_t> stored;  ///< Where the stream's history has it: the caller's.
    std::uint8_t depth = 0;
    std::uint8_t payload_type = 0;
    bool fresh = true;  ///< Nobody has got it yet: the caller's.
  };

  /// For each packet of the stream, in the order of arrival, before `make`.
  void on_packet(const PacketRef& packet);
  /// That packet with up to `depth` earlier ones in front of it; `payload_type` is the subscriber's
  /// for Opus. Null: it goes as it is. There may be none before it, or none that RED has words for
  /// (too old, too long), it may not be Opus, or the pool is empty.
  Made* make(std::size_t depth, std::uint8_t payload_type, PacketPool& pool);

 private:
  bool compose(Made& made, PacketPool& pool) const;

  /// The newest, in the order of their numbers.
  std::array<PacketRef, kRemembered> packets_;
  std::size_t count_ = 0;
  std::size_t current_ = kRemembered;  ///< Among them; kRemembered: none of them.
  std::array<Made, kVariants> made_;
  std::size_t made_count_ = 0;
};

}  // namespace parley::media
