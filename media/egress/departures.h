#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace parley::media {

/// The numbers under which a stream's packets leave. Forwarder counts what is to be sent, without a
/// hole; what is let go of before it has left takes its numbers with it, so that the receiver
/// misses nothing and asks for nothing.
///
///  owner     EgressStream
///  thread    the shard's
///  bounded   constant
class Departures {
 public:
  /// `first`: the index that Forwarder begins with, and the number that it leaves under.
  explicit Departures(std::uint64_t first) : next_(first) {}

  /// The number of the packet of this index; nothing if it comes from before a cut.
  std::optional<std::uint64_t> depart(std::uint64_t index) {
    if (index < cut_) return std::nullopt;
    next_ = std::max(next_, index + 1);
    return index - cut_off_;
  }
  /// What of those below `index` has not left never will. Of packets that the publisher still owes
  /// us, too: `index` begins with a key frame.
  void cut(std::uint64_t index) {
    if (index <= next_) return;
    cut_off_ += index - next_;
    cut_ = next_ = index;
  }
  /// What `index` will leave under, unless there is a cut before it.
  std::uint64_t expected(std::uint64_t index) const { return index - cut_off_; }

 private:
  std::uint64_t next_;         ///< Index after the highest that has left.
  std::uint64_t cut_ = 0;      ///< Index below which nothing leaves.
  std::uint64_t cut_off_ = 0;  ///< How many numbers were let go of.
};

}  // namespace parley::media
