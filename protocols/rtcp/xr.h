#pragma once

#include <cstdint>
#include <optional>

#include "protocols/rtcp/packet.h"
#include "protocols/rtp/ntp.h"

/// Extended reports (RFC 3611), as far as a receiver needs them to learn its round trip: it sends a
/// receiver reference time (section 4.4), the sender answers with DLRR (section 4.5).
namespace parley::rtcp {

struct DlrrItem {
  std::uint32_t ssrc = 0;     ///< The receiver that this answers.
  std::uint32_t last_rr = 0;  ///< Compact NTP of its RRTR.
  std::uint32_t delay = 0;    ///< Since that arrived, 1/65536 s.
  friend bool operator==(const DlrrItem&, const DlrrItem&) = default;
};

struct ExtendedReport {
  std::uint32_t ssrc = 0;
  std::optional<rtp::NtpTime> reference_time;  ///< RRTR
  ByteView dlrr;                               ///< 12 bytes per item

  std::size_t dlrr_count() const { return dlrr.size() / 12; }
  DlrrItem dlrr_item(std::size_t i) const;
};

/// Unknown block types are skipped; nothing if a block runs past the packet.
std::optional<ExtendedReport> parse_extended_report(const PacketView& packet);

bool write_reference_time(Writer& out, std::uint32_t ssrc, rtp::NtpTime now);
bool write_dlrr(Writer& out, std::uint32_t ssrc, const DlrrItem& item);

}  // namespace parley::rtcp
