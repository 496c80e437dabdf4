#include "media/negotiation/offer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ranges>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace parley::media {

sdp::Session offer(std::span<const OfferedSection> sections, const std::string& data_mid,
                   const LocalEnd& local) {
  sdp::Session out = describe(local);
  out.extmap_allow_mixed = true;

  sdp::Media data;
  data.kind = sdp::Kind::application;
  data.kind_name = "application";
  data.protocol = "UDP/DTLS/SCTP";
  data.mid = data_mid;
  data.sctp_port = kSctpPort;
  data.max_message_size = kMaxMessageSize;
  describe_transport(local, sdp::Setup::actpass, true, data);
  out.bundle.push_back(data.mid);
  out.media.push_back(std::move(data));

  for (const OfferedSection& section : sections) {
    sdp::Media media;
    const bool audio = section.kind == Kind::audio;
    media.kind = audio ? sdp::Kind::audio : sdp::Kind::video;
    media.kind_name = audio ? "audio" : "video";
    media.mid = section.mid;
    media.direction = section.send ? sdp::Direction::sendonly : sdp::Direction::inactive;
    media.rtcp_mux = true;
    media.rtcp_rsize = true;
    media.extensions = offered_extensions(section.kind);
    if (section.send) {
      media.formats = offered_formats(section.send->codecs);
      media.msid = fmt::format("{} {}", section.send->stream_id, section.send->track_id);
      media.sources.push_back({section.send->ssrc, "parley", media.msid});
      if (section.send->rtx_ssrc != 0) {
        media.sources.push_back({section.send->rtx_ssrc, "parley", media.msid});
        media.source_groups.push_back({"FID", {section.send->ssrc, section.send->rtx_ssrc}});
      }
      if (section.send->fec_ssrc != 0 && !media.formats.empty()) {
        media.formats.push_back(repair_format());
        media.sources.push_back({section.send->fec_ssrc, "parley", media.msid});
        media.source_groups.push_back({"FEC-FR", {section.send->ssrc, section.send->fec_ssrc}});
      }
      for (sdp::Format& format : media.formats) {
        if (section.send->stereo && codec_of(format) == Codec::opus)
          format.fmtp += ";sprop-stereo=1";
      }
    }
    if (media.formats.empty()) {
      // An idle section has to list something; what it lists must mean the same as elsewhere.
      const CodecBinding idle{audio ? Codec::opus : Codec::vp8, 0, std::nullopt, 0, {}};
      media.formats = offered_formats(std::span(&idle, 1));
    }
    describe_transport(local, sdp::Setup::actpass, false, media);
    out.bundle.push_back(media.mid);
    out.media.push_back(std::move(media));
  }
  return out;
}

std::vector<Negotiated> read_answer(std::span<const OfferedSection> sections,
                                    const sdp::Session& answer) {
  std::vector<Negotiated> out;
  for (const OfferedSection& section : sections) {
    Negotiated result;
    result.mid = section.mid;
    result.kind = section.kind == Kind::audio ? sdp::Kind::audio : sdp::Kind::video;
    const auto media = std::ranges::find(answer.media, section.mid, &sdp::Media::mid);
    if (media != answer.media.end() && media->port != 0 && media->kind == result.kind) {
      result.codecs = bindings_of(*media);
      result.extensions = extension_ids(*media);
      if (const auto* repairs = find_repair_format(*media)) {
        result.fec_payload_type = repairs->payload_type;
      }
      result.sends = section.send.has_value() && sdp::receives(media->direction);
      result.nack = std::ranges::any_of(media->formats, [](const sdp::Format& f) {
        return std::ranges::find(f.feedback, "nack") != f.feedback.end();
      });
    }
    out.push_back(std::move(result));
  }
  return out;
}

namespace {

/// "1 1 udp 2130706431 192.0.2.1 7882 typ host"; nothing if it is of another kind.
std::optional<SocketAddress> udp_host(std::string_view candidate) {
  std::array<std::string_view, 8> words;
  std::size_t count = 0;
  for (const auto word : std::views::split(candidate, ' ')) {
    if (count == words.size()) break;
    words[count++] = std::string_view(word.begin(), word.end());
  }
  if (count < words.size() || words[2] != "udp" || words[7] != "host") return std::nullopt;
  const auto ip = IpAddress::parse(words[4]);
  std::uint16_t port = 0;
  const auto read = std::from_chars(words[5].data(), words[5].data() + words[5].size(), port);
  if (!ip || read.ec != std::errc() || port == 0) return std::nullopt;
  return SocketAddress{*ip, port};
}

}  // namespace

std::optional<RemoteEnd> remote_end(const sdp::Session& description) {
  for (const sdp::Media& media : description.media) {
    if (!media.ice || !media.fingerprint || media.ice->ufrag.empty()) continue;
    RemoteEnd out;
    out.ice = {media.ice->ufrag, media.ice->password};
    out.fingerprint = {media.fingerprint->algorithm, media.fingerprint->digest};
    // RFC 8842 section 5: whoever waits is called.
    out.our_role = media.setup == sdp::Setup::passive ? DtlsRole::active : DtlsRole::passive;
    for (const std::string& candidate : media.candidates) {
      if (const auto address = udp_host(candidate)) out.addresses.push_back(*address);
    }
    return out;
  }
  return std::nullopt;
}

}  // namespace parley::media
