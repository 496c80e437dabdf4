#pragma once

#include <deque>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "livekit_models.pb.h"
#include "livekit_room.pb.h"
#include "media/agents/dispatcher.h"
#include "media/control/commands.h"
#include "media/control/events.h"
#include "media/room/data_rules.h"
#include "media/room/data_tracks.h"
#include "media/room/dynacast.h"
#include "media/room/quality.h"
#include "media/room/quality_record.h"
#include "media/room/quality_sink.h"
#include "media/room/room_events.h"
#include "media/room/roster.h"
#include "media/room/rpc_calls.h"
#include "media/room/seating.h"
#include "media/room/speakers.h"
#include "media/room/webhook_sink.h"
#include "media/session/session.h"
#include "plane.pb.h"

namespace parley::media {

/// LiveKit's `room` settings.
struct RoomConfig {
  bool auto_create = true;
  Duration empty_timeout = 300s;       ///< A room that nobody has joined closes after this.
  Duration departure_timeout = 20s;    ///< A room that everybody has left closes after this.
  std::uint32_t max_participants = 0;  ///< 0: no limit.
  bool enable_remote_unmute = false;   ///< Backends may turn microphones on, too.
  bool data_blobs = false;             ///< Participants may keep small things for each other.
  bool allow_pause = false;  ///< Videos may be paused where there is not enough bandwidth.
  std::uint32_t max_listed_watchers = 500;  ///< See Roster.
};

/// What a room is given by its node.
struct RoomHome {
  std::string name;
  std::uint32_t number = 0;  ///< Unique within the node; part of all its ids.
  RoomConfig config;
  Seating& seating;
  ShardIndex shard = 0;  ///< Where it has its home.
  Fingerprint fingerprint;
  bool ice_lite = true;
  Uplink& uplink;
  Random& random;
  ClockOffset clock;
  livekit::ServerInfo server;
  std::uint64_t& rejected_messages;  ///< The node's count; outlives the room.
  WebhookSink* webhooks = nullptr;   ///< None: no backend wants to know.
  QualitySink* quality = nullptr;    ///< None: nobody keeps what connections were like.
};

/// A room: its participants' sessions, what they know of each other, and what passes between them
/// that is not media.
///
///  owner    Node
///  thread   the node's control thread
///  note     sessions that end inside an input stay until `sweep`, which the node calls after each
///  input
class Room final : public Neighbourhood {
 public:
  Room(RoomHome home, Time now);
  ~Room() override;

  struct Refusal {
    std::uint32_t http_status = 500;
    std::string reason;
  };
  struct Joined {
    Session* session = nullptr;
    std::string answer;  ///< To the offer of a client without a WebSocket.
  };
  /// A new session for a client with a good token, in place of an older one of the same identity.
  std::expected<Joined, Refusal> join(const plane::StartSession& start, Time now);
  /// The session that a client believes it still has; nullptr if it has not.
  Session* resume(const plane::StartSession& start, Time now);

  Session* find(std::string_view participant_sid);
  Session* find_identity(std::string_view identity);
  /// Hidden ones too.
  std::vector<livekit::ParticipantInfo> everybody() const;
  /// Whom participants are told of; `except` excepted.
  std::vector<livekit::ParticipantInfo> listed(const Session* except = nullptr) const;
  const RoomConfig& config() const { return home_.config; }
  /// What a backend, or the token of who opened it, wants of it; zeros and empty texts change
  /// nothing.
  void configure(const livekit::CreateRoomRequest& wish);
  void configure(const livekit::RoomConfiguration& wish);
  void set_metadata(const std::string& metadata);
  /// A packet that no participant has sent. A backend that repeats itself is heard once.
  void send_from_outside(const livekit::DataPacket& packet, Time now);
  /// A backend calls a participant; `done` is called once, later or at once.
  void perform_rpc(const livekit::PerformRpcRequest& request, RpcCalls::Done done, Time now);
  void on_transport_event(TransportId transport, const Event& event, Time now);
  void on_stream_started(StreamId stream);
  void on_audio_levels(std::span<const AudioLevel> levels, Time now);
  /// All that one shard has to tell of this room's streams and subscriptions, for one period.
  void on_stats(ShardIndex shard, std::span<const StreamStats> streams,
                std::span<const SubscriptionStats> subscriptions, Time now);

  Time next_deadline() const;
  void on_deadline(Time now);
  /// Lets go of what ended; returns the SIDs.
  std::vector<std::string> sweep();
  /// Everybody is told to come back elsewhere.
  void close(livekit::LeaveRequest::Action action, livekit::DisconnectReason reason, Time now);

  bool finished(Time now) const;
  const std::string& name() const override { return home_.name; }
  const std::string& sid() const { return info_.sid(); }
  std::size_t participants() const { return sessions_.size(); }
  std::size_t tracks() const;
  const livekit::Room& info() const { return info_; }
  Dispatcher& agents() { return agents_; }
  const Dispatcher& agents() const { return agents_; }
  RoomEvents& events() { return events_; }

