#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "media/negotiation/codecs.h"
#include "media/negotiation/local_end.h"

/// The client offers, we answer.
namespace parley::media {

/// How we want to receive one section that the client sends.
struct ReceivePlan {
  std::optional<Codec> codec;  ///< First in the answer, which makes the client send it.
  bool red = true;             ///< Ask for redundancy where the client can (audio).
  bool dtx = true;
  bool stereo = false;
};

/// What we want to send on one section that the client receives.
struct SendPlan {
  std::string stream_id;  ///< First token of a=msid: "PA_xxx|camera".
  std::string track_id;   ///< Second token: the track's SID.
  std::uint32_t ssrc = 0;
  std::uint32_t rtx_ssrc = 0;
  std::span<const CodecBinding> codecs;  ///< Of the stream as published.
  bool stereo = false;
  std::uint32_t fec_ssrc = 0;  ///< Of repair packets; 0: none.
};

/// The wishes for one section; neither means that nothing flows on it for now.
struct SectionPlan {
  std::optional<ReceivePlan> receive;
  std::optional<SendPlan> send;
};

/// What came of one section.
struct Negotiated {
  std::string mid;
  sdp::Kind kind = sdp::Kind::other;
  std::vector<CodecBinding> codecs;  ///< Best first. Empty: nothing in common, nothing flows.
  ExtensionIds extensions;
  bool nack = false;
  bool receives = false;                           ///< We receive on it.
  bool sends = false;                              ///< We send on it.
  std::optional<std::uint8_t> fec_payload_type{};  ///< Of repair packets, if they are agreed on.
};

struct Answer {
  sdp::Session description;
  std::vector<Negotiated> sections;  ///< One per section of the offer, in its order.
};

/// RFC 8829 section 5.3.1. `plans` has one entry per section of `offer`.
Answer answer(const sdp::Session& offer, std::span<const SectionPlan> plans, const LocalEnd& local);

/// LiveKit's protocol has names for three. Of more (OBS sends up to four) the best stays and the
/// lowest two: the others come in vain, since OBS gives up where an answer refuses one.
inline constexpr std::ptrdiff_t kMaxSimulcast = 3;

/// The simulcast layers that an offered section announces, lowest first: by rid, by SIM group, or
/// one.
std::vector<LayerSpec> layers_of(const sdp::Media& offered);

/// The track id that a section's msid names; a lone token is taken as it is. Empty if there is
/// none.
std::string track_id_of(const sdp::Media& offered);

}  // namespace parley::media
