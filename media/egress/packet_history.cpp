#include "media/egress/packet_history.h"

#include <utility>

#include "base/assert.h"

namespace parley::media {

PacketHistory::Handle PacketHistory::store(PacketRef packet) {
  if (ring_.empty()) {
    PARLEY_ASSERT((capacity_ & (capacity_ - 1)) == 0);
    ring_.resize(capacity_);
  }
  if (size() == capacity_) ++oldest_;
  ring_[next_ & (capacity_ - 1)] = std::move(packet);
  return next_++;
}

const PacketRef* PacketHistory::find(Handle handle, Time now) const {
  if (handle - oldest_ >= size()) return nullptr;
  const PacketRef& packet = ring_[handle & (capacity_ - 1)];
  return now - packet->facts().received <= kMaxAge ? &packet : nullptr;
}

void PacketHistory::expire(Time now) {
  while (oldest_ != next_) {
    PacketRef& packet = ring_[oldest_ & (capacity_ - 1)];
    if (now - packet->facts().received <= kMaxAge) return;
    packet.reset();
    ++oldest_;
  }
}

}  // namespace parley::media
