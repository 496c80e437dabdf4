#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "media/negotiation/answer.h"

/// We offer, the client answers: the subscriber's peer connection of the older signaling path.
namespace parley::media {

/// One media section of our offer. A section is never removed, only emptied and used again: their
/// order is fixed for the life of a peer connection (RFC 8829 section 5.2.2).
struct OfferedSection {
  std::string mid;
  Kind kind = Kind::audio;
  std::optional<SendPlan> send;  ///< nullopt: inactive for now.
};

/// `data_mid` names the section of the data channels, which always comes first.
sdp::Session offer(std::span<const OfferedSection> sections, const std::string& data_mid,
                   const LocalEnd& local);

/// What the client's answer made of it: one entry per section of `sections`, in order. Sections
/// that the answer lacks or rejects come back without codecs.
std::vector<Negotiated> read_answer(std::span<const OfferedSection> sections,
                                    const sdp::Session& answer);

/// What an offer or answer says of the other end's transport: the first section that says it (a
/// bundle has one). nullopt: it has no ICE credentials or no fingerprint.
struct RemoteEnd {
  IceCredentials ice;
  Fingerprint fingerprint;
  DtlsRole our_role = DtlsRole::passive;
  std::vector<SocketAddress> addresses;  ///< Of its UDP host candidates (RFC 8839 section 5.1).
};
std::optional<RemoteEnd> remote_end(const sdp::Session& description);

}  // namespace parley::media
