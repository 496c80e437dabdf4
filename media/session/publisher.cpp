#include "media/session/publisher.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>
#include <vector>

#include "media/negotiation/codecs.h"

namespace parley::media {
namespace {

constexpr std::array<std::string_view, 3> kRids{"q", "h", "f"};

livekit::RequestResponse refuse(const livekit::AddTrackRequest& request,
                                livekit::RequestResponse::Reason reason, std::string message) {
  livekit::RequestResponse out;
  out.set_reason(reason);
  out.set_message(std::move(message));
  *out.mutable_add_track() = request;
  return out;
}

std::string default_stream(livekit::TrackSource source) {
  switch (source) {
    case livekit::CAMERA:
    case livekit::MICROPHONE:
      return "camera";
    case livekit::SCREEN_SHARE:
    case livekit::SCREEN_SHARE_AUDIO:
      return "screen";
    default:
      return "unknown";
  }
}

void name_layers(google::protobuf::RepeatedPtrField<livekit::VideoLayer>& layers) {
  for (int i = 0; i < layers.size() && i < 3; ++i) {
    // Simulcast is told from the lowest layer up, SVC from the highest down.
    int rank = 0;
    for (int j = 0; j < layers.size(); ++j) {
      const bool lower = layers[j].quality() < layers[i].quality();
      if (lower || (layers[j].quality() == layers[i].quality() && j < i)) ++rank;
    }
    layers[i].set_spatial_layer(rank);
    const auto name = std::min(static_cast<std::size_t>(rank), kRids.size() - 1);
    if (layers[i].rid().empty()) layers[i].set_rid(std::string(kRids[name]));
  }
}

/// Of the codecs of a publisher's section the one that comes. Browsers send the first of an answer
/// and keep to it; who decodes only others of them would see nothing.
std::vector<CodecBinding> sent(Kind kind, const std::vector<CodecBinding>& negotiated) {
  if (kind != Kind::video) return negotiated;  // RED and the Opus in it.
  std::vector<CodecBinding> out;
  std::ranges::copy_if(negotiated, std::back_inserter(out), [&](const CodecBinding& binding) {
    return binding.codec == negotiated.front().codec;
  });
  return out;
}

/// The codecs that the client asked for, each replaced by one that we forward where it has to be.
void describe_codecs(const livekit::AddTrackRequest& request, livekit::TrackInfo& info) {
  const bool video = request.type() == livekit::VIDEO;
  for (const livekit::SimulcastCodec& wanted : request.simulcast_codecs()) {
    const auto named = codec_named(wanted.codec());
    const bool usable = named && (kind_of(*named) == Kind::video) == video;
    livekit::SimulcastCodecInfo& out = *info.add_codecs();
    // Clients re-read the first codec and switch to it, so it must be one that works here.
    if (!wanted.codec().empty())
      out.set_mime_type(mime_type(usable ? *named : video ? Codec::vp8 : Codec::opus));
    out.set_cid(wanted.cid());
    *out.mutable_layers() = wanted.layers().empty() ? request.layers() : wanted.layers();
    out.set_video_layer_mode(wanted.video_layer_mode());
  }
  if (info.codecs().empty()) {
    livekit::SimulcastCodecInfo& out = *info.add_codecs();
    out.set_cid(request.cid());
    *out.mutable_layers() = request.layers();
  }
  for (livekit::SimulcastCodecInfo& codec : *info.mutable_codecs()) {
    name_layers(*codec.mutable_layers());
    if (!video || codec.video_layer_mode() != livekit::VideoLayer::MODE_UNUSED) continue;
    const bool scalable = codec.mime_type() == "video/VP9" || codec.mime_type() == "video/AV1";
    codec.set_video_layer_mode(scalable ? livekit::VideoLayer::MULTIPLE_SPATIAL_LAYERS_PER_STREAM
                                        : livekit::VideoLayer::ONE_SPATIAL_LAYER_PER_STREAM);
  }
}

}  // namespace

Publisher::Publisher(const Participant& participant, Surroundings& world)
    : participant_(participant), world_(world) {}

PublishedTrack* Publisher::find(std::string_view sid) {
  for (auto* list : {&live_, &pending_}) {
    for (const auto& track : *list) {
      if (track->info.sid() == sid) return track.get();
    }
  }
  return nullptr;
}

Publisher::AddReply Publisher::add_track(const livekit::AddTrackRequest& request, WallTime now) {
  using Response = livekit::RequestResponse;
  if (request.type() != livekit::AUDIO && request.type() != livekit::VIDEO) {
    return refuse(request, Response::UNSUPPORTED_TYPE, "only audio and video tracks are published");
  }
  if (!participant_.may_publish(request.source())) {
    return refuse(request, Response::NOT_ALLOWED, "not allowed to publish from this source");
  }
  livekit::TrackPublishedResponse reply;
  reply.set_cid(request.cid());

  if (!request.sid().empty()) return add_backup(request);
  for (const auto& track : pending_) {
    if (track->cid != request.cid()) continue;
    *reply.mutable_track() = track->info;  // Asked again: the same answer.
    return reply;
  }
  if (pending_.size() >= kMaxPending || live_.size() >= kMaxTracks) {
    return refuse(request, Response::LIMIT_EXCEEDED, "too many tracks");
  }
  if (std::ranges::find(live_, request.cid(), &PublishedTrack::cid) != live_.end()) {
    if (queued_.size() >= kMaxQueued) {
      return refuse(request, Response::LIMIT_EXCEEDED, "too many tracks wait for others to end");
    }
    queued_.push_back(request);
    return refuse(request, Response::QUEUED, "until the track of this cid has ended");
  }

  auto track = std::make_shared<PublishedTrack>();
  track->publisher_sid = participant_.sid;
  track->publisher_identity = participant_.identity;
  track->hidden = participant_.grants.hidden();
  track->cid = request.cid();
  track->kind = request.type() == livekit::AUDIO ? Kind::audio : Kind::video;
  track->stream = world_.ids.stream();
  track->shard = world_.shard_index;
  track->cname = world_.cname;

  livekit::TrackInfo& info = track->info;
  info.set_sid(world_.ids.track(request.type(), request.source()));
  info.set_type(request.type());
  info.set_name(request.name());
  info.set_muted(request.muted());
  info.set_width(request.width());
  info.set_height(request.height());
  info.set_source(request.source());
  info.set_encryption(request.encryption());
  info.set_stream(request.stream().empty() ? default_stream(request.source()) : request.stream());
  info.set_disable_red(request.disable_red());
  info.set_backup_codec_policy(request.backup_codec_policy());
  *info.mutable_audio_features() = request.audio_features();
  *info.mutable_packet_trailer_features() = request.packet_trailer_features();
  const auto& features = request.audio_features();
  auto has = [&](livekit::AudioTrackFeature f) {
    return std::ranges::find(features, static_cast<int>(f)) != features.end();
  };
  info.set_disable_dtx(request.disable_dtx() || has(livekit::TF_NO_DTX));
  info.set_stereo(request.stereo() || has(livekit::TF_STEREO));
  if (info.disable_dtx() && !has(livekit::TF_NO_DTX)) info.add_audio_features(livekit::TF_NO_DTX);
  if (info.stereo() && !has(livekit::TF_STEREO)) info.add_audio_features(livekit::TF_STEREO);
  *info.mutable_layers() = request.layers();
  name_layers(*info.mutable_layers());
  info.set_simulcast(request.layers_size() > 1);
  describe_codecs(request, info);
  info.set_mime_type(info.codecs(0).mime_type());
  if (track->kind == Kind::video && info.codecs_size() > 1) {
    if (const auto codec = codec_named(info.codecs(1).mime_type())) {
      track->backup = BackupCodec{*codec, info.codecs(1).cid(), world_.ids.stream()};
    }
  }
  info.mutable_version()->set_unix_micro(
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count());

  pending_.push_back(track);
  *reply.mutable_track() = info;
  return reply;
}

/// The second codec of a track that is there: what it is called in the offer to come.
Publisher::AddReply Publisher::add_backup(const livekit::AddTrackRequest& request) {
  using Response = livekit::RequestResponse;
  PublishedTrack* track = find(request.sid());
  if (track == nullptr) return refuse(request, Response::NOT_FOUND, "no such track");
  if (!track->backup || request.simulcast_codecs().empty()) {
    return refuse(request, Response::INVALID_REQUEST, "the track has no second codec");
  }
  const livekit::SimulcastCodec& wanted = request.simulcast_codecs(0);
  track->backup->cid = wanted.cid().empty() ? request.cid() : wanted.cid();
  livekit::SimulcastCodecInfo& codec = *track->info.mutable_codecs(1);
  codec.set_cid(track->backup->cid);
  if (!wanted.layers().empty()) *codec.mutable_layers() = wanted.layers();
  name_layers(*codec.mutable_layers());
  livekit::TrackPublishedResponse reply;
  reply.set_cid(request.cid());
  *reply.mutable_track() = track->info;
  return reply;
}

std::shared_ptr<PublishedTrack> Publisher::claim_backup(std::string_view track_id) {
  for (const auto& track : live_) {
    if (!track->backup || track->backup->cid != track_id || track_id.empty()) continue;
    const bool taken = std::ranges::any_of(
        sections_, [&](const Section& s) { return s.track == track && s.backup; });
    if (!taken) return track;
  }
  return nullptr;
}

/// Contract section 3.2: by the track's cid, by a codec's cid, else the first waiting of that kind,
/// since some clients change a track's id between the two messages.
std::shared_ptr<PublishedTrack> Publisher::claim(std::string_view track_id, sdp::Kind kind) {
  const Kind wanted = kind == sdp::Kind::audio ? Kind::audio : Kind::video;
  auto take = [&](auto matches) -> std::shared_ptr<PublishedTrack> {
    for (const auto& track : pending_) {
      const bool taken =
          std::ranges::any_of(sections_, [&](const Section& s) { return s.track == track; });
      if (!taken && track->kind == wanted && matches(*track)) return track;
    }
    return nullptr;
  };
  if (auto track = take([&](const PublishedTrack& t) { return t.cid == track_id; })) return track;
  auto by_codec = [&](const PublishedTrack& t) {
    return std::ranges::any_of(t.info.codecs(), [&](const auto& c) { return c.cid() == track_id; });
  };
  if (auto track = take(by_codec)) return track;
  return take([](const PublishedTrack&) { return true; });
}

Publisher::Section& Publisher::section(const std::string& mid) {
  const auto found = std::ranges::find(sections_, mid, &Section::mid);
  if (found != sections_.end()) return *found;
  sections_.push_back({mid, {}, nullptr, false, false, {}, {}});
  return sections_.back();
}

ReceivePlan Publisher::plan(const sdp::Media& offered) {
  Section& at = section(offered.mid);
  const std::string track_id = track_id_of(offered);
  // A sender may be given to another track: the old one ends when this offer is settled.
  const bool other = at.track && at.track_id != track_id && at.track->cid != track_id;
  const bool announced =
      std::ranges::any_of(pending_, [&](const auto& t) { return t->cid == track_id; });
  if (at.track_id != track_id) at.withdrawn = false;
  if (auto track = at.track ? nullptr : claim_backup(track_id)) {
    at.track = std::move(track);
    at.backup = true;
  } else if ((at.track == nullptr && !at.withdrawn) || (other && announced && !at.backup)) {
    if (auto claimed = claim(track_id, offered.kind)) {
      if (at.track) displaced_.push_back(std::move(at.track));
      at.track = std::move(claimed);
    }
  }
  at.track_id = track_id;

  ReceivePlan plan;
  if (at.track == nullptr) return plan;
  const livekit::TrackInfo& info = at.track->info;
  plan.codec = codec_named(info.codecs(at.backup ? 1 : 0).mime_type());
  plan.red = !info.disable_red() && info.encryption() == livekit::Encryption::NONE;
  plan.dtx = !info.disable_dtx();
  plan.stereo = info.stereo();
  return plan;
}

void Publisher::start_backup(Section& at, TransportId transport, Change& change) {
  BackupCodec& backup = *at.track->backup;
  backup.codecs = sent(at.track->kind, at.negotiated.codecs);
  livekit::SimulcastCodecInfo& codec = *at.track->info.mutable_codecs(1);
  codec.set_mime_type(mime_type(backup.codecs.front().codec));
  codec.set_mid(at.mid);
  codec.set_sdp_cid(at.track_id);
  world_.shard.post(AddStream{backup.stream, transport, at.track->kind, at.mid,
                              at.negotiated.codecs, at.negotiated.extensions, layers_of(at.offered),
                              at.negotiated.nack});
  if (backup.live) return;
  backup.live = true;
  change.backups.push_back(at.track);
}

bool Publisher::go_live(Section& at, TransportId transport, Change& change) {
  if (at.backup) {
    start_backup(at, transport, change);
    return false;
  }
  PublishedTrack& track = *at.track;
  track.codecs = sent(track.kind, at.negotiated.codecs);
  std::vector<LayerSpec> layers = layers_of(at.offered);
  track.layers = layers.size();
  track.info.set_mid(at.mid);
  track.info.set_mime_type(mime_type(track.codecs.front().codec));
  livekit::SimulcastCodecInfo& codec = *track.info.mutable_codecs(0);
  codec.set_mime_type(track.info.mime_type());
  codec.set_mid(at.mid);
  codec.set_sdp_cid(at.track_id);

  world_.shard.post(AddStream{track.stream, transport, track.kind, at.mid, at.negotiated.codecs,
                              at.negotiated.extensions, std::move(layers), at.negotiated.nack});
  const bool first = !track.live;
  track.live = true;
  return first;
}

void Publisher::retire(std::shared_ptr<PublishedTrack> track, Change& change) {
  if (track->live) {
    world_.shard.post(RemoveStream{track->stream});
    if (track->backup && track->backup->live) {
      world_.shard.post(RemoveStream{track->backup->stream});
      track->backup->live = track->backup->flows = false;
    }
    for (Section& section : sections_) {
      if (section.backup && section.track == track) section.track = nullptr;
    }
    std::erase(live_, track);
    track->live = false;
    const auto next = std::ranges::find(queued_, track->cid, &livekit::AddTrackRequest::cid);
    if (next != queued_.end()) {
      change.due.push_back(std::move(*next));
      queued_.erase(next);
    }
    // What came with the same offer was never told to anybody.
    if (std::erase(change.live, track) == 0) change.gone.push_back(std::move(track));
  } else {
    std::erase(pending_, track);
  }
}

void Publisher::vacate(Section& at, Change& change) {
  std::shared_ptr<PublishedTrack> track = std::exchange(at.track, nullptr);
  if (track == nullptr) return;
  if (!at.backup) return retire(std::move(track), change);
  BackupCodec& backup = *track->backup;
  backup.cid.clear();
  backup.flows = false;
  if (!std::exchange(backup.live, false)) return;
  world_.shard.post(RemoveStream{backup.stream});
  change.backups.push_back(std::move(track));
}

std::shared_ptr<PublishedTrack> Publisher::on_stream_started(StreamId stream) {
  for (const auto& track : live_) {
    if (!track->backup || !track->backup->live || track->backup->stream != stream) continue;
    track->backup->flows = true;
    return track;
  }
  return nullptr;
}

Publisher::Change Publisher::settle(const sdp::Session& offer,
                                    std::span<const Negotiated> negotiated, TransportId transport) {
  Change change;
  for (auto& track : std::exchange(displaced_, {})) retire(std::move(track), change);
  // A section may be given another mid (RFC 8829 section 5.2.2); what no offer names any more is
  // gone.
  std::erase_if(sections_, [&](Section& section) {
    if (std::ranges::find(negotiated, section.mid, &Negotiated::mid) != negotiated.end()) {
      return false;
    }
    vacate(section, change);
    return true;
  });
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    const Negotiated& result = negotiated[i];
    const auto found = std::ranges::find(sections_, result.mid, &Section::mid);
    if (found == sections_.end()) continue;
    if (!result.receives || result.codecs.empty()) {
      vacate(*found, change);
      sections_.erase(found);
      continue;
    }
    found->offered = offer.media[i];
    found->negotiated = result;
    if (found->track && go_live(*found, transport, change)) {
      std::erase(pending_, found->track);
      live_.push_back(found->track);
      change.live.push_back(found->track);
    }
  }
  return change;
}

