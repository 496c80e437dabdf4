#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "plane.pb.h"
#include "signaling/metrics.h"
#include "signaling/session/speaker.h"
#include "signaling/token/token.h"

namespace parley::signaling {

/// One client's conversation through one WebSocket: frames in, messages for the media node out, and
/// the other way. It forwards what it does not need to understand, answers pings itself, and says
/// `leave` where nobody else can. Sans-IO: the shell feeds it and sends what `next_frame` and
/// `next_for_node` give.
///
///  owner    the edge's link, one per WebSocket
///  thread   the edge's loop
///  bounded  8 MiB or 4096 messages waiting for a slow client, then the conversation ends
class Conversation {
 public:
  Conversation(std::string connection_id, int client_protocol, Metrics& metrics)
      : connection_id_(std::move(connection_id)),
        client_protocol_(client_protocol),
        metrics_(metrics) {}

  // From the client.
  void on_frame(bool text, std::string_view bytes, WallTime now);
  void on_socket_lost();

  // From the media node. `origin`: of the token that the client came with.
  void on_node(plane::ToClient message, TokenOrigin& origin, const ApiKey& key, WallTime now);
  /// The session died with its node: the client is told to join anew, at once.
  void on_session_lost();

  /// This process stops: the client is told to resume, which leads it to another.
  void on_shutdown();

  // To be done, until each returns nullopt.
  std::optional<Frame> next_frame();
  std::optional<plane::FromClient> next_for_node();
  /// Set when the last frame has been taken and nothing will follow.
  std::optional<CloseCode> closing() const;
  /// The node has answered the join; what comes from now on is news.
  bool spoken() const { return spoken_; }
  /// No need to say goodbye: the client does not even read.
  bool abandoned() const { return close_ == CloseCode::too_slow; }

 private:
  void send(const livekit::SignalResponse& response);
  void send_bytes(std::string bytes);
  void send_leave(livekit::LeaveRequest::Action action, livekit::DisconnectReason reason);
  void end(CloseCode code);
  void for_node(std::string signal_request);
  bool answer_ping(std::string_view request_bytes, WallTime now);

  std::string connection_id_;
  int client_protocol_;
  Metrics& metrics_;
  std::deque<std::string> to_client_;  ///< SignalResponse bytes
  std::size_t queued_bytes_ = 0;
  std::deque<plane::FromClient> to_node_;
  bool json_ = false;
  bool spoken_ = false;  ///< The node's first message has been queued; nothing may come before it.
  bool session_over_ =
      false;  ///< The node ended it or is gone: it need not hear that the socket closed.
  std::optional<CloseCode> close_;
};

}  // namespace parley::signaling
