#include "media/session/viewer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace parley::media {
namespace {

/// WHEP has one MediaStream (draft section 4.4.2), whosever tracks it carries.
constexpr std::string_view kStream = "whep";

bool in_common(std::span<const CodecBinding> ours, std::span<const CodecBinding> theirs) {
  return std::ranges::any_of(ours, [&](const CodecBinding& a) {
    return std::ranges::any_of(theirs, [&](const CodecBinding& b) {
      return a.codec == b.codec && compatible(a.codec, a.fmtp, b.fmtp);
    });
  });
}

/// Lower is better: what was meant to be watched, then what came first.
auto rank(const PublishedTrack& track) {
  const auto source = track.info.source();
  const bool main = source == livekit::CAMERA || source == livekit::MICROPHONE;
  return std::pair(main ? 0 : 1, track.stream.value());
}

std::vector<livekit::VideoLayer> layers_of(const livekit::TrackInfo& track) {
  std::vector<livekit::VideoLayer> out(track.layers().begin(), track.layers().end());
  std::ranges::sort(out, {}, [](const livekit::VideoLayer& l) { return l.quality(); });
  return out;
}

bool fits(const livekit::VideoLayer& layer, std::size_t spatial,
          const plane::ResourceCall::ChooseLayer& choice) {
  return (!choice.has_max_spatial() || spatial <= choice.max_spatial()) &&
         (!choice.has_max_width() || layer.width() <= choice.max_width()) &&
         (!choice.has_max_height() || layer.height() <= choice.max_height());
}

}  // namespace

ViewSettings view_of(const livekit::TrackInfo& track,
                     const plane::ResourceCall::ChooseLayer& choice) {
  ViewSettings view;
  if (choice.has_max_temporal()) {
    view.max_temporal =
        static_cast<std::uint8_t>(std::min<std::uint32_t>(choice.max_temporal(), 7));
  }
  const std::vector<livekit::VideoLayer> layers = layers_of(track);
  if (layers.empty()) {  // Then the number of the layer is its quality.
    constexpr auto kHighest = static_cast<std::uint32_t>(livekit::HIGH);
    const std::uint32_t wanted = choice.has_max_spatial() ? choice.max_spatial() : kHighest;
    view.quality = static_cast<livekit::VideoQuality>(std::min(wanted, kHighest));
    return view;
  }
  std::size_t chosen = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (fits(layers[i], i, choice)) chosen = i;
  }
  const auto named = std::ranges::find_if(
      layers, [&](const auto& l) { return !choice.rid().empty() && l.rid() == choice.rid(); });
  if (named != layers.end()) {
    chosen = std::min(chosen, static_cast<std::size_t>(named - layers.begin()));
  }
  view.quality = layers[chosen].quality();
  return view;
}

Viewer::Viewer(Surroundings& world, Subscriber& subscriber, plane::StartSession::Whep wish)
    : world_(world), subscriber_(subscriber), wish_(std::move(wish)) {}

// ---------------------------------------------------------------------------------------------------
// The offer

void Viewer::plan(const sdp::Session& offer, std::vector<SectionPlan>& plans) {
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const sdp::Media& media = offer.media[i];
    const bool rtp = media.kind == sdp::Kind::audio || media.kind == sdp::Kind::video;
    if (!rtp || media.rejected() || !sdp::receives(media.direction)) continue;
    const Kind kind = media.kind == sdp::Kind::audio ? Kind::audio : Kind::video;
    // Draft section 4.4.2: no two of a kind.
    if (std::ranges::find(slots_, kind, &Slot::kind) != slots_.end()) continue;
    Slot slot;
    slot.mid = media.mid;
    slot.kind = kind;
    slot.ssrc = world_.ids.ssrc();
    if (kind == Kind::video) slot.rtx_ssrc = world_.ids.ssrc();
    slot.codecs = bindings_of(media);
    slots_.push_back(std::move(slot));
  }
  followed_ = choose_participant();
  for (Slot& slot : slots_) {
    slot.track = choose_track(slot, followed_);
    // All that the player can decode is agreed to, so that another publisher's codec will do too.
    if (slot.track) {
      const auto& flowing = slot.track->codecs;
      slot.codecs.insert(slot.codecs.begin(), flowing.begin(), flowing.end());
    }
    const auto at = std::ranges::find(offer.media, slot.mid, &sdp::Media::mid);
    plans[static_cast<std::size_t>(at - offer.media.begin())].send =
        SendPlan{std::string(kStream),
                 slot.kind == Kind::audio ? "audio" : "video",
                 slot.ssrc,
                 slot.rtx_ssrc,
                 slot.codecs,
                 slot.track && slot.track->info.stereo()};
  }
}

std::vector<std::string> Viewer::settle(std::span<const Negotiated> sections,
                                        TransportId transport) {
  transport_ = transport;
  std::vector<std::string> started;
  for (const Negotiated& section : sections) {
    const auto slot = std::ranges::find(slots_, section.mid, &Slot::mid);
    if (slot == slots_.end() || !section.sends) continue;
    slot->settled = section;
    slot->codecs = section.codecs;
    if (slot->track && start(*slot)) started.push_back(slot->track->info.sid());
  }
  std::erase_if(slots_, [](const Slot& slot) { return !slot.settled; });
  return started;
}

