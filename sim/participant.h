#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "livekit_rtc.pb.h"
#include "plane.pb.h"
#include "sim/link.h"
#include "sim/peer_connection.h"

namespace parley::sim {

struct ParticipantConfig {
  std::string identity;
  bool single_peer = true;  ///< /rtc/v1; otherwise a publisher's and a subscriber's connection.
  bool camera = true;
  bool microphone = true;
  bool red = false;  ///< Takes sound with redundancy (RFC 2198), and may send it.
  std::size_t layers = 3;
  bool auto_subscribe = true;
  std::optional<bool> allow_pause{};  ///< `subscriber_allow_pause`, if it says so.
  std::size_t receivers = 3;          ///< Of each kind, offered from the beginning (single_peer).
  /// Comes back by itself when it is told to or its connection is lost, as SDKs do.
  bool reconnects = true;
  LinkConfig up;
  LinkConfig down;
};

/// What the edge carries, in order and without loss, as late as the network makes it.
using ToEdge = std::variant<plane::StartSession, plane::FromClient>;
struct FromEdge {
  std::string connection;
  std::variant<plane::SessionStarted, plane::ToClient> message;
};

/// A LiveKit client: signaling in protobuf as the edge passes it on, one or two peer connections,
/// a roster that goes by the rules of the SDKs. Sans-IO like everything else here.
class Participant {
 public:
  Participant(World& world, std::uint16_t number, ParticipantConfig config, std::uint64_t seed);
  virtual ~Participant() = default;
  Participant(const Participant&) = delete;
  Participant& operator=(const Participant&) = delete;

  enum class State : std::uint8_t { idle, joining, joined, refused, left };

  virtual void join(Time now);
  void leave(Time now);
  /// The WebSocket breaks and is back after `away`: a resume, with an ICE restart or without.
  void lose_socket(Duration away, bool restart_ice, Time now);
  /// The WebSocket breaks for good and nobody comes back.
  void vanish(Time now);
  /// Another network: new addresses, an ICE restart.
  void move(Time now);
  void publish_camera(Time now);
  void unpublish_camera(Time now);
  void request(const livekit::SignalRequest& request, Time now);
  void subscribe(const std::string& track_sid, bool wanted, Time now);
  void watch(const std::string& track_sid, livekit::VideoQuality quality, Time now);
  bool send_data(livekit::DataPacket packet, bool reliable, Time now);

  // --- The network, as the meeting connects it
  struct Upward {
    std::uint16_t server_port = 0;
    Datagram datagram;
  };
  Link<Upward> up;
  Link<Datagram> down;
  Link<ToEdge> socket_up;
  Link<FromEdge> socket_down;
  /// What has arrived, then what is due.
  virtual void advance(Time now);
  virtual Time next_event() const;

  // --- What it knows
  State state() const { return state_; }
  bool active() const;
  const std::string& sid() const { return sid_; }
  const std::string& identity() const { return config_.identity; }
  bool has_socket() const { return !connection_.empty(); }
  const std::string& connection() const { return connection_; }
  const std::map<std::string, livekit::ParticipantInfo>& roster() const { return roster_; }
  const livekit::ParticipantInfo* other(std::string_view identity) const;
  /// The SID of somebody's track, empty if there is none.
  std::string track_of(std::string_view identity, livekit::TrackType type) const;
  /// What comes of it, nullptr if nothing does.
  RemoteTrack* received(std::string_view identity, livekit::TrackType type);
  std::size_t live_tracks() const;
  PeerConnection& publisher() { return *publisher_; }
  PeerConnection& subscriber() { return subscriber_ ? *subscriber_ : *publisher_; }
  /// What went wrong in the eyes of an SDK, a browser or a decoder.
  std::vector<std::string> problems() const;

  struct Data {
    std::string label;
    livekit::DataPacket packet;
  };
  std::vector<Data> data;
  std::vector<livekit::SignalResponse> responses;  ///< Those that a test may ask for.
  std::size_t count(livekit::SignalResponse::MessageCase kind) const;
  std::uint32_t joins = 0;
  std::uint32_t resumes = 0;

 protected:
  void open_socket(plane::StartSession start, Time now);
  plane::StartSession start() const;
  SocketAddress address(std::uint16_t port) const;

 private:
  void connect_peers();
  void close_peers();
  void resume(bool restart_ice, Time now);
  void on_edge(const FromEdge& frame, Time now);
  void on_response(const livekit::SignalResponse& response, Time now);
  void on_join(const livekit::JoinResponse& join, Time now);
  void on_leave(const livekit::LeaveRequest& leave);
  void on_update(const livekit::ParticipantInfo& info);
  void on_socket_closed(Time now);
  void add_camera(Time now);
  void offer(Time now);
  void collect(PeerConnection& peer, Time now);
  void announce(const std::string& cid, livekit::TrackType type, Time now);

  World& world_;
  std::uint16_t number_;
  ParticipantConfig config_;
  SeededRandom random_;
  State state_ = State::idle;
  /// What its token says: the application's, then the newest that the server has sent.
  plane::ToClient::TokenWanted token_;
  std::string sid_;
  std::string connection_;
  std::uint32_t connections_ = 0;
  std::uint8_t network_ = 0;
  std::unique_ptr<PeerConnection> publisher_;
  std::unique_ptr<PeerConnection> subscriber_;  ///< Null with a single one.

  std::uint32_t offer_id_ = 0;
  bool offering_ = false;                         ///< An offer waits for its answer.
  bool wants_offer_ = false;                      ///< Another is due then.
  std::map<std::string, std::string> published_;  ///< cid -> SID
  std::uint32_t cameras_ = 0;
  std::string camera_cid_;
  std::uint32_t data_sequence_ = 0;

  enum class Comeback : std::uint8_t { none, resume, rejoin };
  Comeback comeback_ = Comeback::none;
  bool restart_on_resume_ = true;
  Time comeback_at_ = kNever;

  std::map<std::string, livekit::ParticipantInfo> roster_;  ///< By SID, itself included.
  std::vector<std::string> problems_;
};

}  // namespace parley::sim
