#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "media/packet/packet.h"

namespace parley::media {

/// Slots for packets, in chunks that are never given back, so that a warm pool does not allocate.
///
///  owner        one per shard; outlives every PacketRef into it
///  thread       the shard's
///  bounded by   `max_packets`; then `draft` yields nothing and the packet is dropped, counted
class PacketPool {
 public:
  static constexpr std::size_t kChunk = 256;

  explicit PacketPool(std::size_t max_packets = 1 << 16) : max_packets_(max_packets) {}
  ~PacketPool();
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;

  /// A slot with fresh facts and no bytes; empty when the pool is full.
  PacketDraft draft();

  std::size_t in_use() const { return in_use_; }
  std::size_t capacity() const { return chunks_.size() * kChunk; }

 private:
  friend class PacketRef;
  friend class PacketDraft;
  /// The last share is gone: back into the pool it came from.
  static void give_back(MediaPacket* packet);
  bool grow();

  std::vector<std::unique_ptr<MediaPacket[]>> chunks_;
  MediaPacket* free_ = nullptr;
  std::size_t in_use_ = 0;
  std::size_t max_packets_;
};

}  // namespace parley::media
