#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"

namespace parley::media {

/// When each packet of a transport left, by its transport-wide number, until feedback tells of it.
/// A flat ring: at a thousand packets a second it remembers two seconds.
///
///  owner     one per Egress whose peer gives transport-wide feedback
///  bounded   kWindow packets
class SendLog {
 public:
  static constexpr std::size_t kWindow = 2048;

  struct Entry {
    Time sent{};
    std::uint32_t bytes = 0;
    std::uint16_t sequence = 0;
    std::uint8_t probe = 0;  ///< The cluster that it belongs to; 0: none.
    bool pending = false;
  };

  std::uint16_t next_sequence() const { return next_; }

  void add(std::size_t bytes, Time now, std::uint8_t probe = 0) {
    if (ring_.empty()) ring_.resize(kWindow);
    ring_[next_ & (kWindow - 1)] = {now, static_cast<std::uint32_t>(bytes), next_, probe, true};
    ++next_;
  }

  /// The packet, the first time that it is asked for.
  std::optional<Entry> take(std::uint16_t sequence) {
    if (ring_.empty()) return std::nullopt;
    Entry& entry = ring_[sequence & (kWindow - 1)];
    if (entry.sequence != sequence || !entry.pending) return std::nullopt;
    entry.pending = false;
    return entry;
  }

 private:
  std::vector<Entry> ring_;  ///< Made with the first packet.
  std::uint16_t next_ = 1;
};

}  // namespace parley::media
