#include "protocols/rtcp/reports.h"

#include <algorithm>

namespace parley::rtcp {
namespace {

constexpr std::size_t kMaxBlocks = 31;  // Five bits of count.
constexpr std::size_t kSenderInfoSize = 20;

std::uint8_t* write_block(std::uint8_t* out, const ReportBlock& block) {
  constexpr std::int32_t kMostLost = 0x7f'ffff;
  constexpr std::int32_t kLeastLost = -0x80'0000;
  store_be32(out, block.ssrc);
  out[4] = block.fraction_lost;
  store_be24(out + 5,
             static_cast<std::uint32_t>(std::clamp(block.cumulative_lost, kLeastLost, kMostLost)) &
                 0xff'ffff);
  store_be32(out + 8, block.highest_sequence);
  store_be32(out + 12, block.jitter);
  store_be32(out + 16, block.last_sr);
  store_be32(out + 20, block.delay_since_last_sr);
  return out + ReportBlocks::kSize;
}

}  // namespace

ReportBlock ReportBlocks::operator[](std::size_t i) const {
  const std::uint8_t* const at = bytes_.data() + kSize * i;
  ReportBlock block;
  block.ssrc = load_be32(at);
  block.fraction_lost = at[4];
  // Sign-extended from 24 bits: duplicates can make the loss negative (RFC 3550 section 6.4.1).
  block.cumulative_lost = static_cast<std::int32_t>(load_be24(at + 5) << 8) >> 8;
  block.highest_sequence = load_be32(at + 8);
  block.jitter = load_be32(at + 12);
  block.last_sr = load_be32(at + 16);
  block.delay_since_last_sr = load_be32(at + 20);
  return block;
}

std::optional<SenderReport> parse_sender_report(const PacketView& packet) {
  const std::size_t blocks = packet.count * ReportBlocks::kSize;
  // What follows the blocks is a profile's extension: ignored.
  if (packet.body.size() < 4 + kSenderInfoSize + blocks) return std::nullopt;
  const std::uint8_t* const at = packet.body.data();
  SenderReport report;
  report.ssrc = load_be32(at);
  report.info.ntp = rtp::NtpTime(load_be64(at + 4));
  report.info.rtp_timestamp = rtp::WireTimestamp(load_be32(at + 12));
  report.info.packets = load_be32(at + 16);
  report.info.bytes = load_be32(at + 20);
  report.blocks = ReportBlocks(packet.body.subspan(4 + kSenderInfoSize, blocks));
  return report;
}

std::optional<ReceiverReport> parse_receiver_report(const PacketView& packet) {
  const std::size_t blocks = packet.count * ReportBlocks::kSize;
  if (packet.body.size() < 4 + blocks) return std::nullopt;
  return ReceiverReport{load_be32(packet.body.data()),
                        ReportBlocks(packet.body.subspan(4, blocks))};
}

bool write_sender_report(Writer& out, std::uint32_t ssrc, const SenderInfo& info,
                         std::span<const ReportBlock> blocks) {
  if (blocks.size() > kMaxBlocks) return false;
  std::uint8_t* at = out.begin(Type::sender_report, static_cast<std::uint8_t>(blocks.size()),
                               4 + kSenderInfoSize + blocks.size() * ReportBlocks::kSize);
  if (at == nullptr) return false;
  store_be32(at, ssrc);
  store_be64(at + 4, info.ntp.value());
  store_be32(at + 12, info.rtp_timestamp.value());
  store_be32(at + 16, info.packets);
  store_be32(at + 20, info.bytes);
  at += 4 + kSenderInfoSize;
  for (const ReportBlock& block : blocks) at = write_block(at, block);
  return true;
}

bool write_receiver_report(Writer& out, std::uint32_t ssrc, std::span<const ReportBlock> blocks) {
  if (blocks.size() > kMaxBlocks) return false;
  std::uint8_t* at = out.begin(Type::receiver_report, static_cast<std::uint8_t>(blocks.size()),
                               4 + blocks.size() * ReportBlocks::kSize);
  if (at == nullptr) return false;
  store_be32(at, ssrc);
  at += 4;
  for (const ReportBlock& block : blocks) at = write_block(at, block);
  return true;
}

}  // namespace parley::rtcp
