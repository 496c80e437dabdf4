#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "livekit_rtc.pb.h"
#include "media/control/commands.h"
#include "media/session/ids.h"
#include "plane.pb.h"

/// What a session needs of the world: named here, implemented by the room, the node and the shard.
namespace parley::media {

class Session;

/// The second codec of a track, for those who cannot decode its first: announced with the track,
/// sent in a media section of its own once `subscribed_quality_update` has asked for it.
struct BackupCodec {
  Codec codec = Codec::vp8;
  std::string cid;  ///< The client's own name for it; empty until it was asked for.
  StreamId stream;
  std::vector<CodecBinding> codecs{};  ///< As negotiated; empty while it is not.
  bool live = false;
  bool flows = false;  ///< Its first packet has come.
};

/// One track of one participant, from AddTrack until it is gone. Owned by its publisher.
struct PublishedTrack {
  std::string publisher_sid;
  std::string publisher_identity;
  std::string cid;  ///< The client's own name for it.
  livekit::TrackInfo info;
  bool hidden = false;  ///< Its publisher is not shown to others.

  // For those whose transports are on another shard.
  ShardIndex shard = 0;
  std::string cname;

  // What negotiation made of it; `live` once media can come.
  bool live = false;
  StreamId stream;
  Kind kind = Kind::audio;
  std::vector<CodecBinding> codecs;
  std::size_t layers = 1;
  std::optional<BackupCodec> backup;  ///< Video only.

  bool watched = false;  ///< Somebody has subscribed once: the publisher was told.

  /// Its publisher wants everybody to have the second codec once somebody needs it, so that it
  /// encodes but one (`BackupCodecPolicy`), and sends it.
  bool has_regressed() const {
    return backup && backup->flows && info.backup_codec_policy() == livekit::REGRESSION;
  }

  /// The stream id under which subscribers see it: clients find the publisher by what precedes '|'.
  std::string msid_stream() const { return publisher_sid + "|" + info.stream(); }
};

/// Where signal responses go: the edge that holds the client's WebSocket.
class Uplink {
 public:
  virtual ~Uplink() = default;
  virtual void send(const std::string& edge, const std::string& connection,
                    const plane::ToClient& message) = 0;
  /// The same for many of one edge.
  virtual void send(const std::string& edge, const plane::ToClients& message) = 0;
};

/// What a session asks of its room. All calls come from within an input of the session; the room
/// never destroys a session inside them (`on_left` only marks it).
class Neighbourhood {
 public:
  virtual ~Neighbourhood() = default;

  virtual const std::string& name() const = 0;
  virtual std::shared_ptr<const PublishedTrack> find_track(std::string_view track_sid) const = 0;
  /// Everything live that `session` may see, its own excepted.
  virtual std::vector<std::shared_ptr<const PublishedTrack>> tracks_for(
      const Session& session) const = 0;

  virtual void on_active(Session& session, Time now) = 0;
  virtual void on_changed(Session& session, Time now) = 0;
  /// It is about to be hidden: for the others it leaves.
  virtual void on_hidden(Session& session, Time now) = 0;
  /// It is not hidden any more: for the others it comes.
  virtual void on_shown(Session& session, Time now) = 0;
  /// What it publishes, beside its tracks.
  virtual void list_data_tracks(const Session& session, livekit::ParticipantInfo& info) const = 0;

  /// Whether the publisher of this track lets `subscriber` have it.
  virtual bool permits(const PublishedTrack& track, const Session& subscriber) const = 0;
  virtual void on_permissions_changed(Session& publisher, Time now) = 0;
  /// The best that a subscription wants of a track, and in which codec; nullopt: nothing for now.
  virtual void on_wanted(std::string_view track_sid, SubscriptionId subscription, Codec codec,
                         std::optional<livekit::VideoQuality> quality) = 0;
  virtual void on_published(Session& session, std::shared_ptr<const PublishedTrack> track,
                            Time now) = 0;
  virtual void on_unpublished(Session& session, const PublishedTrack& track, Time now) = 0;
  /// Its second codec has begun, or ended.
  virtual void on_backup_changed(Session& session, std::shared_ptr<const PublishedTrack> track,
                                 Time now) = 0;
  /// Everybody is to have the second codec of it now (PublishedTrack::has_regressed).
  virtual void on_regressed(const Session& session, const PublishedTrack& track) = 0;
  virtual void on_first_subscriber(const PublishedTrack& track) = 0;
  virtual void on_data(Session& from, livekit::DataPacket& packet, Channel channel, Time now) = 0;
  virtual void on_data_track_packet(Session& from, const std::vector<std::uint8_t>& packet,
                                    Time now) = 0;
  /// Publishing, unpublishing and subscribing of data tracks.
  virtual void on_data_track_request(Session& from, const livekit::SignalRequest& request,
                                     Time now) = 0;
  /// Whether this session publishes such a data track, as it believes.
  virtual bool has_data_track(const Session& session, const livekit::DataTrackInfo& info) const = 0;
  /// What this participant keeps for others to fetch under that key; null: nothing, or nobody.
  virtual const livekit::DataBlob* find_data_blob(std::string_view identity,
                                                  const livekit::DataBlobKey& key) const = 0;
  virtual void on_left(Session& session, livekit::DisconnectReason reason, Time now) = 0;
  /// LiveKit's simulate scenario: `session` counts as speaking for `duration`.
  virtual void simulate_speaking(Session& session, Duration duration, Time now) = 0;
  /// LiveKit's simulate scenario: from its next join on this participant is given candidates of
  /// this protocol alone; TLS: is told to use a relay that is reached by it.
  virtual void keep_to(const Session& session, livekit::CandidateProtocol protocol) = 0;
};

/// Everything a session is given once, for its life.
struct Surroundings {
  ShardIndex shard_index = 0;
  ShardPort& shard;
  std::string cname;  ///< Of all that the participant sends.
  Ids& ids;
  Uplink& uplink;
  Neighbourhood& room;
  Fingerprint fingerprint;
  std::vector<LocalCandidate> candidates;
  bool relay_only = false;  ///< The client is to reach us by a relay over TLS, if there is one.
  bool ice_lite = true;
  bool data_blobs = false;   ///< See RoomConfig.
  bool allow_pause = false;  ///< Likewise; a client may say otherwise.
  /// The peer is an end of our own that waits, so that this one calls (RFC 8445 section 6.1.1).
  bool calls_peer = false;
  ClockOffset clock;
  livekit::ServerInfo server;
  std::uint64_t&
      rejected_messages;  ///< The node's count of what clients said and nobody could use.
};

}  // namespace parley::media