Publisher::Change Publisher::adopt_unclaimed(TransportId transport) {
  Change change;
  for (Section& at : sections_) {
    if (at.track || at.withdrawn || at.negotiated.codecs.empty()) continue;
    at.track = claim_backup(at.track_id);
    at.backup = at.track != nullptr;
    if (!at.track) at.track = claim(at.track_id, at.negotiated.kind);
    if (at.track == nullptr || !go_live(at, transport, change)) continue;
    std::erase(pending_, at.track);
    live_.push_back(at.track);
    change.live.push_back(at.track);
  }
  return change;
}

void Publisher::set_hidden(bool hidden) {
  for (const auto& track : pending_) track->hidden = hidden;
  for (const auto& track : live_) track->hidden = hidden;
}

Publisher::Change Publisher::withdraw_forbidden() {
  Change change;
  for (Section& at : sections_) {
    if (!at.track || participant_.may_publish(at.track->info.source())) continue;
    vacate(at, change);
    at.withdrawn = true;
  }
  std::erase_if(pending_,
                [&](const auto& track) { return !participant_.may_publish(track->info.source()); });
  return change;
}

std::vector<std::shared_ptr<PublishedTrack>> Publisher::clear() {
  Change change;
  queued_.clear();
  while (!live_.empty()) retire(live_.back(), change);
  pending_.clear();
  displaced_.clear();
  sections_.clear();
  return std::move(change.gone);
}

}  // namespace parley::media
