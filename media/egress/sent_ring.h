#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "media/egress/packet_history.h"
#include "media/forward/rewrite.h"

namespace parley::media {

/// What a header says of the moment of sending. Kept, because a packet that is sent again under its
/// own number must be the same to the last bit (SRTP would otherwise give its key away, RFC 7714
/// section 8.1).
struct SendStamp {
  std::uint32_t abs_send_time = 0;
  std::uint16_t transport_sequence = 0;
  bool with_mid = false;
  std::uint8_t padding = 0;
};

/// One packet that a subscriber was sent.
struct Sent {
  Rewrite rewrite;
  PacketHistory::Handle packet = 0;
  SendStamp stamp;
  Time resent{};  ///< Last time that it was sent again.
  std::uint8_t resends = 0;
};

/// What one subscriber was lately sent, by outgoing sequence number: which stored packet it was,
/// and how it was rewritten. Flat, overwritten in place.
///
///  owner     one per subscription that may ask for packets again
///  bounded   capacity (a power of two)
class SentRing {
 public:
  static constexpr std::size_t kVideoPackets = 512;
  static constexpr std::size_t kAudioPackets =
      64;  ///< More than a second; later it would not be played.

  explicit SentRing(std::size_t capacity = 0) : ring_(capacity) {}

  bool empty() const { return ring_.empty(); }

  Sent& add(const Rewrite& rewrite) {
    Sent& sent = ring_[rewrite.index & (ring_.size() - 1)];
    sent = Sent{};
    sent.rewrite = rewrite;
    return sent;
  }

  /// Null if no packet of this sequence number is remembered.
  Sent* find(std::uint16_t sequence) {
    if (ring_.empty()) return nullptr;
    Sent& sent = ring_[sequence & (ring_.size() - 1)];
    const bool is_it =
        static_cast<std::uint16_t>(sent.rewrite.index) == sequence && sent.rewrite.index != 0;
    return is_it ? &sent : nullptr;
  }

 private:
  std::vector<Sent> ring_;
};

}  // namespace parley::media
