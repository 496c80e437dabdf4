#include "protocols/rtcp/xr.h"

namespace parley::rtcp {
namespace {

constexpr std::uint8_t kReferenceTimeBlock = 4;
constexpr std::uint8_t kDlrrBlock = 5;

}  // namespace

DlrrItem ExtendedReport::dlrr_item(std::size_t i) const {
  const std::uint8_t* const at = dlrr.data() + 12 * i;
  return {load_be32(at), load_be32(at + 4), load_be32(at + 8)};
}

std::optional<ExtendedReport> parse_extended_report(const PacketView& packet) {
  ByteReader reader(packet.body);
  ExtendedReport report;
  report.ssrc = reader.u32();
  while (reader.remaining() > 0) {
    const std::uint8_t type = reader.u8();
    reader.skip(1);
    const ByteView block = reader.bytes(4u * reader.u16());
    if (!reader.ok()) break;
    if (type == kReferenceTimeBlock && block.size() == 8) {
      report.reference_time = rtp::NtpTime(load_be64(block.data()));
    } else if (type == kDlrrBlock && block.size() % 12 == 0) {
      report.dlrr = block;
    }
  }
  if (!reader.ok()) return std::nullopt;
  return report;
}

bool write_reference_time(Writer& out, std::uint32_t ssrc, rtp::NtpTime now) {
  std::uint8_t* const at = out.begin(Type::extended_report, 0, 4 + 4 + 8);
  if (at == nullptr) return false;
  store_be32(at, ssrc);
  store_be32(at + 4, std::uint32_t{kReferenceTimeBlock} << 24 | 2);
  store_be64(at + 8, now.value());
  return true;
}

bool write_dlrr(Writer& out, std::uint32_t ssrc, const DlrrItem& item) {
  std::uint8_t* const at = out.begin(Type::extended_report, 0, 4 + 4 + 12);
  if (at == nullptr) return false;
  store_be32(at, ssrc);
  store_be32(at + 4, std::uint32_t{kDlrrBlock} << 24 | 3);
  store_be32(at + 8, item.ssrc);
  store_be32(at + 12, item.last_rr);
  store_be32(at + 16, item.delay);
  return true;
}

}  // namespace parley::rtcp