  // --- Neighbourhood: what its sessions ask
  // ----------------------------------------------------------
  std::shared_ptr<const PublishedTrack> find_track(std::string_view track_sid) const override;
  std::vector<std::shared_ptr<const PublishedTrack>> tracks_for(
      const Session& session) const override;
  void on_active(Session& session, Time now) override;
  void on_changed(Session& session, Time now) override;
  void on_hidden(Session& session, Time now) override;
  void on_shown(Session& session, Time now) override;
  void list_data_tracks(const Session& session, livekit::ParticipantInfo& info) const override;
  bool permits(const PublishedTrack& track, const Session& subscriber) const override;
  void on_permissions_changed(Session& publisher, Time now) override;
  void on_wanted(std::string_view track_sid, SubscriptionId subscription, Codec codec,
                 std::optional<livekit::VideoQuality> quality) override;
  void on_published(Session& session, std::shared_ptr<const PublishedTrack> track,
                    Time now) override;
  void on_unpublished(Session& session, const PublishedTrack& track, Time now) override;
  void on_backup_changed(Session& session, std::shared_ptr<const PublishedTrack> track,
                         Time now) override;
  void on_regressed(const Session& session, const PublishedTrack& track) override;
  void on_first_subscriber(const PublishedTrack& track) override;
  void on_data(Session& from, livekit::DataPacket& packet, Channel channel, Time now) override;
  void on_data_track_packet(Session& from, const std::vector<std::uint8_t>& packet,
                            Time now) override;
  void on_data_track_request(Session& from, const livekit::SignalRequest& request,
                             Time now) override;
  bool has_data_track(const Session& session, const livekit::DataTrackInfo& info) const override;
  const livekit::DataBlob* find_data_blob(std::string_view identity,
                                          const livekit::DataBlobKey& key) const override;
  void on_left(Session& session, livekit::DisconnectReason reason, Time now) override;
  void simulate_speaking(Session& session, Duration duration, Time now) override;
  void keep_to(const Session& session, livekit::CandidateProtocol protocol) override;

 private:
  using Sessions = std::map<std::string, std::unique_ptr<Session>, std::less<>>;

  /// Without the others, who are in the roster's words.
  livekit::JoinResponse join_response(const Session& session) const;
  /// To all of them, in one message for each edge.
  void tell(std::span<Session* const> whom, const livekit::SignalResponse& response);
  std::vector<Session*> all_but(const Session* except) const;
  /// To everybody, `except` excepted.
  void tell_of_people(Roster::Infos infos, const Session* except);
  void tell_what_waited(Time now);
  static void tell_itself(Session& session);
  void tell_everybody_of_room();
  /// To those whom it is for; `from` excepted.
  void distribute(const livekit::DataPacket& packet, Channel channel, const Session* from,
                  Time now);
  void publish_data_track(Session& from, const livekit::PublishDataTrackRequest& request, Time now);
  void unpublish_data_track(Session& from, const livekit::UnpublishDataTrackRequest& request,
                            Time now);
  void withdraw(const DataTracks::Track& track);
  void tell_data_track_handles(Session& subscriber);
  /// To all that there are, if its client has asked for that.
  void subscribe_to_data_tracks(Session& subscriber);
  template <typename Wish>
  void set(const Wish& wish);
  std::vector<LocalCandidate> candidates_for(const std::string& identity,
                                             const ShardHandle& shard) const;
  bool relay_only(const std::string& identity) const;
  void count_people(Time now);
  std::size_t seats_taken() const;
  bool anybody_seated() const;
  Time earliest_deadline() const;
  void tick_speakers(Time now);
  /// Ends the period of those whom a shard serves: what was gathered of them, each half minute.
  void hand_on_quality(ShardIndex shard, Time now);
  void hand_on_quality(plane::QualityReport report, Time now);
  /// By SID of whom it is about.
  using QualityNews = std::map<std::string, livekit::ConnectionQualityInfo, std::less<>>;
  void introduce_newcomers(const QualityNews& changed);
  void tell_quality(const QualityNews& changed);
  static void tell_quality(Session& whom, std::span<const std::string_view> follows,
                           const QualityNews& changed);

  RoomHome home_;
  Ids ids_;
  livekit::Room info_;
  RoomEvents events_;
  std::string sif_trailer_;
  Sessions sessions_;               ///< By participant SID.
  std::vector<std::string> ended_;  ///< Of them, until `sweep`.
  /// The same by identity: one that has not ended, at most.
  std::unordered_multimap<std::string_view, Session*> by_identity_;
  /// Whose tracks there are: few, where many watch.
  std::map<std::string, const Session*, std::less<>> publishing_;
  std::unordered_map<TransportId, Session*> by_transport_;
  std::unordered_map<StreamId, std::pair<std::shared_ptr<const PublishedTrack>, Session*>>
      by_stream_;
  DataTracks data_tracks_;
  NonceWindow nonces_;
  RpcCalls rpc_calls_;
  Dynacast dynacast_;
  Dispatcher agents_;
  Roster roster_;
  Speakers speakers_;
  Quality quality_;
  /// SIDs of who has not been told yet what the others' connections are.
  std::vector<std::string> newcomers_;
  QualityRecord record_;
  /// Periods that a shard has told of since its participants' records were handed on.
  std::map<ShardIndex, int> recorded_;
  static constexpr std::size_t kMaxKeptTo = 1000;
  std::map<std::string, livekit::CandidateProtocol> kept_to_;  ///< By identity.
  std::map<std::string, Time> simulated_speakers_;
  std::optional<Time> speakers_deadline_;
  std::optional<Time> count_deadline_;
  /// The sessions of a large room are not asked after each input when they want to be called, but
  /// at most this often.
  static constexpr std::size_t kLargeRoom = 64;
  static constexpr Duration kAskInterval = 50ms;
  Time asked_at_{};
  Time asked_next_ = kNever;
  bool asked_is_stale_ = true;  ///< There was an input since.
  Time idle_since_;
  bool ever_joined_ = false;

  /// Who left lately, for clients that were away meanwhile.
  struct Departure {
    Time at;
    livekit::ParticipantInfo info;
  };
  static constexpr Duration kRememberDepartures = 60s;
  static constexpr std::size_t kMaxDepartures = 512;
  std::deque<Departure> departures_;
};

}  // namespace parley::media
