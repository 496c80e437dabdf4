#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "media/forward/rewrite.h"

namespace parley::media {

/// The numbers under which a stream's packets leave. Forwarder counts what is to be sent, without a
/// hole; what is let go of before it has left takes its numbers with it, so that the receiver
/// misses nothing and asks for nothing. But for one, where a picture ends in its middle: a part
/// must not be taken for all of it.
///
///  owner     EgressStream
///  thread    the shard's
///  bounded   constant
class Departures {
 public:
  /// `first`: the index that Forwarder begins with, and the number that it leaves under.
  explicit Departures(std::uint64_t first) : next_(first) {}

  /// The number of the packet that leaves now; nothing if it comes from before a cut.
  std::optional<std::uint64_t> depart(const Rewrite& packet) {
    if (packet.index < cut_) return std::nullopt;
    if (packet.index >= next_) {
      next_ = packet.index + 1;
      under_way_ = !packet.marker;
      timestamp_ = packet.timestamp;
    }
    return packet.index - cut_off_;
  }
  /// What of those below `index` has not left never will; nor what the publisher still owes us of
  /// them. `index` begins a picture.
  void cut(std::uint64_t index) {
    if (index <= next_) return;
    cut_off_ += index - next_ - (under_way_ ? 1 : 0);
    cut_ = next_ = index;
    under_way_ = false;
  }
  /// What `index` will leave under, unless there is a cut before it.
  std::uint64_t expected(std::uint64_t index) const { return index - cut_off_; }
  /// The timestamp of the picture of which a part has left, and not the end.
  std::optional<std::uint32_t> under_way() const {
    return under_way_ ? std::optional(timestamp_) : std::nullopt;
  }

 private:
  std::uint64_t next_;         ///< Index after the highest that has left.
  std::uint64_t cut_ = 0;      ///< Index below which nothing leaves.
  std::uint64_t cut_off_ = 0;  ///< How many numbers were let go of.
  bool under_way_ = false;
  std::uint32_t timestamp_ = 0;
};

}  // namespace parley::media
