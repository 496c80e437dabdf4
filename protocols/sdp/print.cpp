#include <iterator>

#include <fmt/format.h>

#include "protocols/sdp/sdp.h"

namespace parley::sdp {
namespace {

/// Appends lines, each ended as RFC 8866 section 5 wants it.
class Lines {
 public:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += "\r\n";
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string_view word(Setup setup) {
  switch (setup) {
    case Setup::actpass:
      return "actpass";
    case Setup::active:
      return "active";
    case Setup::passive:
      return "passive";
    case Setup::holdconn:
      return "holdconn";
  }
  return "actpass";
}

void print_fingerprint(Lines& out, const Fingerprint& fingerprint) {
  std::string hex;
  for (std::uint8_t byte : fingerprint.digest) {
    fmt::format_to(std::back_inserter(hex), "{}{:02X}", hex.empty() ? "" : ":", byte);
  }
  out.add("a=fingerprint:{} {}", fingerprint.algorithm, hex);
}

void print_formats(Lines& out, const Media& media) {
  for (const Format& format : media.formats) {
    if (format.name.empty()) continue;  // A static payload type (RFC 3551).
    const std::string channels = format.channels > 1 ? fmt::format("/{}", format.channels) : "";
    out.add("a=rtpmap:{} {}/{}{}", format.payload_type, format.name, format.clock_rate, channels);
    for (const std::string& feedback : format.feedback) {
      out.add("a=rtcp-fb:{} {}", format.payload_type, feedback);
    }
    if (!format.fmtp.empty()) out.add("a=fmtp:{} {}", format.payload_type, format.fmtp);
  }
}

void print_rids(Lines& out, const Media& media) {
  std::string list;
  for (const Rid& rid : media.rids) {
    out.add("a=rid:{} {}", rid.id, rid.send ? "send" : "recv");
    fmt::format_to(std::back_inserter(list), "{}{}", list.empty() ? "" : ";", rid.id);
  }
  if (media.simulcast && !list.empty()) {
    out.add("a=simulcast:{} {}", media.rids.front().send ? "send" : "recv", list);
  }
}

void print_sources(Lines& out, const Media& media) {
  for (const SourceGroup& group : media.source_groups) {
    out.add("a=ssrc-group:{} {}", group.semantics, fmt::join(group.ssrcs, " "));
  }
  for (const Source& source : media.sources) {
    if (!source.cname.empty()) out.add("a=ssrc:{} cname:{}", source.ssrc, source.cname);
    if (!source.msid.empty()) out.add("a=ssrc:{} msid:{}", source.ssrc, source.msid);
  }
}

void print_media(Lines& out, const Media& media) {
  std::string formats;
  for (const Format& format : media.formats) {
    fmt::format_to(std::back_inserter(formats), " {}", format.payload_type);
  }
  if (media.kind == Kind::application) formats = " webrtc-datachannel";  // RFC 8841
  if (formats.empty()) formats = " 0";  // A rejected section still needs one format.
  out.add("m={} {} {}{}", media.kind_name, media.port, media.protocol, formats);
  out.add("c=IN IP4 0.0.0.0");
  for (const std::string& candidate : media.candidates) out.add("a=candidate:{}", candidate);
  if (media.end_of_candidates) out.add("a=end-of-candidates");
  if (media.ice) {
    out.add("a=ice-ufrag:{}", media.ice->ufrag);
    out.add("a=ice-pwd:{}", media.ice->password);
  }
  if (media.ice_trickle) out.add("a=ice-options:trickle");
  if (media.fingerprint) print_fingerprint(out, *media.fingerprint);
  if (media.setup) out.add("a=setup:{}", word(*media.setup));
  if (!media.mid.empty()) out.add("a=mid:{}", media.mid);
  if (media.kind == Kind::application) {
    if (media.sctp_port) out.add("a=sctp-port:{}", *media.sctp_port);
    if (media.max_message_size) out.add("a=max-message-size:{}", *media.max_message_size);
    return;
  }
  for (const Extension& extension : media.extensions) {
    out.add("a=extmap:{} {}", extension.id, extension.uri);
  }
  out.add("a={}", to_string(media.direction));
  if (!media.msid.empty()) out.add("a=msid:{}", media.msid);
  if (media.rtcp_mux) out.add("a=rtcp-mux");
  if (media.rtcp_rsize) out.add("a=rtcp-rsize");
  print_formats(out, media);
  print_rids(out, media);
  print_sources(out, media);
}

}  // namespace

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::sendrecv:
      return "sendrecv";
    case Direction::sendonly:
      return "sendonly";
    case Direction::recvonly:
      return "recvonly";
    case Direction::inactive:
      return "inactive";
  }
  return "inactive";
}

std::string print(const Session& session) {
  Lines out;
  out.add("v=0");
  out.add("o=- {} {} IN IP4 127.0.0.1", session.id, session.version);
  out.add("s=-");
  out.add("t=0 0");
  if (!session.bundle.empty()) out.add("a=group:BUNDLE {}", fmt::join(session.bundle, " "));
  if (session.ice_lite) out.add("a=ice-lite");
  if (session.extmap_allow_mixed) out.add("a=extmap-allow-mixed");
  if (session.msid_semantic) out.add("a=msid-semantic: WMS *");
  for (const Media& media : session.media) print_media(out, media);
  return out.take();
}

}  // namespace parley::sdp
