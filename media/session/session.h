#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "livekit_rtc.pb.h"
#include "media/control/events.h"
#include "media/session/client_peer.h"
#include "media/session/data_blobs.h"
#include "media/session/data_link.h"
#include "media/session/one_shot.h"
#include "media/session/participant.h"
#include "media/session/publisher.h"
#include "media/session/server_peer.h"
#include "media/session/subscriber.h"
#include "media/session/subscription_permissions.h"
#include "media/session/surroundings.h"
#include "media/session/wishes.h"
#include "plane.pb.h"

namespace parley::media {

/// One participant's conversation: what the client says comes in by `on_signal`, what its
/// transports do by the other `on_` functions, and everything that follows goes to the shard, the
/// room and the edge. It outlives the client's WebSocket; `resume` gives it a new one.
///
///  owner    Room
///  thread   the node's control thread
///  source   livekit-contract.md sections 2 to 6
class Session {
 public:
  static constexpr Duration kJoinTimeout = 60s;    ///< From join to the first connected transport.
  static constexpr Duration kResumeTimeout = 10s;  ///< From losing the transport to being removed.
  static constexpr Duration kGoodbyeTimeout = 2s;  ///< The same, if the client closed it itself.
  static constexpr Duration kMediaTimeout = 15s;   ///< From a resume to its media being back.
  static constexpr Duration kTokenInterval = 5min;
  /// Asking for media sections waits this long for more to ask for (contract section 2.3).
  static constexpr Duration kSectionDelay = 10ms;

  Session(const plane::StartSession& start, std::string sid, Surroundings world, Time now);
  ~Session();

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // --- From the edge
  // -------------------------------------------------------------------------------

  /// The first message of a new session; then what came along with the join request is worked off.
  /// `others`: the rest of `join`, serialized (Roster::introductions).
  void begin(livekit::JoinResponse join, std::string others, Time now);
  /// Instead, where the client has no WebSocket (`one_shot`): the answer to the offer that it came
  /// with.
  std::expected<std::string, OneShot::Refusal> begin_one_shot(Time now);
  /// What such a client asks by HTTP.
  plane::ResourceResult serve(const plane::ResourceCall& call, Time now);
  /// The client is back with a new WebSocket: `others` as it should see them now.
  void resume(const plane::StartSession& start, std::vector<livekit::ParticipantInfo> others,
              const livekit::Room& room, Time now);
  void on_signal(const livekit::SignalRequest& request, Time now);
  void on_closed(std::string_view connection, Time now);
  bool speaks_on(std::string_view connection) const { return connection_ == connection; }

  // --- From the shard
  // ------------------------------------------------------------------------------

  void on_transport_connected(TransportId transport, Time now);
  void on_transport_lost(const TransportLost& lost, Time now);
  void on_channel_opened(TransportId transport, Channel channel, Time now);
  void on_data(Channel channel, const std::vector<std::uint8_t>& payload, Time now);
  void on_stream_states(std::span<const StreamState> states);

  /// The first packet of one of its streams has come.
  void on_stream_started(StreamId stream);

  Time next_deadline() const;
  void on_deadline(Time now);

  // --- From the room
  // -------------------------------------------------------------------------------

  /// `others` only with the answer to a join: see `begin`.
  void send(const livekit::SignalResponse& response, std::string others = {});
  void deliver(DataMessage message, Time now) { data_.deliver(std::move(message), now); }
  /// Something that others see of it has changed.
  void announce(Time now);
  /// Somebody else's track can be had, or no longer.
  void on_track_available(const std::shared_ptr<const PublishedTrack>& track, Time now);
  void on_track_gone(std::string_view track_sid, Time now);
  void on_backup_changed(std::string_view track_sid);
  void on_regressed(std::string_view track_sid);
  /// The same for all of a publisher's tracks, as far as it now says.
  void on_permissions_changed(const Session& publisher, Time now);
  /// Whether `subscriber` may have this track, or data track, of ours.
  bool permits(const Participant& subscriber, std::string_view track_sid) const {
    return subscriber.grants.can_subscribe() && permissions_.allow(subscriber, track_sid);
  }
  /// Somebody has subscribed to this track of ours for the first time.
  void mark_watched(std::string_view track_sid);
  /// Tells the client to go and ends the session.
  void dismiss(livekit::LeaveRequest::Action action, livekit::DisconnectReason reason, Time now);

  // --- From a backend, by the server APIs
  // ---------------------------------------------------------------

  /// One of ours; nullptr if there is none.
  const PublishedTrack* track(std::string_view track_sid) { return publisher_.find(track_sid); }
  /// The client is told to stop, or to begin again, and everybody sees that it has.
  void mute_remotely(std::string_view track_sid, bool muted, Time now);
  /// False: too large, and nothing is changed.
  bool update_profile(const Profile& change, Time now);
  /// Tracks that are not allowed any more end; subscriptions follow.
  void set_permission(const livekit::ParticipantPermission& permission, Time now);
  void update_subscription(const livekit::UpdateSubscription& wish, Time now) {
    on_subscription(wish, now);
  }
  /// To another room: its client gets a token for that and is told to join there.
  void move_to(const std::string& room, livekit::RoomMovedResponse moved, Time now);

