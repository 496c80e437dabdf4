#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/time.h"
#include "livekit_agent.pb.h"
#include "livekit_models.pb.h"
#include "media/room/webhook_sink.h"
#include "media/session/surroundings.h"

namespace parley::media {

/// What a room tells backends of itself: LiveKit's webhook events of rooms, participants, tracks
/// and agents' jobs, with what each carries.
///
///  owner    Room
///  thread   the node's control thread
///  bounded  by the room's participants
///  source   livekit-contract.md section 7, "Webhooks"
class RoomEvents {
 public:
  /// `sink` nullptr: nobody wants to know. `room` is the room's own record.
  RoomEvents(WebhookSink* sink, const livekit::Room& room, Time opened)
      : sink_(sink), room_(room), opened_(opened) {}

  /// After the input that opened it, so that it is told of with what that input made of it; does
  /// nothing afterwards.
  void started();
  /// Also when called again: a room finishes once.
  void finished(Time now);
  void active(const livekit::ParticipantInfo& who, Time now);
  /// `participant_left`, or `participant_connection_aborted` for who was never active.
  void left(const livekit::ParticipantInfo& who, Time now);
  void published(const PublishedTrack& track, Time now);
  void unpublished(const PublishedTrack& track, Time now);
  void job_started(const livekit::Job& job, Time now);
  void job_ended(const livekit::Job& job, Time now);

 private:
  void tell(livekit::WebhookEvent event, Time now);
  livekit::WebhookEvent about(std::string_view what) const;
  void tell_of(std::string_view what, const PublishedTrack& track, Time now);
  void tell_of(std::string_view what, const livekit::Job& job, Time now);

  WebhookSink* sink_;
  const livekit::Room& room_;
  Time opened_;
  bool started_ = false;
  std::set<std::string, std::less<>> joined_;  ///< SIDs of who was told to have joined.
  bool finished_ = false;
};

}  // namespace parley::media
