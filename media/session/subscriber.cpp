#include "media/session/subscriber.h"

#include <algorithm>
#include <span>
#include <utility>

#include "media/negotiation/codecs.h"

namespace parley::media {
namespace {

/// Whether a picture of this size fills the view, whichever way the phone is held.
bool covers(const livekit::VideoLayer& layer, const ViewSettings& view) {
  // A tenth short is not seen, and a layer up costs twice the bits.
  auto enough = [](std::uint32_t have, std::uint32_t need) { return 10ULL * have >= 9ULL * need; };
  return enough(std::max(layer.width(), layer.height()), std::max(view.width, view.height)) &&
         enough(std::min(layer.width(), layer.height()), std::min(view.width, view.height));
}

/// A codec that is not negotiated with its publisher yet, as browsers offer it.
CodecBinding usual_binding(Codec codec) {
  CodecBinding out;
  out.codec = codec;
  out.clock_rate = 90000;
  if (codec == Codec::h264) {
    out.fmtp = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
  }
  return out;
}

/// Whether redundancy may be added to it. Not to what is encrypted end to end: its frames are
/// opened one by one, by a key that is not ours (LiveKit's clients ask for none then, either).
bool may_have_red(const PublishedTrack& track) {
  return track.kind == Kind::audio && !track.info.disable_red() &&
         track.info.encryption() == livekit::Encryption::NONE;
}

/// Opus that is offered with RED as well, though its publisher sends none.
void offer_red(std::vector<CodecBinding>& codecs) {
  const auto opus = std::ranges::find(codecs, Codec::opus, &CodecBinding::codec);
  if (opus == codecs.end()) return;
  if (std::ranges::find(codecs, Codec::red, &CodecBinding::codec) != codecs.end()) return;
  CodecBinding red;
  red.codec = Codec::red;
  codecs.insert(opus + 1, red);
}

bool decodes(const Negotiated& section, std::span<const CodecBinding> stream) {
  return std::ranges::any_of(section.codecs, [&](const CodecBinding& can) {
    return std::ranges::any_of(stream, [&](const CodecBinding& is) {
      return can.codec == is.codec && compatible(is.codec, is.fmtp, can.fmtp);
    });
  });
}

std::vector<livekit::VideoLayer> sorted_layers(const livekit::TrackInfo& track) {
  std::vector<livekit::VideoLayer> layers(track.layers().begin(), track.layers().end());
  std::ranges::sort(layers, {}, [](const livekit::VideoLayer& l) { return l.quality(); });
  return layers;
}

bool needs_backup(const Downstream& downstream) {
  const PublishedTrack& track = *downstream.track;
  return track.backup && !decodes(downstream.section, track.codecs);
}

/// Its client decodes the codec to which the publisher wants everybody moved.
bool may_regress(const Downstream& downstream) {
  const PublishedTrack& track = *downstream.track;
  return track.has_regressed() && decodes(downstream.section, track.backup->codecs);
}

}  // namespace

std::uint8_t spatial_layer_for(const livekit::TrackInfo& track, const ViewSettings& view) {
  const std::vector<livekit::VideoLayer> layers = sorted_layers(track);
  if (layers.empty()) return static_cast<std::uint8_t>(std::min<int>(view.quality, livekit::HIGH));

  if (view.width > 0 && view.height > 0) {
    const auto smallest =
        std::ranges::find_if(layers, [&](const auto& l) { return covers(l, view); });
    const auto at = smallest == layers.end() ? layers.end() - 1 : smallest;
    return static_cast<std::uint8_t>(at - layers.begin());
  }
  std::uint8_t chosen = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].quality() <= view.quality) chosen = static_cast<std::uint8_t>(i);
  }
  return chosen;
}

livekit::VideoQuality quality_for(const livekit::TrackInfo& track, const ViewSettings& view) {
  const std::vector<livekit::VideoLayer> layers = sorted_layers(track);
  if (layers.size() < 2) return livekit::HIGH;  // There is one, and publishers call it the best.
  return layers[spatial_layer_for(track, view)].quality();
}

std::uint8_t temporal_layer_for(const ViewSettings& view) {
  // Encoders halve the rate from layer to layer (L1T3: 30, 15, 7.5).
  const std::uint8_t by_rate = view.fps == 0 || view.fps > 15 ? 7 : view.fps > 8 ? 1 : 0;
  return std::min(by_rate, view.max_temporal);
}

