#include "protocols/rtcp/feedback.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace parley::rtcp {
namespace {

constexpr std::uint32_t kRembMark = 0x52454d42;  // "REMB"

std::uint8_t* begin_feedback(Writer& out, Type type, std::uint8_t format, std::uint32_t sender,
                             std::uint32_t media, std::size_t items_size) {
  std::uint8_t* const at = out.begin(type, format, 8 + items_size);
  if (at == nullptr) return nullptr;
  store_be32(at, sender);
  store_be32(at + 4, media);
  return at + 8;
}

}  // namespace

bool Nack::Cursor::next(rtp::WireSeq& out) {
  if (given_ == kMaxSequences) return false;
  if (mask_ == 0) {
    if (rest_.size() < 4) return false;
    base_ = load_be16(rest_.data());
    mask_ = 1u | static_cast<std::uint32_t>(load_be16(rest_.data() + 2)) << 1;
    rest_ = rest_.subspan(4);
  }
  const int step = std::countr_zero(mask_);
  mask_ &= mask_ - 1;
  out = rtp::WireSeq(static_cast<std::uint16_t>(base_ + step));
  ++given_;
  return true;
}

std::optional<Nack> parse_nack(const PacketView& packet) {
  if (packet.body.size() < 12) return std::nullopt;
  return Nack{load_be32(packet.body.data()), load_be32(packet.body.data() + 4),
              packet.body.subspan(8)};
}

std::size_t write_nack(Writer& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
                       std::span<const rtp::WireSeq> sequences) {
  constexpr std::size_t kHead = 4 + 8;
  if (sequences.empty() || out.room() < kHead + 4) return 0;
  const std::size_t most_items = (out.room() - kHead) / 4;

  // Two walks over the same greedy split: how many items it takes, then the items themselves.
  const auto split = [&](auto&& item) {
    std::size_t items = 0;
    std::size_t i = 0;
    while (i < sequences.size() && items < most_items) {
      const std::uint16_t base = sequences[i++].value();
      std::uint16_t mask = 0;
      while (i < sequences.size()) {
        const auto step = static_cast<std::uint16_t>(sequences[i].value() - base);
        if (step == 0 || step > 16) break;
        mask = static_cast<std::uint16_t>(mask | 1u << (step - 1));
        ++i;
      }
      item(items++, base, mask);
    }
    return std::pair(items, i);
  };
  const auto [items, taken] = split([](std::size_t, std::uint16_t, std::uint16_t) {});
  std::uint8_t* const at = begin_feedback(out, Type::transport_feedback, kNackFormat, sender_ssrc,
                                          media_ssrc, 4 * items);
  split([at](std::size_t i, std::uint16_t base, std::uint16_t mask) {
    store_be16(at + 4 * i, base);
    store_be16(at + 4 * i + 2, mask);
  });
  return taken;
}

std::optional<Pli> parse_pli(const PacketView& packet) {
  if (packet.body.size() < 8) return std::nullopt;
  return Pli{load_be32(packet.body.data()), load_be32(packet.body.data() + 4)};
}

bool write_pli(Writer& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc) {
  return begin_feedback(out, Type::payload_feedback, kPliFormat, sender_ssrc, media_ssrc, 0) !=
         nullptr;
}

std::optional<Fir> parse_fir(const PacketView& packet) {
  // RFC 5104 section 4.3.1.2: the media SSRC field is not used; the entries say whom it is about.
  if (packet.body.size() < 16) return std::nullopt;
  return Fir(packet.body.subspan(8));
}

bool write_fir(Writer& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
               std::uint8_t sequence) {
  std::uint8_t* const at =
      begin_feedback(out, Type::payload_feedback, kFirFormat, sender_ssrc, 0, 8);
  if (at == nullptr) return false;
  store_be32(at, media_ssrc);
  store_be32(at + 4, static_cast<std::uint32_t>(sequence) << 24);
  return true;
}

std::optional<Remb> parse_remb(const PacketView& packet) {
  if (packet.body.size() < 16 || load_be32(packet.body.data() + 8) != kRembMark) {
    return std::nullopt;
  }
  const std::uint32_t exponent = packet.body[13] >> 2;
  const std::uint64_t mantissa = load_be24(packet.body.data() + 13) & 0x3'ffff;
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  const bool overflows =
      mantissa != 0 && exponent > static_cast<std::uint32_t>(std::countl_zero(mantissa) - 1);
  return Remb{load_be32(packet.body.data()),
              mantissa == 0 ? 0 : (overflows ? kMost : mantissa << exponent)};
}

bool write_remb(Writer& out, std::uint32_t sender_ssrc, std::uint64_t bits_per_second,
                std::span<const std::uint32_t> media_ssrcs) {
  if (media_ssrcs.size() > 255) return false;
  std::uint8_t* const at = begin_feedback(out, Type::payload_feedback, kApplicationFormat,
                                          sender_ssrc, 0, 8 + 4 * media_ssrcs.size());
  if (at == nullptr) return false;
  const auto width = static_cast<std::uint32_t>(std::bit_width(bits_per_second));
  const std::uint32_t exponent = width > 18 ? width - 18 : 0;
  const auto mantissa = static_cast<std::uint32_t>(bits_per_second >> exponent);
  store_be32(at, kRembMark);
  at[4] = static_cast<std::uint8_t>(media_ssrcs.size());
  store_be24(at + 5, exponent << 18 | mantissa);
  for (std::size_t i = 0; i < media_ssrcs.size(); ++i) store_be32(at + 8 + 4 * i, media_ssrcs[i]);
  return true;
}

}  // namespace parley::rtcp
