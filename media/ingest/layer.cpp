#include "media/ingest/layer.h"

#include <algorithm>

namespace parley::media {

void IngestLayer::on_counted(rtp::PacketIndex index, bool jumped, std::size_t payload_size) {
  ++packets;
  bytes += payload_size;
  // What is expected grows with the newest number; each arrival, early or late, pays off one.
  if (!has_highest || jumped) {
    has_highest = true;
    highest = index;
    return;
  }
  if (index > highest) {
    outstanding += static_cast<std::int64_t>(index.value() - highest.value() - 1);
    highest = index;
  } else if (outstanding > 0) {
    --outstanding;
  }
}

std::uint64_t IngestLayer::take_lost() {
  // What is still being asked for is not lost yet: it stays for the next period.
  const auto pending = static_cast<std::int64_t>(nacks.missing());
  const std::int64_t lost = std::max<std::int64_t>(outstanding - pending, 0);
  outstanding -= lost;
  return static_cast<std::uint64_t>(lost);
}

}  // namespace parley::media
