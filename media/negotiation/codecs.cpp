#include "media/negotiation/codecs.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace parley::media {
namespace {

struct Row {
  Codec codec;
  std::string_view name;
  Kind kind;
  std::uint32_t clock_rate;
  unsigned channels;
};
constexpr std::array<Row, 9> kCodecs{{
    {Codec::vp8, "VP8", Kind::video, 90000, 1},
    {Codec::h264, "H264", Kind::video, 90000, 1},
    {Codec::vp9, "VP9", Kind::video, 90000, 1},
    {Codec::av1, "AV1", Kind::video, 90000, 1},
    {Codec::h265, "H265", Kind::video, 90000, 1},
    {Codec::opus, "opus", Kind::audio, 48000, 2},
    {Codec::red, "red", Kind::audio, 48000, 2},
    {Codec::pcmu, "PCMU", Kind::audio, 8000, 1},
    {Codec::pcma, "PCMA", Kind::audio, 8000, 1},
}};

const Row& row(Codec codec) { return *std::ranges::find(kCodecs, codec, &Row::codec); }

// The payload types of our own offers: those that LiveKit's clients have always seen.
struct Payload {
  Codec codec;
  std::uint8_t payload_type;
  std::uint8_t rtx;  // 0: none
  std::string_view fmtp;
};
constexpr std::array<Payload, 15> kPayloads{{
    {Codec::opus, 111, 0, "minptime=10;useinbandfec=1"},
    {Codec::red, 63, 0, "111/111"},
    {Codec::pcmu, 0, 0, ""},
    {Codec::pcma, 8, 0, ""},
    {Codec::vp8, 96, 97, ""},
    {Codec::vp9, 98, 99, "profile-id=0"},
    {Codec::vp9, 100, 101, "profile-id=1"},
    {Codec::h264, 125, 107,
     "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"},
    {Codec::h264, 108, 109,
     "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f"},
    {Codec::h264, 104, 105,
     "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f"},
    {Codec::h264, 102, 103,
     "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f"},
    {Codec::h264, 39, 40, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f"},
    {Codec::h264, 123, 124,
     "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640032"},
    {Codec::av1, 45, 46, ""},
    {Codec::h265, 116, 117, ""},
}};

// Libwebrtc's name for the draft that it reads (protocols/fec), and the number that Chromium
// offers.
constexpr std::string_view kRepairName = "flexfec-03";
constexpr std::uint8_t kRepairPayloadType = 49;

struct ExtensionRow {
  std::string_view uri;
  std::uint8_t ExtensionIds::* id;
  bool audio;
  bool video;
  std::uint8_t offered;  ///< Our id in offers to subscribers; 0: not offered there.
};
constexpr std::array<ExtensionRow, 9> kExtensions{{
    {"urn:ietf:params:rtp-hdrext:sdes:mid", &ExtensionIds::mid, true, true, 4},
    {"urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", &ExtensionIds::rid, false, true, 0},
    {"urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id", &ExtensionIds::repaired_rid, false,
     true, 0},
    {"urn:ietf:params:rtp-hdrext:ssrc-audio-level", &ExtensionIds::audio_level, true, false, 1},
    {"http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", &ExtensionIds::abs_send_time,
     true, true, 2},
    {"http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
     &ExtensionIds::transport_sequence, true, true, 3},
    {"http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
     &ExtensionIds::abs_capture_time, true, true, 9},
    {"https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
     &ExtensionIds::dependency_descriptor, false, true, 8},
    {"http://www.webrtc.org/experiments/rtp-hdrext/playout-delay", &ExtensionIds::playout_delay,
     false, true, 0},
}};

bool concerns(const ExtensionRow& extension, sdp::Kind kind) {
  return kind == sdp::Kind::audio ? extension.audio : extension.video;
}

constexpr std::array<std::string_view, 5> kVideoFeedback{"transport-cc", "ccm fir", "nack",
                                                         "nack pli", "goog-remb"};
constexpr std::array<std::string_view, 2> kAudioFeedback{"transport-cc", "nack"};

std::string_view value_or(std::string_view fmtp, std::string_view key, std::string_view otherwise) {
  return sdp::fmtp_value(fmtp, key).value_or(otherwise);
}

/// The profile part of profile-level-id: the level may differ (RFC 6184 section 8.2.2), and
/// Constrained Baseline is written in two ways (42e0 and 4200 with constraint_set1 in the third
/// nibble).
std::string h264_profile(std::string_view fmtp) {
  std::string out;
  for (char c : value_or(fmtp, "profile-level-id", "42001f").substr(0, 4)) {
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

}  // namespace

std::string_view encoding_name(Codec codec) { return row(codec).name; }

Kind kind_of(Codec codec) { return row(codec).kind; }

std::string mime_type(Codec codec) {
  return fmt::format("{}/{}", kind_of(codec) == Kind::audio ? "audio" : "video",
                     encoding_name(codec));
}

std::optional<Codec> codec_of(const sdp::Format& format) {
  // RFC 3551 section 6: PCMU and PCMA need no rtpmap.
  if (format.name.empty() && format.payload_type == 0) return Codec::pcmu;
  if (format.name.empty() && format.payload_type == 8) return Codec::pcma;
  for (const Row& known : kCodecs) {
    if (sdp::same_word(known.name, format.name) && known.clock_rate == format.clock_rate) {
      return known.codec;
    }
  }
  return std::nullopt;
}

std::optional<Codec> codec_named(std::string_view name) {
  if (const std::size_t slash = name.find('/'); slash != std::string_view::npos) {
    name = name.substr(slash + 1);
  }
  for (const Row& known : kCodecs) {
    if (sdp::same_word(known.name, name)) return known.codec;
  }
  return std::nullopt;
}

std::span<const Codec> publishable() {
  static constexpr std::array<Codec, 9> kAll{Codec::vp8, Codec::h264, Codec::vp9,
                                             Codec::av1, Codec::h265, Codec::opus,
                                             Codec::red, Codec::pcmu, Codec::pcma};
  return kAll;
}

bool compatible(Codec codec, std::string_view a, std::string_view b) {
  switch (codec) {
    case Codec::h264:
      return h264_profile(a) == h264_profile(b) &&
             value_or(a, "packetization-mode", "0") == value_or(b, "packetization-mode", "0");
    case Codec::vp9:
      return value_or(a, "profile-id", "0") == value_or(b, "profile-id", "0");
    case Codec::av1:
      return value_or(a, "profile", "0") == value_or(b, "profile", "0");
    default:
      return true;
  }
}

std::vector<CodecBinding> bindings_of(const sdp::Media& media) {
  std::vector<CodecBinding> out;
  for (const sdp::Format& format : media.formats) {
    const auto codec = codec_of(format);
    if (!codec) continue;
    out.push_back({*codec, format.payload_type, std::nullopt, row(*codec).clock_rate, format.fmtp});
  }
  for (const sdp::Format& format : media.formats) {
    if (!sdp::same_word(format.name, "rtx")) continue;
    const std::string_view apt = value_or(format.fmtp, "apt", "");
    unsigned twin = 0;
    std::from_chars(apt.data(), apt.data() + apt.size(), twin);
    for (CodecBinding& binding : out) {
      if (binding.payload_type == twin && !apt.empty())
        binding.rtx_payload_type = format.payload_type;
    }
  }
  return out;
}

ExtensionIds extension_ids(const sdp::Media& media) {
  ExtensionIds ids;
  for (const sdp::Extension& extension : media.extensions) {
    for (const ExtensionRow& known : kExtensions) {
      if (known.uri == extension.uri) ids.*known.id = extension.id;
    }
  }
  return ids;
}

std::vector<sdp::Extension> common_extensions(const sdp::Media& offered) {
  std::vector<sdp::Extension> out;
  for (const sdp::Extension& extension : offered.extensions) {
    const bool known = std::ranges::any_of(kExtensions, [&](const ExtensionRow& k) {
      return k.uri == extension.uri && concerns(k, offered.kind) &&
             k.id != &ExtensionIds::playout_delay;
    });
    if (known) out.push_back(extension);
  }
  return out;
}

std::vector<sdp::Extension> offered_extensions(Kind kind) {
  std::vector<sdp::Extension> out;
  for (const ExtensionRow& known : kExtensions) {
    if (known.offered != 0 && (kind == Kind::audio ? known.audio : known.video)) {
      out.push_back({known.offered, std::string(known.uri)});
    }
  }
  return out;
}

sdp::Format repair_format() {
  return {kRepairPayloadType, std::string(kRepairName), 90000, 1, "repair-window=10000000", {}};
}

const sdp::Format* find_repair_format(const sdp::Media& media) {
  const auto at = std::ranges::find_if(media.formats, [](const sdp::Format& format) {
    return sdp::same_word(format.name, kRepairName) && format.clock_rate == 90000;
  });
  return at == media.formats.end() ? nullptr : &*at;
}

std::vector<std::string> common_feedback(Kind kind, const std::vector<std::string>& offered) {
  const std::span<const std::string_view> ours =
      kind == Kind::video ? std::span<const std::string_view>(kVideoFeedback)
                          : std::span<const std::string_view>(kAudioFeedback);
  std::vector<std::string> out;
  for (const std::string& feedback : offered) {
    if (std::ranges::find(ours, feedback) != ours.end()) out.push_back(feedback);
  }
  return out;
}

std::vector<sdp::Format> offered_formats(std::span<const CodecBinding> stream) {
  std::vector<sdp::Format> out;
  std::vector<sdp::Format> twins;
  auto add = [&](const Payload& payload, std::string fmtp) {
    const Row& codec = row(payload.codec);
    sdp::Format format{payload.payload_type, std::string(codec.name), codec.clock_rate,
                       codec.channels,       std::move(fmtp),         {}};
    const auto feedback = codec.kind == Kind::video
                              ? std::span<const std::string_view>(kVideoFeedback)
                              : std::span<const std::string_view>(kAudioFeedback);
    if (payload.codec != Codec::red) format.feedback.assign(feedback.begin(), feedback.end());
    out.push_back(std::move(format));
    if (payload.rtx == 0) return;
    twins.push_back(
        {payload.rtx, "rtx", codec.clock_rate, 1, fmt::format("apt={}", payload.payload_type), {}});
  };
  for (const CodecBinding& binding : stream) {
    const auto payload = std::ranges::find_if(kPayloads, [&](const Payload& p) {
      return p.codec == binding.codec && compatible(p.codec, p.fmtp, binding.fmtp);
    });
    if (payload == kPayloads.end()) continue;
    const bool listed = std::ranges::any_of(
        out, [&](const sdp::Format& f) { return f.payload_type == payload->payload_type; });
    if (!listed) add(*payload, std::string(payload->fmtp));
  }
  out.insert(out.end(), twins.begin(), twins.end());
  return out;
}

}  // namespace parley::media
