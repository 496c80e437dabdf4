#include "media/room/room_events.h"

#include <utility>

namespace parley::media {

livekit::WebhookEvent RoomEvents::about(std::string_view what) const {
  livekit::WebhookEvent event;
  event.set_event(std::string(what));
  *event.mutable_room() = room_;
  return event;
}

void RoomEvents::tell(livekit::WebhookEvent event, Time now) {
  started();  // Nothing of a room is told before the room.
  sink_->emit(std::move(event), now);
}

void RoomEvents::started() {
  if (sink_ == nullptr || std::exchange(started_, true)) return;
  sink_->emit(about("room_started"), opened_);
}

void RoomEvents::finished(Time now) {
  if (sink_ == nullptr || std::exchange(finished_, true)) return;
  tell(about("room_finished"), now);
}

void RoomEvents::active(const livekit::ParticipantInfo& who, Time now) {
  if (sink_ == nullptr || !joined_.insert(who.sid()).second) return;
  livekit::WebhookEvent event = about("participant_joined");
  *event.mutable_participant() = who;
  tell(std::move(event), now);
}

void RoomEvents::left(const livekit::ParticipantInfo& who, Time now) {
  if (sink_ == nullptr) return;
  const bool was_here = joined_.erase(who.sid()) > 0;
  livekit::WebhookEvent event =
      about(was_here ? "participant_left" : "participant_connection_aborted");
  *event.mutable_participant() = who;
  tell(std::move(event), now);
}

void RoomEvents::published(const PublishedTrack& track, Time now) {
  tell_of("track_published", track, now);
}

void RoomEvents::unpublished(const PublishedTrack& track, Time now) {
  tell_of("track_unpublished", track, now);
}

void RoomEvents::tell_of(std::string_view what, const PublishedTrack& track, Time now) {
  if (sink_ == nullptr) return;
  livekit::WebhookEvent event = about(what);
  // No more of the participant than who it is, as with LiveKit's own server.
  event.mutable_participant()->set_sid(track.publisher_sid);
  event.mutable_participant()->set_identity(track.publisher_identity);
  *event.mutable_track() = track.info;
  tell(std::move(event), now);
}

void RoomEvents::job_started(const livekit::Job& job, Time now) {
  tell_of("agent_job_started", job, now);
}

void RoomEvents::job_ended(const livekit::Job& job, Time now) {
  tell_of("agent_job_ended", job, now);
}

void RoomEvents::tell_of(std::string_view what, const livekit::Job& job, Time now) {
  if (sink_ == nullptr) return;
  livekit::WebhookEvent event = about(what);
  *event.mutable_job() = job;
  tell(std::move(event), now);
}

}  // namespace parley::media
