#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "protocols/sctp/association.h"

/// The data channel establishment protocol (RFC 8832) and the numbers of RFC 8831 section 8.
namespace parley::sctp {

enum class Ppid : std::uint32_t {
  dcep = 50,
  text = 51,
  binary = 53,
  text_empty = 56,
  binary_empty = 57,
};

inline constexpr std::size_t kMaxLabel = 1024;

/// DATA_CHANNEL_OPEN, RFC 8832 section 5.1.
ByteVector write_open(const ChannelConfig& config);
std::optional<ChannelConfig> parse_open(ByteView message);

/// DATA_CHANNEL_ACK, RFC 8832 section 5.2.
ByteVector write_ack();
bool is_ack(ByteView message);

}  // namespace parley::sctp
