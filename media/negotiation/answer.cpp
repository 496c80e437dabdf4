#include "media/negotiation/answer.h"

#include <algorithm>

#include <fmt/format.h>

namespace parley::media {
namespace {

constexpr std::string_view kCname = "parley";

bool is_rtx_of(const sdp::Format& format, std::uint8_t payload_type) {
  return sdp::same_word(format.name, "rtx") &&
         sdp::fmtp_value(format.fmtp, "apt") == fmt::format("{}", payload_type);
}

/// Moves the wanted codec to the front. RED wraps Opus, so it stands before it or is left out.
void order(std::vector<const sdp::Format*>& formats, const ReceivePlan& plan) {
  if (!plan.red) {
    std::erase_if(formats, [](const sdp::Format* f) { return codec_of(*f) == Codec::red; });
  }
  std::ranges::stable_partition(formats, [&](const sdp::Format* f) {
    const auto codec = codec_of(*f);
    if (plan.codec && *plan.codec != Codec::opus) return codec == plan.codec;
    return plan.red && codec == Codec::red;
  });
}

void append(std::string& fmtp, std::string_view parameter) {
  if (!fmtp.empty()) fmtp += ';';
  fmtp += parameter;
}

/// Which of the offered formats go into the answer, best first.
std::vector<const sdp::Format*> choose(const sdp::Media& offered, const SectionPlan& plan) {
  std::vector<const sdp::Format*> formats;
  for (const sdp::Format& format : offered.formats) {
    const auto codec = codec_of(format);
    if (!codec) continue;
    if (plan.send) {
      // Only what the stream consists of; Opus rides along with RED, which is unwrapped for whoever
      // lacks it.
      const bool flows = std::ranges::any_of(plan.send->codecs, [&](const CodecBinding& b) {
        return b.codec == *codec && compatible(*codec, b.fmtp, format.fmtp);
      });
      if (!flows) continue;
    }
    formats.push_back(&format);
  }
  if (plan.send) {
    std::ranges::stable_sort(formats, {}, [&](const sdp::Format* f) {
      const auto codec = codec_of(*f);
      return std::ranges::find_if(plan.send->codecs,
                                  [&](const CodecBinding& b) { return b.codec == codec; }) -
             plan.send->codecs.begin();
    });
  }
  if (plan.receive) order(formats, *plan.receive);
  return formats;
}

void answer_formats(const sdp::Media& offered, const SectionPlan& plan, sdp::Media& out) {
  const Kind kind = offered.kind == sdp::Kind::audio ? Kind::audio : Kind::video;
  for (const sdp::Format* chosen : choose(offered, plan)) {
    sdp::Format format = *chosen;
    format.feedback = common_feedback(kind, format.feedback);
    if (codec_of(format) == Codec::opus) {
      const bool stereo = plan.receive ? plan.receive->stereo : plan.send && plan.send->stereo;
      if (plan.receive && plan.receive->dtx && !sdp::fmtp_value(format.fmtp, "usedtx")) {
        append(format.fmtp, "usedtx=1");
      }
      if (stereo && plan.receive) append(format.fmtp, "stereo=1;maxaveragebitrate=510000");
      if (stereo && plan.send) append(format.fmtp, "sprop-stereo=1");
    }
    out.formats.push_back(std::move(format));
    for (const sdp::Format& twin : offered.formats) {
      if (is_rtx_of(twin, chosen->payload_type)) out.formats.push_back(twin);
    }
  }
  if (!plan.send || plan.send->fec_ssrc == 0 || out.formats.empty()) return;
  if (const sdp::Format* repairs = find_repair_format(offered)) {
    out.formats.push_back(*repairs);
    out.formats.back().feedback.clear();
  }
}

void answer_rids(const sdp::Media& offered, sdp::Media& out) {
  for (const sdp::Rid& rid : offered.rids) {
    if (rid.send) out.rids.push_back({rid.id, false});
  }
  out.simulcast = offered.simulcast && !out.rids.empty();
}

void add_sources(const SendPlan& plan, sdp::Media& out) {
  out.msid = fmt::format("{} {}", plan.stream_id, plan.track_id);
  const auto add_beside = [&](std::uint32_t ssrc, const char* semantics) {
    out.sources.push_back({ssrc, std::string(kCname), out.msid});
    out.source_groups.push_back({semantics, {plan.ssrc, ssrc}});
  };
  out.sources.push_back({plan.ssrc, std::string(kCname), out.msid});
  if (plan.rtx_ssrc != 0) add_beside(plan.rtx_ssrc, "FID");
  // RFC 5956 section 4.3.
  if (plan.fec_ssrc != 0 && find_repair_format(out) != nullptr) add_beside(plan.fec_ssrc, "FEC-FR");
}

sdp::Direction direction_of(bool sends, bool receives) {
  if (sends) return receives ? sdp::Direction::sendrecv : sdp::Direction::sendonly;
  return receives ? sdp::Direction::recvonly : sdp::Direction::inactive;
}

}  // namespace

Answer answer(const sdp::Session& offer, std::span<const SectionPlan> plans,
              const LocalEnd& local) {
  Answer out;
  out.description = describe(local);
  out.description.extmap_allow_mixed = offer.extmap_allow_mixed;
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    const sdp::Media& offered = offer.media[i];
    const SectionPlan& plan = plans[i];
    sdp::Media media;
    media.kind = offered.kind;
    media.kind_name = offered.kind_name;
    media.protocol = offered.protocol;
    media.mid = offered.mid;
    Negotiated result{offered.mid, offered.kind, {}, {}, false, false, false};

    bool accepted = !offered.rejected();
    if (offered.kind == sdp::Kind::application) {
      media.sctp_port = kSctpPort;
      media.max_message_size = kMaxMessageSize;
      media.direction = sdp::Direction::sendrecv;
    } else if (accepted && offered.kind != sdp::Kind::other) {
      answer_formats(offered, plan, media);
      // RFC 3264 section 6: nothing in common is a rejected section. A stream that the client
      // cannot decode leaves the section usable for another: it only stays inactive.
      if (media.formats.empty() && plan.send) {
        answer_formats(offered, {}, media);
      } else {
        result.sends = plan.send.has_value() && sdp::receives(offered.direction);
        result.receives = plan.receive.has_value() && sdp::sends(offered.direction);
      }
      media.extensions = common_extensions(offered);
      media.direction = direction_of(result.sends, result.receives);
      media.rtcp_mux = true;
      media.rtcp_rsize = offered.rtcp_rsize;
      if (result.receives) answer_rids(offered, media);
      if (result.sends) add_sources(*plan.send, media);
      result.codecs = bindings_of(media);
      result.extensions = extension_ids(media);
      if (const auto* repairs = find_repair_format(media)) {
        result.fec_payload_type = repairs->payload_type;
      }
      result.nack = std::ranges::any_of(media.formats, [](const sdp::Format& f) {
        return std::ranges::find(f.feedback, "nack") != f.feedback.end();
      });
      accepted = !media.formats.empty();
    } else {
      accepted = false;
    }

    if (accepted) {
      // RFC 8829 section 5.3.1: the peer of an actpass offer chooses; passive lets the client
      // begin, with its path to us already proven by ICE.
      const bool client_waits = offered.setup == sdp::Setup::passive;
      describe_transport(local, client_waits ? sdp::Setup::active : sdp::Setup::passive,
                         out.description.bundle.empty(), media);
      out.description.bundle.push_back(media.mid);
    } else {
      media.port = 0;
      media.direction = sdp::Direction::inactive;
      result.sends = result.receives = false;
    }
    out.description.media.push_back(std::move(media));
    out.sections.push_back(std::move(result));
  }
  return out;
}

