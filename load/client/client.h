#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "livekit_rtc.pb.h"
#include "load/client/plan.h"
#include "load/measure/counts.h"
#include "load/peer/peer_connection.h"

namespace parley::load {

/// A participant: LiveKit's signaling as SDKs speak it, and one or two peer connections. Sans-IO:
/// the WebSocket's messages and the sockets' datagrams come in; requests wait in `take_requests`,
/// datagrams in the outbox.
///
///  owner    a worker, or a test
///  thread   its owner's
class Client {
 public:
  enum class State : std::uint8_t {
    waiting,     ///< For its time to come.
    connecting,  ///< Until the server has answered with a join response.
    joined,
    left,     ///< Of its own will.
    refused,  ///< Never got in.
    dropped,  ///< Was in, and has lost the server or was sent away.
    sent_on,  ///< Told to begin anew, with the token that it was given last.
  };

  /// The sockets of its connections: the first publishes (or does both), the other subscribes.
  static constexpr std::size_t kConnections = 2;

  /// `counts` and what `shared` points to outlive this. `sockets` has kConnections ids.
  Client(const Shared& shared, Plan plan, SocketId first_socket, Counts& counts,
         std::vector<SocketAddress> local);

  /// Begins; the path and query to open a WebSocket at, the token apart.
  std::string join(std::string token, Time now);
  void on_message(ByteView frame, Time now);
  /// The WebSocket is gone, or could not be opened; why, for people.
  void on_closed(std::string_view reason, Time now);
  void receive(std::size_t connection, const SocketAddress& from, MutableBytes datagram, Time now);
  void advance(Time now);
  Time next_event() const;
  void leave(Time now);

  /// Messages to send on the WebSocket, in order; takes them.
  std::vector<std::string> take_requests() { return std::exchange(requests_, {}); }

  const Plan& plan() const { return plan_; }
  State state() const { return state_; }
  const std::string& reason() const { return reason_; }
  /// The latest that the server gave; until then what it has joined with.
  const std::string& token() const { return token_; }
  /// In, and what it came for works: sends if it publishes, has seen or heard something if it
  /// subscribes.
  bool ready() const { return ready_at_.has_value(); }
  Time began() const { return began_; }
  std::optional<Duration> time_to_join() const { return since_beginning(joined_at_); }
  std::optional<Duration> time_to_media() const { return since_beginning(first_media_at_); }

  std::size_t tracks() const;
  std::size_t tracks_with_media() const;
  std::size_t silent_tracks(Time now, Duration silence) const;
  TrackSender::Counts sent() const;
  std::vector<std::string> problems() const;

 private:
  std::optional<Duration> since_beginning(std::optional<Time> at) const;
  void on_response(const livekit::SignalResponse& response, Time now);
  void on_join(const livekit::JoinResponse& join, Time now);
  void on_leave(const livekit::LeaveRequest& leave, Time now);
  void on_participant(const livekit::ParticipantInfo& info);
  void on_quality(const livekit::SubscribedQualityUpdate& update);
  void watch(const std::string& track_sid);
  void publish(Time now);
  void offer(Time now);
  void request(const livekit::SignalRequest& request);
  void end(State state, std::string_view reason, Time now);
  void look(Time now);
  PeerConnection* connection(std::size_t index) const;
  PeerConnection& publishing() const { return *connections_[0]; }

  const Shared& shared_;
  Plan plan_;
  State state_ = State::waiting;
  std::string reason_;
  std::string token_;
  std::vector<std::unique_ptr<PeerConnection>> connections_;  ///< Null: not needed.
  std::vector<std::string> requests_;
  std::string sid_;
  std::map<std::string, std::string> published_;  ///< cid -> SID, empty until the server has said.
  std::set<std::string> watched_;                 ///< SIDs of others' videos that were dealt with.
  std::size_t hidden_ = 0;                        ///< Of them, not on the page.
  std::uint32_t offer_id_ = 0;
  bool offering_ = false;     ///< An offer waits for its answer.
  bool wants_offer_ = false;  ///< Another is due then.
  Duration ping_interval_{};
  Time next_ping_ = kNever;
  Time give_up_ = kNever;  ///< When a media connection that failed has lost us.
  Time began_{};
  std::optional<Time> joined_at_;
  std::optional<Time> first_media_at_;
  std::optional<Time> ready_at_;
};

}  // namespace parley::load
