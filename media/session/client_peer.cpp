#include "media/session/client_peer.h"

#include <algorithm>

#include <fmt/format.h>

namespace parley::media {

ClientPeer::ClientPeer(Surroundings& world, Publisher& publisher, Subscriber* subscriber,
                       Viewer* viewer)
    : subscriber_(subscriber), viewer_(viewer), publisher_(publisher), peer_(world, false) {}

std::expected<ClientPeer::Settled, std::string> ClientPeer::on_offer(
    const livekit::SessionDescription& message) {
  const auto offer = sdp::parse(message.sdp());
  if (!offer) {
    return std::unexpected(fmt::format("offer, line {}: {}", offer.error().line,
                                       sdp::to_string(offer.error().reason)));
  }
  const auto remote = remote_end(*offer);
  if (!remote) return std::unexpected("offer without ICE credentials or fingerprint");
  if (peer_.is_restart(*remote)) peer_.restart_ice();

  std::vector<SectionPlan> plans(offer->media.size());
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const sdp::Media& media = offer->media[i];
    const bool rtp = media.kind == sdp::Kind::audio || media.kind == sdp::Kind::video;
    if (rtp && viewer_ == nullptr && !media.rejected() && sdp::sends(media.direction))
      plans[i].receive = publisher_.plan(media);
  }
  if (subscriber_ != nullptr) plan_slots(*offer, plans);
  if (viewer_ != nullptr) viewer_->plan(*offer, plans);

  const Answer answered = answer(*offer, plans, peer_.next());
  peer_.set_remote(*remote);

  Settled out;
  out.change = publisher_.settle(*offer, answered.sections, peer_.transport());
  if (subscriber_ != nullptr) settle_slots(answered.sections, out);
  if (viewer_ != nullptr) out.started = viewer_->settle(answered.sections, peer_.transport());
  out.answer.set_type("answer");
  out.answer.set_sdp(sdp::print(answered.description));
  out.answer.set_id(message.id());
  for (const Slot& slot : slots_) {
    if (slot.holder) (*out.answer.mutable_mid_to_track_id())[slot.mid] = slot.track_sid;
  }
  forget_requirement();
  return out;
}

void ClientPeer::restart_ice(const IceCredentials& remote) {
  peer_.restart_ice();
  RemoteEnd end = *peer_.remote();
  end.ice = remote;
  peer_.set_remote(end);
}

void ClientPeer::forget_requirement() {
  asked_audio_ = asked_video_ = 0;
  asked_ = false;
}

void ClientPeer::plan_slots(const sdp::Session& offer, std::vector<SectionPlan>& plans) {
  // RFC 8829 section 5.2.2: a section may be given another mid; what no offer names is gone.
  std::erase_if(slots_, [&](const Slot& slot) {
    if (std::ranges::find(offer.media, slot.mid, &sdp::Media::mid) != offer.media.end()) {
      return false;
    }
    if (Downstream* held = holder_of(slot)) subscriber_->suspend(*held);
    return true;
  });
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const sdp::Media& media = offer.media[i];
    auto known = std::ranges::find(slots_, media.mid, &Slot::mid);
    const bool usable = (media.kind == sdp::Kind::audio || media.kind == sdp::Kind::video) &&
                        !media.rejected() && media.direction == sdp::Direction::recvonly;
    const Kind kind = media.kind == sdp::Kind::audio ? Kind::audio : Kind::video;
    if (known != slots_.end() && (!usable || known->kind != kind)) {
      if (Downstream* held = holder_of(*known)) subscriber_->suspend(*held);
      slots_.erase(known);
      known = slots_.end();
    }
    if (!usable) continue;
    if (known == slots_.end()) {
      known = slots_.insert(known, {media.mid, kind, std::nullopt, {}, false});
    }
    Slot& slot = *known;
    Downstream* downstream = holder_of(slot);
    if (slot.holder && downstream == nullptr) {
      slot.holder.reset();
      slot.stale = true;
    }
    if (!slot.holder && !slot.stale) {
      downstream = subscriber_->next_waiting(slot.kind);
      if (downstream) {
        downstream->state = Downstream::State::negotiating;
        slot.holder = downstream->id;
        slot.track_sid = downstream->track->info.sid();
      }
    }
    if (downstream) plans[i].send = downstream->plan();
  }
}

Downstream* ClientPeer::holder_of(const Slot& slot) const {
  return slot.holder ? subscriber_->find(*slot.holder) : nullptr;
}

void ClientPeer::settle_slots(std::span<const Negotiated> sections, Settled& out) {
  for (const Negotiated& section : sections) {
    const auto slot = std::ranges::find(slots_, section.mid, &Slot::mid);
    if (slot == slots_.end()) continue;
    slot->stale = false;
    Downstream* downstream = holder_of(*slot);
    if (downstream == nullptr) continue;
    const bool was_flowing = downstream->state == Downstream::State::flowing;
    if (!subscriber_->start(*downstream, section, peer_.transport())) {
      out.unsupported.push_back(slot->track_sid);
      slot->holder.reset();
    } else if (!was_flowing) {
      out.started.push_back(slot->track_sid);
    }
  }
}

std::size_t ClientPeer::free_slots(Kind kind) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      slots_, [&](const Slot& slot) { return slot.kind == kind && !slot.holder && !slot.stale; }));
}

std::optional<livekit::MediaSectionsRequirement> ClientPeer::requirement() {
  if (subscriber_ == nullptr) return std::nullopt;
  const std::size_t audio = subscriber_->waiting(Kind::audio);
  const std::size_t video = subscriber_->waiting(Kind::video);
  const bool ended = std::ranges::any_of(slots_, [&](const Slot& slot) {
    return slot.stale || (slot.holder && holder_of(slot) == nullptr);
  });
  auto missing = [&](std::size_t waiting, Kind kind, std::size_t& asked) {
    const std::size_t have = free_slots(kind) + asked;
    const std::size_t more = waiting > have ? waiting - have : 0;
    asked += more;
    return static_cast<std::uint32_t>(more);
  };
  livekit::MediaSectionsRequirement out;
  out.set_num_audios(missing(audio, Kind::audio, asked_audio_));
  out.set_num_videos(missing(video, Kind::video, asked_video_));
  const bool more = out.num_audios() + out.num_videos() > 0;
  const bool anything = audio + video > 0 || ended;
  if (!more && (!anything || asked_)) return std::nullopt;
  asked_ = true;
  return out;
}

}  // namespace parley::media
