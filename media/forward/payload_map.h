#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "media/control/types.h"

namespace parley::media {

/// Which of the subscriber's payload types each of the publisher's becomes. Made when either side
/// negotiates, read for each packet.
class PayloadMap {
 public:
  enum class Action : std::uint8_t {
    drop,        ///< The subscriber has no codec for it.
    pass,        ///< Same codec: only the number differs.
    unwrap_red,  ///< RFC 2198 to a subscriber without it: send the primary block alone.
  };
  struct Entry {
    Action action = Action::drop;
    std::uint8_t payload_type = 0;
    /// Of RED that is passed: of its primary block by itself, or -1.
    std::int8_t plain = -1;
  };

  PayloadMap() = default;
  PayloadMap(std::span<const CodecBinding> publisher, std::span<const CodecBinding> subscriber);

  Entry operator[](std::uint8_t publisher_payload_type) const {
    return entries_[publisher_payload_type & 0x7f];
  }

 private:
  std::array<Entry, 128> entries_{};
};

/// The subscriber's retransmission payload type for one of its own, or -1.
int rtx_payload_type(std::span<const CodecBinding> subscriber, std::uint8_t payload_type);

/// The subscriber's payload type for its Opus with redundancy, or -1.
int red_payload_type(std::span<const CodecBinding> subscriber);

}  // namespace parley::media
