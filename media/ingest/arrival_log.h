#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "protocols/rtcp/packet.h"
#include "protocols/rtp/sequence.h"

namespace parley::media {

/// When each packet of a transport arrived, by its transport-wide number, until that has been told
/// to the sender (draft-holmer-rmcat-transport-wide-cc-extensions-01).
///
///  owner        Ingest, one per transport
///  bounded by   `kWindow` numbers; what falls out behind is never reported
class ArrivalLog {
 public:
  static constexpr std::size_t kWindow = 1024;
  /// The sender's estimator wants to hear often; every 50 ms costs it some 10 kbit/s.
  static constexpr Duration kInterval = std::chrono::milliseconds(50);
  static constexpr std::size_t kMaxPending = 100;  ///< Told at once when so many wait.

  void on_packet(std::uint16_t sequence, Time now);

  /// Writes packets about all that is pending. True if there was no room for all of it.
  bool write(rtcp::Writer& out, Time now, std::uint32_t sender_ssrc, std::uint32_t media_ssrc);
  Time next_deadline() const { return due_; }

 private:
  /// What was lost before the first arrival is told too, but not more of it than this.
  static constexpr std::uint64_t kMaxLeadingLosses = 256;

  Time& at(std::uint64_t index) { return times_[index % kWindow]; }

  std::vector<Time> times_;  ///< Ring; made at the first packet.
  std::uint64_t newest_ = 0;
  std::uint64_t unreported_ = 0;  ///< First number that the next feedback speaks for.
  std::size_t pending_ = 0;
  Time due_ = kNever;
  std::uint8_t feedback_count_ = 0;
};

}  // namespace parley::media
