#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/time.h"
#include "protocols/rtp/sequence.h"

namespace parley::media {

/// Decides which packets of one incoming layer to ask for again, and when.
///
/// Sans-IO: it reads no clock and sends nothing. Feed it arrivals with `on_packet`, wake it at
/// `next_deadline`, and send what `due` returns as a Generic NACK (RFC 4585 section 6.2.1).
///
/// A gap is asked for at once, then after a round trip, then at growing intervals.
///
///  owner        one per IngestLayer
///  bounded by   `kMaxMissing` gaps; the oldest are given up for newer ones. `kMaxTries` each.
class NackTracker {
 public:
  static constexpr std::size_t kMaxMissing = 256;
  static constexpr std::uint8_t kMaxTries = 10;
  static constexpr Duration kDefaultRoundTrip = std::chrono::milliseconds(100);
  static constexpr Duration kShortestRetry = std::chrono::milliseconds(20);

  /// A packet arrived for the first time, by whatever path.
  void on_packet(rtp::PacketIndex index, Time now);
  /// The numbering jumped: nothing before `index` is coming.
  void restart(rtp::PacketIndex index);
  void on_round_trip(Duration round_trip);

  /// The packets to ask for now, oldest first; as many as `out` has room for. They count as asked.
  std::size_t due(Time now, std::span<rtp::PacketIndex> out);
  Time next_deadline() const { return deadline_; }

  std::size_t missing() const { return count_; }
  std::uint64_t given_up() const { return given_up_; }

 private:
  struct Missing {
    rtp::PacketIndex index;
    Time ask_at;
    std::uint8_t tries = 0;
  };

  void remove(std::size_t at, std::size_t how_many);
  void update_deadline();

  std::array<Missing, kMaxMissing> missing_;  ///< The first `count_`, oldest first.
  std::size_t count_ = 0;
  rtp::PacketIndex newest_;
  Time deadline_ = kNever;
  Duration round_trip_ = kDefaultRoundTrip;
  std::uint64_t given_up_ = 0;
  bool started_ = false;
};

}  // namespace parley::media