std::vector<LayerSpec> layers_of(const sdp::Media& offered) {
  std::vector<LayerSpec> layers;
  for (const sdp::Rid& rid : offered.rids) {
    if (rid.send) layers.push_back({rid.id, 0, 0});
  }
  if (!layers.empty()) {
    // LiveKit's clients name them q, h, f; OBS 2, 1, 0. Others list them lowest first.
    auto rank = [](const LayerSpec& layer) {
      const std::size_t at = std::string_view("qhf").find(layer.rid);
      if (layer.rid.size() == 1 && at != std::string_view::npos) return static_cast<int>(at);
      if (layer.rid.size() == 1 && layer.rid[0] >= '0' && layer.rid[0] <= '9')
        return '9' - layer.rid[0];
      return 0;
    };
    std::ranges::stable_sort(layers, {}, rank);
    if (std::ssize(layers) > kMaxSimulcast) {
      layers.erase(layers.begin() + (kMaxSimulcast - 1), layers.end() - 1);
    }
    return layers;
  }
  for (const sdp::SourceGroup& group : offered.source_groups) {
    if (group.semantics != "SIM") continue;
    for (std::uint32_t ssrc : group.ssrcs) layers.push_back({{}, ssrc, 0});
  }
  if (layers.empty()) {
    layers.push_back({{}, offered.sources.empty() ? 0 : offered.sources.front().ssrc, 0});
  }
  for (const sdp::SourceGroup& group : offered.source_groups) {
    if (group.semantics != "FID" || group.ssrcs.size() != 2) continue;
    for (LayerSpec& layer : layers) {
      if (layer.ssrc == group.ssrcs[0]) layer.rtx_ssrc = group.ssrcs[1];
    }
  }
  return layers;
}

std::string track_id_of(const sdp::Media& offered) {
  std::string_view msid = offered.msid;
  for (const sdp::Source& source : offered.sources) {
    if (msid.empty()) msid = source.msid;
  }
  const std::size_t space = msid.find(' ');
  return std::string(space == std::string_view::npos ? msid : msid.substr(space + 1));
}

}  // namespace parley::media