// ---------------------------------------------------------------------------------------------------
// What there is to watch

std::vector<std::string> Viewer::look(Tracks tracks) {
  tracks_ = std::move(tracks);
  std::vector<std::string> started;
  if (slots_.empty()) return started;  // No offer yet.
  followed_ = choose_participant();
  for (Slot& slot : slots_) {
    auto wanted = choose_track(slot, followed_);
    const bool same =
        wanted == slot.track && (!wanted || subscriber_.find(wanted->info.sid()) != nullptr);
    if (same) continue;
    stop(slot);
    slot.track = std::move(wanted);
    if (slot.track && start(slot)) started.push_back(slot.track->info.sid());
  }
  return started;
}

bool Viewer::suits(const Slot& slot, const PublishedTrack& track) const {
  const std::string& name = slot.kind == Kind::audio ? wish_.audio() : wish_.video();
  if (track.kind != slot.kind || (!name.empty() && track.info.name() != name)) return false;
  // A plain player has no key.
  if (track.info.encryption() != livekit::Encryption::NONE) return false;
  return in_common(track.codecs, slot.codecs);
}

std::shared_ptr<const PublishedTrack> Viewer::choose_track(const Slot& slot,
                                                           std::string_view identity) const {
  std::shared_ptr<const PublishedTrack> best;
  for (const auto& track : tracks_) {
    if (track->publisher_identity != identity || !suits(slot, *track)) continue;
    // What is shown stays: a second camera is no reason to leave the first.
    if (track == slot.track) return track;
    if (!best || rank(*track) < rank(*best)) best = track;
  }
  return best;
}

std::string Viewer::choose_participant() const {
  if (!wish_.identity().empty()) return wish_.identity();
  const auto video = std::ranges::find(slots_, Kind::video, &Slot::kind);
  const auto audio = std::ranges::find(slots_, Kind::audio, &Slot::kind);
  // Who is only heard gives way to the first who is seen.
  for (const auto& slot : {video, audio}) {
    if (slot == slots_.end()) continue;
    const PublishedTrack* first = nullptr;
    for (const auto& track : tracks_) {
      if (!suits(*slot, *track)) continue;
      if (track->publisher_identity == followed_) return followed_;
      if (first == nullptr || track->stream.value() < first->stream.value()) first = track.get();
    }
    if (first != nullptr) return first->publisher_identity;
  }
  return followed_;
}

bool Viewer::start(Slot& slot) {
  if (!slot.settled) return false;
  subscriber_.subscribe(slot.track);
  Downstream& downstream = *subscriber_.find(slot.track->info.sid());
  downstream.ssrc = slot.ssrc;
  downstream.rtx_ssrc = slot.rtx_ssrc;
  downstream.view = view_of(slot.track->info, slot.choice);
  return subscriber_.start(downstream, *slot.settled, transport_);
}

void Viewer::stop(Slot& slot) {
  if (slot.track) subscriber_.unsubscribe(slot.track->info.sid());
  slot.track.reset();
}

// ---------------------------------------------------------------------------------------------------
// The player's choice

std::expected<void, std::string> Viewer::choose(const plane::ResourceCall::ChooseLayer& choice) {
  const auto slot = std::ranges::find_if(slots_, [&](const Slot& s) {
    return s.kind == Kind::video && (choice.media_id().empty() || s.mid == choice.media_id());
  });
  if (slot == slots_.end()) {
    return std::unexpected(choice.media_id().empty()
                               ? std::string("the player has no video section")
                               : fmt::format("no video section has the mid {}", choice.media_id()));
  }
  if (slot->track && !choice.rid().empty()) {
    std::vector<std::string> rids;
    for (const auto& layer : layers_of(slot->track->info)) rids.push_back(layer.rid());
    if (std::ranges::find(rids, choice.rid()) == rids.end()) {
      return std::unexpected(fmt::format("no layer has the rid {}; there are: {}", choice.rid(),
                                         fmt::join(rids, ", ")));
    }
  }
  slot->choice = choice;
  if (slot->track) {
    subscriber_.configure(slot->track->info.sid(), view_of(slot->track->info, choice));
  }
  return {};
}

void Viewer::describe(plane::ResourceResult& out) const {
  for (const Slot& slot : slots_) {
    if (slot.kind != Kind::video) continue;
    plane::ResourceResult::Media& media = *out.add_media();
    media.set_media_id(slot.mid);
    if (!slot.track) continue;
    const livekit::TrackInfo& info = slot.track->info;
    media.set_participant(slot.track->publisher_identity);
    media.set_track(info.name());
    const std::uint8_t chosen = spatial_layer_for(info, view_of(info, slot.choice));
    std::uint32_t spatial = 0;
    for (const livekit::VideoLayer& layer : layers_of(info)) {
      plane::ResourceResult::Layer& listed = *media.add_layers();
      listed.set_rid(layer.rid());
      listed.set_width(layer.width());
      listed.set_height(layer.height());
      listed.set_chosen(spatial == chosen);
      listed.set_spatial(spatial++);
    }
  }
}

}  // namespace parley::media
