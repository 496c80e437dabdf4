#include "media/packet/pool.h"

#include <algorithm>

namespace parley::media {

PacketPool::~PacketPool() { PARLEY_ASSERT(in_use_ == 0); }

PacketDraft PacketPool::draft() {
  if (free_ == nullptr && !grow()) return {};
  MediaPacket* const packet = free_;
  free_ = packet->next_free_;
  ++in_use_;
  packet->facts_ = {};
  packet->references_ = 1;
  packet->payload_size_ = 0;
  packet->descriptor_size_ = 0;
  return PacketDraft(packet);
}

bool PacketPool::grow() {
  if (capacity() + kChunk > max_packets_) return false;
  // Not value-initialised: zeroing 1500 bytes a slot would touch every page for nothing.
  auto chunk = std::make_unique_for_overwrite<MediaPacket[]>(kChunk);
  for (std::size_t i = kChunk; i-- > 0;) {
    chunk[i].pool_ = this;
    chunk[i].next_free_ = free_;
    free_ = &chunk[i];
  }
  chunks_.push_back(std::move(chunk));
  return true;
}

void PacketPool::give_back(MediaPacket* packet) {
  PacketPool& pool = *packet->pool_;
  packet->next_free_ = pool.free_;
  pool.free_ = packet;
  --pool.in_use_;
}

void PacketRef::return_slot(MediaPacket* packet) { PacketPool::give_back(packet); }

PacketDraft::~PacketDraft() {
  if (packet_ != nullptr) PacketPool::give_back(packet_);
}

bool PacketDraft::set_bytes(ByteView payload, ByteView dependency_descriptor) {
  if (payload.size() + dependency_descriptor.size() > MediaPacket::kMaxBytes) return false;
  const auto end = std::copy(payload.begin(), payload.end(), packet_->bytes_.begin());
  std::copy(dependency_descriptor.begin(), dependency_descriptor.end(), end);
  packet_->payload_size_ = static_cast<std::uint16_t>(payload.size());
  packet_->descriptor_size_ = static_cast<std::uint16_t>(dependency_descriptor.size());
  return true;
}

}  // namespace parley::media
