#include "protocols/sctp/dcep.h"

#include <algorithm>

namespace parley::sctp {
namespace {

constexpr std::uint8_t kAck = 0x02;
constexpr std::uint8_t kOpen = 0x03;
// Channel types, RFC 8832 section 5.1; the upper bit says unordered.
constexpr std::uint8_t kReliable = 0x00;
constexpr std::uint8_t kMaxRetransmits = 0x01;
constexpr std::uint8_t kMaxLifetime = 0x02;
constexpr std::uint8_t kUnordered = 0x80;
constexpr std::uint16_t kNormalPriority = 256;  // RFC 8831 section 6.4

std::uint16_t narrow(std::uint32_t v) {
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(v, 0xffff));
}

}  // namespace

ByteVector write_open(const ChannelConfig& config) {
  std::uint8_t type = kReliable;
  std::uint32_t parameter = 0;
  if (config.max_retransmits) {
    type = kMaxRetransmits;
    parameter = *config.max_retransmits;
  } else if (config.max_lifetime_ms) {
    type = kMaxLifetime;
    parameter = *config.max_lifetime_ms;
  }
  if (!config.ordered) type |= kUnordered;

  ByteVector out;
  ByteWriter w(out);
  w.u8(kOpen);
  w.u8(type);
  w.u16(kNormalPriority);
  w.u32(parameter);
  w.u16(static_cast<std::uint16_t>(config.label.size()));
  w.u16(static_cast<std::uint16_t>(config.protocol.size()));
  w.bytes(as_bytes(config.label));
  w.bytes(as_bytes(config.protocol));
  return out;
}

std::optional<ChannelConfig> parse_open(ByteView message) {
  ByteReader reader(message);
  const std::uint8_t kind = reader.u8();
  const std::uint8_t type = reader.u8();
  reader.skip(2);  // Priority: one scheduler for all.
  const std::uint32_t parameter = reader.u32();
  const std::size_t label_size = reader.u16();
  const std::size_t protocol_size = reader.u16();
  if (label_size > kMaxLabel || protocol_size > kMaxLabel) return std::nullopt;
  const ByteView label = reader.bytes(label_size);
  const ByteView protocol = reader.bytes(protocol_size);
  if (!reader.ok() || kind != kOpen) return std::nullopt;

  ChannelConfig config;
  config.label = as_chars(label);
  config.protocol = as_chars(protocol);
  config.ordered = (type & kUnordered) == 0;
  switch (type & ~kUnordered) {
    case kReliable:
      break;
    case kMaxRetransmits:
      config.max_retransmits = narrow(parameter);
      break;
    case kMaxLifetime:
      config.max_lifetime_ms = narrow(parameter);
      break;
    default:
      return std::nullopt;
  }
  return config;
}

ByteVector write_ack() { return {kAck}; }

bool is_ack(ByteView message) { return message.size() == 1 && message[0] == kAck; }

}  // namespace parley::sctp
