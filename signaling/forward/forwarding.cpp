#include "signaling/forward/forwarding.h"

#include <algorithm>
#include <set>
#include <utility>

namespace parley::signaling {

Forwarding::Forwarding(std::string identity, const livekit::ParticipantInfo& shown, Time now)
    : identity_(std::move(identity)), shown_(shown), absent_until_(now + kAbsence) {}

void Forwarding::on_source(const livekit::SignalResponse& said, Time now) {
  if (end_) return;
  switch (said.message_case()) {
    case livekit::SignalResponse::kJoin:
      for (const auto& other : said.join().other_participants()) {
        if (other.identity() == identity_) follow(other, now);
      }
      break;
    case livekit::SignalResponse::kUpdate:
      for (const auto& changed : said.update().participants()) {
        if (changed.identity() == identity_) follow(changed, now);
      }
      break;
    case livekit::SignalResponse::kOffer:
      // What is sent to us here is what we send there.
      *to_destination().mutable_offer() = said.offer();
      break;
    case livekit::SignalResponse::kLeave:
      on_leave(said.leave());
      break;
    default:
      break;
  }
}

void Forwarding::on_destination(const livekit::SignalResponse& said, Time) {
  if (end_) return;
  switch (said.message_case()) {
    case livekit::SignalResponse::kAnswer:
      *to_source().mutable_answer() = said.answer();
      break;
    case livekit::SignalResponse::kTrackPublished: {
      const auto track = tracks_.find(said.track_published().cid());
      if (track == tracks_.end()) break;
      track->second.shown_sid = said.track_published().track().sid();
      // It may have been muted since it was announced.
      if (said.track_published().track().muted() != track->second.muted) {
        set_muted(track->second, track->second.muted);
      }
      break;
    }
    case livekit::SignalResponse::kMute:
      if (auto* track = shown_as(said.mute().sid())) {
        track->second.muted_there = said.mute().muted();
        choose_quality(track->first, track->second);
      }
      break;
    case livekit::SignalResponse::kSubscribedQualityUpdate: {
      const auto& update = said.subscribed_quality_update();
      auto* track = shown_as(update.track_sid());
      if (track == nullptr) break;
      std::optional<livekit::VideoQuality> best;
      const auto look = [&](const auto& qualities) {
        for (const auto& one : qualities) {
          if (one.enabled()) best = std::max(best.value_or(one.quality()), one.quality());
        }
      };
      look(update.subscribed_qualities());
      for (const auto& codec : update.subscribed_codecs()) look(codec.qualities());
      if (best == track->second.wanted) break;
      track->second.wanted = best;
      choose_quality(track->first, track->second);
      break;
    }
    case livekit::SignalResponse::kRoomMoved:
      end_ = End::over;  // A backend has taken it elsewhere.
      break;
    case livekit::SignalResponse::kLeave:
      on_leave(said.leave());
      break;
    default:
      break;
  }
}

void Forwarding::on_leave(const livekit::LeaveRequest& leave) {
  end_ = leave.action() == livekit::LeaveRequest::DISCONNECT && !leave.can_reconnect()
             ? End::over
             : End::broken;
}

void Forwarding::on_deadline(Time now) {
  if (!end_ && absent_until_ && now >= *absent_until_) end_ = End::over;
}

void Forwarding::follow(const livekit::ParticipantInfo& info, Time now) {
  if (info.state() == livekit::ParticipantInfo::DISCONNECTED) {
    // Somebody who joins anew is told of before the older session is said to have gone.
    if (info.sid() == sid_) lose(now);
    return;
  }
  if (info.sid() != sid_) tracks_.clear();
  sid_ = info.sid();
  absent_until_.reset();
  show_profile(info);
  std::set<std::string_view> present;
  for (const livekit::TrackInfo& track : info.tracks()) {
    present.insert(track.sid());
    const auto known = tracks_.find(track.sid());
    if (known == tracks_.end()) {
      add(track);
    } else if (known->second.muted != track.muted()) {
      set_muted(known->second, track.muted());
    }
  }
  // What has ended is offered no longer, which ends it at the destination.
  std::erase_if(tracks_, [&](const auto& entry) { return !present.contains(entry.first); });
}

void Forwarding::lose(Time now) {
  sid_.clear();
  tracks_.clear();
  absent_until_ = now + kAbsence;
}

void Forwarding::show_profile(const livekit::ParticipantInfo& info) {
  livekit::UpdateParticipantMetadata change;
  bool changed = false;
  if (info.name() != shown_.name()) {
    change.set_name(info.name());
    changed = true;
  }
  if (info.metadata() != shown_.metadata()) {
    change.set_metadata(info.metadata());
    changed = true;
  }
  for (const auto& [key, value] : info.attributes()) {
    const auto known = shown_.attributes().find(key);
    if (known != shown_.attributes().end() && known->second == value) continue;
    (*change.mutable_attributes())[key] = value;
    changed = true;
  }
  for (const auto& [key, value] : shown_.attributes()) {
    if (info.attributes().contains(key)) continue;
    (*change.mutable_attributes())[key] = "";
    changed = true;
  }
  if (!changed) return;
  shown_ = info;
  *to_destination().mutable_update_metadata() = std::move(change);
}

void Forwarding::add(const livekit::TrackInfo& info) {
  Track& track = tracks_[info.sid()];
  track.muted = info.muted();
  // Announced before it is asked for: its media must not be a stranger's.
  livekit::AddTrackRequest& announced = *to_destination().mutable_add_track();
  announced.set_cid(info.sid());  // What the offer calls it.
  announced.set_name(info.name());
  announced.set_type(info.type());
  announced.set_source(info.source());
  announced.set_muted(info.muted());
  announced.set_width(info.width());
  announced.set_height(info.height());
  announced.set_stream(info.stream());
  announced.set_encryption(info.encryption());
  *announced.mutable_audio_features() = info.audio_features();
  *announced.mutable_packet_trailer_features() = info.packet_trailer_features();
  if (info.type() == livekit::VIDEO) {
    // One layer at a time, the best that anybody there wants.
    livekit::VideoLayer& layer = *announced.add_layers();
    layer.set_quality(livekit::HIGH);
    layer.set_width(info.width());
    layer.set_height(info.height());
  }
  livekit::UpdateSubscription& wish = *to_source().mutable_subscription();
  wish.add_track_sids(info.sid());
  wish.set_subscribe(true);
}

void Forwarding::set_muted(Track& track, bool muted) {
  track.muted = muted;
  if (track.shown_sid.empty()) return;
  livekit::MuteTrackRequest& mute = *to_destination().mutable_mute();
  mute.set_sid(track.shown_sid);
  mute.set_muted(muted);
}

void Forwarding::choose_quality(const std::string& sid, const Track& track) {
  livekit::UpdateTrackSettings& setting = *to_source().mutable_track_setting();
  setting.add_track_sids(sid);
  if (track.wanted && !track.muted_there) {
    setting.set_quality(*track.wanted);
  } else {
    setting.set_disabled(true);
  }
}

std::pair<const std::string, Forwarding::Track>* Forwarding::shown_as(std::string_view sid) {
  const auto found = std::ranges::find_if(
      tracks_, [&](const auto& entry) { return entry.second.shown_sid == sid; });
  return found == tracks_.end() ? nullptr : &*found;
}

livekit::SignalRequest& Forwarding::to_source() { return to_source_.emplace_back(); }
livekit::SignalRequest& Forwarding::to_destination() { return to_destination_.emplace_back(); }

std::optional<livekit::SignalRequest> Forwarding::next_for_source() {
  if (to_source_.empty()) return std::nullopt;
  livekit::SignalRequest out = std::move(to_source_.front());
  to_source_.pop_front();
  return out;
}

std::optional<livekit::SignalRequest> Forwarding::next_for_destination() {
  if (to_destination_.empty()) return std::nullopt;
  livekit::SignalRequest out = std::move(to_destination_.front());
  to_destination_.pop_front();
  return out;
}

}  // namespace parley::signaling
