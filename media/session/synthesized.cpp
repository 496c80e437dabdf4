#include "media/session/synthesized.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "media/negotiation/answer.h"
#include "media/negotiation/codecs.h"

namespace parley::media {
namespace {

struct Role {
  livekit::TrackSource source;
  const char* name;
  const char* stream;
};
constexpr std::array<Role, kMaxSynthesizedPerKind> kAudio{{
    {livekit::MICROPHONE, "synthesized-microphone", "camera"},
    {livekit::SCREEN_SHARE_AUDIO, "synthesized-screen-share-audio", "screen"},
}};
constexpr std::array<Role, kMaxSynthesizedPerKind> kVideo{{
    {livekit::CAMERA, "synthesized-camera", "camera"},
    {livekit::SCREEN_SHARE, "synthesized-screen-share", "screen"},
}};

bool is_stereo(const sdp::Media& media) {
  return std::ranges::any_of(media.formats, [](const sdp::Format& format) {
    return codec_of(format) == Codec::opus &&
           (sdp::fmtp_value(format.fmtp, "sprop-stereo") == "1" ||
            sdp::fmtp_value(format.fmtp, "stereo") == "1");
  });
}

/// A single one is the best there is; of several the lowest comes first. How large they are is not
/// in the offer.
void describe_layers(const sdp::Media& media, livekit::AddTrackRequest& track) {
  const std::vector<LayerSpec> layers = layers_of(media);
  for (std::size_t i = 0; i < layers.size() && i < 3; ++i) {
    livekit::VideoLayer& layer = *track.add_layers();
    layer.set_rid(layers[i].rid);
    layer.set_quality(layers.size() == 1 ? livekit::HIGH : static_cast<livekit::VideoQuality>(i));
  }
}

}  // namespace

std::expected<std::vector<livekit::AddTrackRequest>, std::string> synthesized_tracks(
    const sdp::Session& offer) {
  std::vector<livekit::AddTrackRequest> out;
  std::size_t audios = 0;
  std::size_t videos = 0;
  for (const sdp::Media& media : offer.media) {
    const bool audio = media.kind == sdp::Kind::audio;
    if (!audio && media.kind != sdp::Kind::video) continue;
    if (media.rejected() || !sdp::sends(media.direction)) continue;
    std::size_t& count = audio ? audios : videos;
    if (count == kMaxSynthesizedPerKind) {
      return std::unexpected(fmt::format("the offer sends more than {} {} sections",
                                         kMaxSynthesizedPerKind, media.kind_name));
    }
    const Role& role = (audio ? kAudio : kVideo)[count++];
    livekit::AddTrackRequest track;
    // Names in the offer may be missing, or the same twice.
    const std::string named = track_id_of(media);
    const bool usable = !named.empty() &&
                        std::ranges::none_of(out, [&](const auto& t) { return t.cid() == named; });
    track.set_cid(usable ? named : fmt::format("mid {}", media.mid));
    track.set_type(audio ? livekit::AUDIO : livekit::VIDEO);
    track.set_source(role.source);
    track.set_name(role.name);
    track.set_stream(role.stream);
    if (audio) {
      track.set_disable_dtx(true);  // Encoders send music as often as speech.
      track.set_stereo(is_stereo(media));
    } else {
      describe_layers(media, track);
    }
    out.push_back(std::move(track));
  }
  if (out.empty()) return std::unexpected("the offer sends neither audio nor video");
  return out;
}

}  // namespace parley::media
