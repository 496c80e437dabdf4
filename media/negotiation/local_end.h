#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/control/types.h"
#include "protocols/sdp/sdp.h"

namespace parley::media {

/// How we describe our end of one peer connection.
struct LocalEnd {
  IceCredentials ice;
  Fingerprint fingerprint;
  std::vector<LocalCandidate> candidates;
  bool ice_lite = true;
  std::uint64_t session_id = 0;  ///< o= line; the same for the life of the peer connection.
  std::uint64_t session_version =
      0;  ///< Grows by one with each description (RFC 8866 section 5.2).
};

/// "1 1 udp 2130706431 192.0.2.1 7882 typ host" and, for TCP, "... tcptype passive" (RFC 8839,
/// 6544). UDP is preferred to TCP, IPv6 to IPv4, as RFC 8421 wants.
std::vector<std::string> candidate_lines(const std::vector<LocalCandidate>& candidates);

/// Session-level lines that every description of ours begins with.
sdp::Session describe(const LocalEnd& local);

/// Writes our transport into a section. The candidates go into the first section of a bundle only.
void describe_transport(const LocalEnd& local, sdp::Setup setup, bool first, sdp::Media& media);

/// The largest data channel message that we take, told in descriptions.
inline constexpr std::uint64_t kMaxMessageSize = 262144;
inline constexpr std::uint16_t kSctpPort = 5000;

}  // namespace parley::media
