#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include "base/time.h"
#include "sim/client.h"

namespace parley::sim {

/// Tells the sender when which packet of a connection arrived, over all its streams, every 50 ms
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01).
class Feedback {
 public:
  explicit Feedback(Client& client) : client_(client) {}

  /// `id`: of the header extension; 0 where it is not negotiated.
  void on_rtp(ByteView plain, std::uint8_t id, Time now);
  void advance(Time now);
  Time next_event() const { return next_; }

 private:
  Client& client_;
  std::deque<std::pair<std::uint16_t, Time>> arrivals_;
  std::uint16_t expected_ = 0;  ///< What the next message begins with.
  bool began_ = false;
  std::uint32_t ssrc_ = 0;
  std::uint8_t count_ = 0;
  Time next_ = kNever;
};

}  // namespace parley::sim
