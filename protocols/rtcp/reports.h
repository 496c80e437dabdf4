#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "protocols/rtcp/packet.h"
#include "protocols/rtp/ntp.h"
#include "protocols/rtp/sequence.h"

/// Sender and receiver reports (RFC 3550 section 6.4).
namespace parley::rtcp {

struct ReportBlock {
  std::uint32_t ssrc = 0;
  std::uint8_t fraction_lost = 0;         ///< In 1/256 since the last report.
  std::int32_t cumulative_lost = 0;       ///< 24 bits, signed; saturates.
  std::uint32_t highest_sequence = 0;     ///< Cycles in the upper 16 bits.
  std::uint32_t jitter = 0;               ///< In units of the media clock.
  std::uint32_t last_sr = 0;              ///< Compact NTP of the last SR; 0: none yet.
  std::uint32_t delay_since_last_sr = 0;  ///< 1/65536 s
  friend bool operator==(const ReportBlock&, const ReportBlock&) = default;
};

/// The blocks of an SR or RR, as a walk. At most 31.
class ReportBlocks {
 public:
  ReportBlocks() = default;
  explicit ReportBlocks(ByteView bytes) : bytes_(bytes) {}
  std::size_t size() const { return bytes_.size() / kSize; }
  ReportBlock operator[](std::size_t i) const;

  static constexpr std::size_t kSize = 24;

 private:
  ByteView bytes_;
};

struct SenderInfo {
  rtp::NtpTime ntp;
  rtp::WireTimestamp rtp_timestamp;
  std::uint32_t packets = 0;
  std::uint32_t bytes = 0;
  friend bool operator==(const SenderInfo&, const SenderInfo&) = default;
};

struct SenderReport {
  std::uint32_t ssrc = 0;
  SenderInfo info;
  ReportBlocks blocks;
};
struct ReceiverReport {
  std::uint32_t ssrc = 0;
  ReportBlocks blocks;
};

/// The packet must be of the matching type; nothing if it is too short for its own count.
std::optional<SenderReport> parse_sender_report(const PacketView& packet);
std::optional<ReceiverReport> parse_receiver_report(const PacketView& packet);

/// At most 31 blocks.
bool write_sender_report(Writer& out, std::uint32_t ssrc, const SenderInfo& info,
                         std::span<const ReportBlock> blocks = {});
bool write_receiver_report(Writer& out, std::uint32_t ssrc,
                           std::span<const ReportBlock> blocks = {});

}  // namespace parley::rtcp
