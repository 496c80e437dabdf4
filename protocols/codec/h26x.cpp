#include "protocols/codec/h26x.h"

namespace parley::codec {
namespace {

// H.264 (RFC 6184 sections 5.2 and 5.4).
constexpr std::uint8_t kIdr = 5;
constexpr std::uint8_t kSps = 7;
constexpr std::uint8_t kStapA = 24;
constexpr std::uint8_t kFuA = 28;

// H.265 (RFC 7798 section 4.4; ITU-T H.265 table 7-1).
constexpr std::uint8_t kFirstIrap = 16;
constexpr std::uint8_t kLastIrap = 23;
constexpr std::uint8_t kH265Vps = 32;
constexpr std::uint8_t kH265Sps = 33;
constexpr std::uint8_t kAggregation = 48;
constexpr std::uint8_t kFragmentation = 49;

void note_h264(std::uint8_t type, H26x& facts) {
  facts.unit_start = true;
  facts.parameter_sets |= type == kSps;
  facts.keyframe |= type == kSps || type == kIdr;
}

void note_h265(std::uint8_t type, H26x& facts) {
  const bool parameters = type == kH265Vps || type == kH265Sps;
  facts.unit_start = true;
  facts.parameter_sets |= parameters;
  facts.keyframe |= parameters || (type >= kFirstIrap && type <= kLastIrap);
}

}  // namespace

std::optional<H26x> parse_h264(ByteView payload) {
  if (payload.empty()) return std::nullopt;
  H26x facts;
  const std::uint8_t type = payload[0] & 0x1f;
  if (type == kStapA) {
    ByteReader units(payload.subspan(1));
    while (units.remaining() > 0) {
      const ByteView unit = units.bytes(units.u16());
      if (!units.ok() || unit.empty()) return std::nullopt;
      note_h264(unit[0] & 0x1f, facts);
    }
    if (!facts.unit_start) return std::nullopt;
    return facts;
  }
  if (type == kFuA) {
    if (payload.size() < 2) return std::nullopt;
    if ((payload[1] & 0x80) != 0) note_h264(payload[1] & 0x1f, facts);  // S
    return facts;
  }
  note_h264(type, facts);
  return facts;
}

std::optional<H26x> parse_h265(ByteView payload) {
  if (payload.size() < 2) return std::nullopt;
  H26x facts;
  const std::uint8_t type = (payload[0] >> 1) & 0x3f;
  const std::uint8_t temporal_plus_one = payload[1] & 0x07;
  if (temporal_plus_one == 0) return std::nullopt;  // Section 1.1.4: TID zero is illegal.
  facts.temporal_id = static_cast<std::uint8_t>(temporal_plus_one - 1);
  if (type == kAggregation) {
    ByteReader units(payload.subspan(2));
    while (units.remaining() > 0) {
      const ByteView unit = units.bytes(units.u16());
      if (!units.ok() || unit.size() < 2) return std::nullopt;
      note_h265((unit[0] >> 1) & 0x3f, facts);
    }
    if (!facts.unit_start) return std::nullopt;
    return facts;
  }
  if (type == kFragmentation) {
    if (payload.size() < 3) return std::nullopt;
    if ((payload[2] & 0x80) != 0) note_h265(payload[2] & 0x3f, facts);  // S
    return facts;
  }
  note_h265(type, facts);
  return facts;
}

}  // namespace parley::codec