std::uint8_t priority_of(const livekit::TrackInfo& track, const ViewSettings& view) {
  constexpr std::uint32_t kHighest = 255;
  if (view.priority > 0) return static_cast<std::uint8_t>(std::min(view.priority, kHighest));
  return track.source() == livekit::SCREEN_SHARE ? kHighest : 1;
}

SendPlan Downstream::plan() {
  offered_ = track->codecs;
  if (track->backup) {
    const BackupCodec& backup = *track->backup;
    const auto add =
        backup.codecs.empty() ? std::vector{usual_binding(backup.codec)} : backup.codecs;
    offered_.insert(offered_.end(), add.begin(), add.end());
  }
  if (may_have_red(*track)) offer_red(offered_);
  return {track->msid_stream(), track->info.sid(), ssrc, rtx_ssrc, offered_,
          track->info.stereo(), fec_ssrc};
}

Subscriber::Subscriber(Surroundings& world, Abilities abilities)
    : world_(world), abilities_(abilities) {}

Downstream* Subscriber::find(std::string_view track_sid) {
  for (const auto& downstream : downstreams_) {
    if (downstream->track->info.sid() == track_sid) return downstream.get();
  }
  return nullptr;
}

Downstream* Subscriber::find(SubscriptionId id) {
  for (const auto& downstream : downstreams_) {
    if (downstream->id == id) return downstream.get();
  }
  return nullptr;
}

bool Subscriber::subscribe(std::shared_ptr<const PublishedTrack> track) {
  if (find(track->info.sid()) != nullptr) return false;
  auto downstream = std::make_unique<Downstream>();
  downstream->id = world_.ids.subscription();
  downstream->ssrc = world_.ids.ssrc();
  if (track->kind == Kind::video) {
    downstream->rtx_ssrc = world_.ids.ssrc();
    downstream->fec_ssrc = world_.ids.ssrc();
    // An adaptive client says within moments how large it shows this; until then little is enough
    // for a first picture.
    if (abilities_.adaptive_stream) downstream->view.quality = livekit::LOW;
  }
  downstream->track = std::move(track);
  downstreams_.push_back(std::move(downstream));
  return true;
}

bool Subscriber::unsubscribe(std::string_view track_sid) {
  const auto found = std::ranges::find_if(
      downstreams_, [&](const auto& d) { return d->track->info.sid() == track_sid; });
  if (found == downstreams_.end()) return false;
  suspend(**found);
  downstreams_.erase(found);
  return true;
}

void Subscriber::configure(std::string_view track_sid, const ViewSettings& view) {
  if (Downstream* downstream = find(track_sid)) {
    downstream->view = view;
    configure(*downstream);
  }
}

void Subscriber::set_disabled(std::string_view track_sid, bool disabled) {
  if (Downstream* downstream = find(track_sid)) {
    downstream->view.disabled = disabled;
    configure(*downstream);
  }
}

void Subscriber::report(const Downstream& downstream) {
  const PublishedTrack& track = *downstream.track;
  if (track.kind != Kind::video || track.codecs.empty()) return;
  const bool settled = downstream.state == Downstream::State::flowing ||
                       downstream.state == Downstream::State::awaiting_codec;
  std::optional<livekit::VideoQuality> wanted;
  if (settled && !downstream.view.disabled) wanted = quality_for(track.info, downstream.view);
  world_.room.on_wanted(track.info.sid(), downstream.id,
                        downstream.uses_backup ? track.backup->codec : track.codecs.front().codec,
                        wanted);
}

void Subscriber::configure(const Downstream& downstream) {
  report(downstream);
  if (downstream.state != Downstream::State::flowing) return;
  const livekit::TrackInfo& info = downstream.track->info;
  const ViewSettings& view = downstream.view;
  const std::uint64_t pixels = std::uint64_t{view.width} * view.height;
  world_.shard.post(ConfigureSubscription{
      .subscription = downstream.id,
      .paused = view.disabled,
      .max_spatial = spatial_layer_for(info, view),
      .max_temporal = temporal_layer_for(view),
      .priority = priority_of(info, view),
      .screen_share = info.source() == livekit::SCREEN_SHARE,
      .pixels = static_cast<std::uint32_t>(std::min<std::uint64_t>(pixels, UINT32_MAX)),
      .may_pause = abilities_.may_pause});
}

