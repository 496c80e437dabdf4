#include "media/negotiation/local_end.h"

#include <fmt/format.h>

namespace parley::media {

std::vector<std::string> candidate_lines(const std::vector<LocalCandidate>& candidates) {
  std::vector<std::string> lines;
  unsigned place = 0;
  for (const LocalCandidate& candidate : candidates) {
    const bool tcp = candidate.protocol == Protocol::tcp;
    const bool v6 = candidate.address.ip.v6;
    // RFC 8445 section 5.1.2.1: type preference 126 (host), lowered for TCP (RFC 6544 section 4.2),
    // and a local preference that puts IPv6 first and then keeps the order in which they were
    // given.
    const std::uint32_t type = tcp ? 90 : 126;
    const std::uint32_t preference = (v6 ? 60000U : 50000U) - place;
    const std::uint32_t priority = type << 24 | preference << 8 | 255;
    lines.push_back(fmt::format("{} 1 {} {} {} {} typ host{}", place + 1, tcp ? "tcp" : "udp",
                                priority, candidate.address.ip.to_string(), candidate.address.port,
                                tcp ? " tcptype passive" : ""));
    ++place;
  }
  return lines;
}

sdp::Session describe(const LocalEnd& local) {
  sdp::Session out;
  out.id = local.session_id;
  out.version = local.session_version;
  out.ice_lite = local.ice_lite;
  out.msid_semantic = true;
  return out;
}

void describe_transport(const LocalEnd& local, sdp::Setup setup, bool first, sdp::Media& media) {
  media.ice = sdp::IceParameters{local.ice.ufrag, local.ice.password};
  media.fingerprint = sdp::Fingerprint{local.fingerprint.algorithm, local.fingerprint.digest};
  media.setup = setup;
  if (!first) return;
  media.candidates = candidate_lines(local.candidates);
  media.end_of_candidates = true;
}

}  // namespace parley::media
