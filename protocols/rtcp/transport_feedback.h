#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"
#include "protocols/rtcp/packet.h"

/// Transport-wide feedback: which packets of a transport arrived, and when
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).
namespace parley::rtcp {

/// Deltas are in units of 250 µs, the reference time in 64 ms, 24 bits, signed.
inline constexpr Duration kFeedbackDeltaUnit = std::chrono::microseconds(250);
inline constexpr Duration kFeedbackReferenceUnit = std::chrono::milliseconds(64);

/// What one packet of ours speaks for at most.
inline constexpr std::size_t kMaxFeedbackStatuses = 400;

/// A received feedback packet, and a walk over what it says of each sequence number in turn:
///
///   PacketStatus status;
///   for (auto cursor = feedback->statuses(); cursor.next(status);) ...
///
/// `parse_transport_feedback` has checked that every chunk and delta is there.
///
///  bounded by   65535 statuses, by the format
class TransportFeedback {
 public:
  struct PacketStatus {
    std::uint16_t sequence = 0;
    bool received = false;
    /// Since the packet's reference time began (see `reference`), all deltas added up. Only if
    /// received.
    Duration since_reference{};
  };

  class Cursor {
   public:
    bool next(PacketStatus& out);

   private:
    friend class TransportFeedback;
    Cursor(ByteView chunks, ByteView deltas, std::uint16_t sequence, std::uint16_t count)
        : chunks_(chunks), deltas_(deltas), sequence_(sequence), left_(count) {}

    ByteView chunks_;
    ByteView deltas_;
    Duration time_{};
    std::uint16_t sequence_;
    std::uint16_t left_;
    std::uint16_t chunk_ = 0;  ///< The current chunk as it stands on the wire.
    std::uint16_t left_in_chunk_ = 0;
  };

  std::uint32_t sender_ssrc = 0;
  std::uint32_t media_ssrc = 0;
  std::uint16_t base_sequence = 0;
  std::uint16_t status_count = 0;
  std::int32_t reference_units = 0;  ///< In 64 ms; compare two packets modulo 2^24.
  std::uint8_t feedback_count = 0;

  /// The receiver's clock at the packet's reference time; wraps after 2^24 * 64 ms (12 days).
  Duration reference() const { return reference_units * kFeedbackReferenceUnit; }
  Cursor statuses() const { return {chunks_, deltas_, base_sequence, status_count}; }

 private:
  friend std::optional<TransportFeedback> parse_transport_feedback(const PacketView& packet);

  ByteView chunks_;
  ByteView deltas_;
};

std::optional<TransportFeedback> parse_transport_feedback(const PacketView& packet);

/// Writes one packet about `arrivals[0]` = sequence `base_sequence`, and so on; `kNever` marks one
/// that did not arrive. How many of them the packet speaks for: it stops before a delta that does
/// not fit 16 bits, at `kMaxFeedbackStatuses`, and where the writer's room ends. 0: there was no
/// room for one, or none arrived.
std::size_t write_transport_feedback(Writer& out, std::uint32_t sender_ssrc,
                                     std::uint32_t media_ssrc, std::uint8_t feedback_count,
                                     std::uint16_t base_sequence, std::span<const Time> arrivals);

}  // namespace parley::rtcp