  const Participant& participant() const { return participant_; }
  livekit::ParticipantInfo info() const;
  const Publisher& publisher() const { return publisher_; }
  const DataBlobs& data_blobs() const { return data_blobs_; }
  bool subscribed_to(std::string_view participant_sid) const;
  /// SIDs of all to whom it is, each once.
  std::vector<std::string_view> follows() const { return subscriber_.follows(); }

  /// Where its WebSocket is, if there is one.
  bool has_socket() const { return !connection_.empty(); }
  const std::string& edge() const { return edge_; }
  const std::string& connection() const { return connection_; }
  /// Without asking for each: only if its client said so when it joined.
  bool subscribes_to_data_tracks() const {
    return settings_.auto_subscribe_data_track() && participant_.grants.can_subscribe();
  }
  bool ended() const { return ended_; }
  /// Its media cannot be heard any more, and may come back; not where it said goodbye.
  bool awaits_transport() const {
    return media_lost_ && media_lost_ != TransportLost::Reason::dtls_closed;
  }
  ShardIndex shard() const { return world_.shard_index; }
  /// Is there a WebSocket through which the client talks to us?
  bool active() const { return participant_.state == livekit::ParticipantInfo::ACTIVE; }
  bool single_peer() const { return server_peer_ == nullptr; }
  bool one_shot() const { return one_shot_ != nullptr; }
  std::vector<TransportId> transports() const;
  const Subscriber& subscriber() const { return subscriber_; }

 private:
  void on_offer(const livekit::SessionDescription& offer, Time now);
  void on_answer(const livekit::SessionDescription& answer, Time now);
  void on_add_track(const livekit::AddTrackRequest& request, Time now);
  void on_mute(const livekit::MuteTrackRequest& request, Time now);
  void on_subscription(const livekit::UpdateSubscription& request, Time now);
  void on_track_setting(const livekit::UpdateTrackSettings& request);
  void on_sync_state(const livekit::SyncState& state, Time now);
  void on_update_metadata(const livekit::UpdateParticipantMetadata& request, Time now);
  void on_update_audio_track(const livekit::UpdateLocalAudioTrack& request, Time now);
  void on_update_video_track(const livekit::UpdateLocalVideoTrack& request, Time now);
  void on_store_data_blob(const livekit::StoreDataBlobRequest& request);
  void on_get_data_blob(const livekit::GetDataBlobRequest& request);
  void refuse_data_blob(std::uint32_t request_id, livekit::RequestResponse refusal);
  void on_leave(const livekit::LeaveRequest& request, Time now);
  void on_simulate(const livekit::SimulateScenario& scenario, Time now);

  void publish(const Publisher::Change& change, Time now);
  void subscribe(const std::shared_ptr<const PublishedTrack>& track, Time now);
  void unsubscribe(std::string_view track_sid, Time now);
  void tell_permitted(const PublishedTrack& track, bool allowed);
  void tell_subscription_failed(const std::string& track_sid, livekit::SubscriptionError error);
  /// To what it wants without asking for it track by track.
  void subscribe_to_all(Time now);
  Viewer::Tracks watchable() const;
  void tell_started(const std::vector<std::string>& started,
                    const std::vector<std::string>& unsupported);
  /// Which videos are paused for lack of bandwidth: what has changed, or `again` all of which the
  /// client was ever told.
  void tell_stream_states(bool again);
  /// Whatever peer carries what we send has something to negotiate.
  void negotiate(Time now);
  void send_offer(Time now);
  void become_active(Time now);
  void end(livekit::DisconnectReason reason, Time now);
  /// The WebSocket ends and nothing else does.
  void close_socket();
  void ask_for_token();
  plane::ToClient::TokenWanted token_wanted() const;
  void refuse_not_found(livekit::RequestResponse response);
  /// `usual`, or less if the client closed its transport itself: it leaves, or has joined anew, and
  /// the message that says so may have died with its edge.
  Duration patience(Duration usual) const;
  TransportId primary() const;
  TransportId downstream_transport() const;

  Surroundings world_;
  Participant participant_;
  std::string edge_;
  std::string connection_;  ///< Empty while the client has no WebSocket.
  livekit::ConnectionSettings settings_;
  std::int64_t token_expires_at_ = 0;
  plane::StartSession start_;  ///< What came with the join request, until `begin` has used it.

  Publisher publisher_;
  Subscriber subscriber_;
  std::unique_ptr<OneShot> one_shot_;  ///< Null for clients that have WebSockets.
  std::unique_ptr<ClientPeer> client_peer_;
  std::unique_ptr<ServerPeer> server_peer_;  ///< Null with a single peer connection.

  bool subscriber_primary_ = false;  ///< As the client was told when it joined.
  bool settled_in_ = false;          ///< The join message is out: offers may follow.
  bool ended_ = false;
  /// Why the primary transport, which was connected, is not any more; nullopt: it is, or never was.
  std::optional<TransportLost::Reason> media_lost_;
  std::optional<Time> join_deadline_;
  std::optional<Time> resume_deadline_;
  std::optional<Time> section_deadline_;
  Time token_deadline_ = kNever;

  DataLink data_;
  DataBlobs data_blobs_;
  SubscriptionPermissions permissions_;
  Wishes wishes_;

  /// LiveKit's simulate scenarios: how often a resume is still to be cut off, and whether before
  /// its first message.
  int resumes_to_cut_ = 0;
  bool cut_unheard_ = false;
};

/// What every client reads in `join` and `reconnect`.
livekit::ServerInfo server_info(const std::string& node_id, const std::string& region);

}  // namespace parley::media