Downstream* Subscriber::next_waiting(Kind kind) {
  for (const auto& downstream : downstreams_) {
    if (downstream->state == Downstream::State::waiting && downstream->track->kind == kind) {
      return downstream.get();
    }
  }
  return nullptr;
}

std::size_t Subscriber::waiting(Kind kind) const {
  return static_cast<std::size_t>(std::ranges::count_if(downstreams_, [&](const auto& d) {
    return d->state == Downstream::State::waiting && d->track->kind == kind;
  }));
}

bool Subscriber::start(Downstream& downstream, const Negotiated& section, TransportId transport) {
  if (!section.sends || section.codecs.empty()) {
    suspend(downstream);  // A client may take back the codec that it has agreed to before.
    downstream.state = Downstream::State::unsupported;
    return false;
  }
  if (downstream.state == Downstream::State::flowing ||
      downstream.state == Downstream::State::awaiting_codec) {
    return true;
  }
  downstream.section = section;
  downstream.transport = transport;
  downstream.uses_backup = needs_backup(downstream) || may_regress(downstream);
  begin(downstream);
  return true;
}

void Subscriber::begin(Downstream& downstream) {
  const PublishedTrack& track = *downstream.track;
  if (downstream.uses_backup && !track.backup->live) {
    downstream.state = Downstream::State::awaiting_codec;
    return report(downstream);  // Which makes the publisher send it.
  }
  downstream.state = Downstream::State::flowing;
  const Negotiated& section = downstream.section;
  const bool rtx = std::ranges::any_of(
      section.codecs, [](const CodecBinding& c) { return c.rtx_payload_type.has_value(); });
  world_.shard.post(
      Subscribe{downstream.id,
                downstream.uses_backup ? track.backup->stream : track.stream,
                downstream.transport,
                section.mid,
                downstream.ssrc,
                rtx ? downstream.rtx_ssrc : 0,
                section.codecs,
                section.extensions,
                section.nack,
                track.info.packet_trailer_features_size() > 0 && !abilities_.packet_trailers,
                {track.shard, track.kind, track.cname},
                may_have_red(track),
                section.fec_payload_type ? downstream.fec_ssrc : 0,
                section.fec_payload_type.value_or(0)});
  configure(downstream);
}

void Subscriber::begin_anew(Downstream& downstream) {
  if (downstream.state == Downstream::State::flowing) {
    world_.shard.post(Unsubscribe{downstream.id});
  }
  downstream.congested = false;
  begin(downstream);
}

void Subscriber::on_backup_changed(std::string_view track_sid) {
  Downstream* downstream = find(track_sid);
  if (downstream == nullptr || !downstream->uses_backup) return;
  if (downstream->state != Downstream::State::flowing &&
      downstream->state != Downstream::State::awaiting_codec) {
    return;
  }
  downstream->uses_backup = needs_backup(*downstream) || may_regress(*downstream);
  begin_anew(*downstream);
}

void Subscriber::on_regressed(std::string_view track_sid) {
  Downstream* downstream = find(track_sid);
  if (downstream == nullptr || downstream->uses_backup) return;
  if (downstream->state != Downstream::State::flowing || !may_regress(*downstream)) return;
  downstream->uses_backup = true;
  begin_anew(*downstream);
}

void Subscriber::suspend(Downstream& downstream) {
  const Downstream::State before = std::exchange(downstream.state, Downstream::State::waiting);
  downstream.congested = false;  // As all are that begin.
  if (before == Downstream::State::flowing) world_.shard.post(Unsubscribe{downstream.id});
  report(downstream);
}

bool Subscriber::follows(std::string_view participant_sid) const {
  return std::ranges::any_of(
      downstreams_, [&](const auto& d) { return d->track->publisher_sid == participant_sid; });
}

std::vector<std::string_view> Subscriber::follows() const {
  std::vector<std::string_view> out;
  out.reserve(downstreams_.size());
  for (const auto& downstream : downstreams_) out.push_back(downstream->track->publisher_sid);
  std::ranges::sort(out);
  const auto [first, last] = std::ranges::unique(out);
  out.erase(first, last);
  return out;
}

void Subscriber::clear() {
  for (const auto& downstream : downstreams_) suspend(*downstream);
  downstreams_.clear();
}

}  // namespace parley::media
