#include "signaling/session/conversation.h"

#include <utility>

#include "signaling/session/frames.h"

namespace parley::signaling {
namespace {

constexpr std::size_t kMaxQueuedBytes = 8 * 1024 * 1024;
constexpr std::size_t kMaxQueuedFrames = 4096;
/// From this protocol on clients read `leave.action`; older ones know only `can_reconnect`.
constexpr int kLeaveActionProtocol = 13;

std::int64_t unix_ms(WallTime t) {
  return std::chrono::floor<std::chrono::milliseconds>(t).time_since_epoch().count();
}

}  // namespace

void Conversation::on_frame(bool text, std::string_view bytes, WallTime now) {
  if (close_) return;
  json_ = text;
  metrics_.frames_in.add();
  if (text) {
    auto request = request_from_json(bytes);
    if (!request) {
      metrics_.frames_malformed.add();
      return end(CloseCode::bad_payload);
    }
    std::string binary = request->SerializeAsString();
    if (!answer_ping(binary, now)) for_node(std::move(binary));
    return;
  }
  // Unparsed, so that fields which this server does not know reach the session; it counts what it
  // cannot read.
  if (!leading_field(bytes)) {
    metrics_.frames_malformed.add();
    return end(CloseCode::bad_payload);
  }
  if (!answer_ping(bytes, now)) for_node(std::string(bytes));
}

bool Conversation::answer_ping(std::string_view request_bytes, WallTime now) {
  const auto field = leading_field(request_bytes);
  if (field != livekit::SignalRequest::kPing && field != livekit::SignalRequest::kPingReq)
    return false;
  livekit::SignalRequest request;
  if (!request.ParseFromArray(request_bytes.data(), static_cast<int>(request_bytes.size()))) {
    metrics_.frames_malformed.add();
    end(CloseCode::bad_payload);
    return true;
  }
  if (!spoken_) return true;  // Clients take the first message for the answer to their join.
  livekit::SignalResponse response;
  if (request.has_ping_req()) {
    response.mutable_pong_resp()->set_last_ping_timestamp(request.ping_req().timestamp());
    response.mutable_pong_resp()->set_timestamp(unix_ms(now));
  } else {
    response.set_pong(unix_ms(now));
  }
  send(response);
  return true;
}

void Conversation::for_node(std::string signal_request) {
  if (signal_request.empty()) return;
  plane::FromClient& message = to_node_.emplace_back();
  message.set_connection_id(connection_id_);
  message.set_signal_request(std::move(signal_request));
}

void Conversation::on_socket_lost() {
  if (session_over_) return;
  session_over_ = true;
  plane::FromClient& message = to_node_.emplace_back();
  message.set_connection_id(connection_id_);
  message.mutable_closed();
}

void Conversation::on_node(plane::ToClient message, TokenOrigin& origin, const ApiKey& key,
                           WallTime now) {
  switch (message.message_case()) {
    case plane::ToClient::kSignalResponse:
      spoken_ = true;
      send_bytes(std::move(*message.mutable_signal_response()));
      break;
    case plane::ToClient::kClose:
      session_over_ = true;
      end(CloseCode::normal);
      break;
    case plane::ToClient::kTokenWanted: {
      livekit::SignalResponse response;
      const std::string& moved = message.token_wanted().room_moved();
      // A backend put its holder into the other room just now, and nobody said how that is to be.
      if (!moved.empty()) origin = {.issued_at = unix_ms(now) / 1000, .room_config = {}};
      std::string token = mint_refresh_token(message.token_wanted(), origin, key, now);
      if (moved.empty() || !response.mutable_room_moved()->ParseFromString(moved)) {
        response.set_refresh_token(std::move(token));
      } else {
        response.mutable_room_moved()->set_token(std::move(token));
      }
      send(response);
      break;
    }
    case plane::ToClient::MESSAGE_NOT_SET:
      break;
  }
}

void Conversation::on_session_lost() {
  if (close_) return;
  session_over_ = true;
  send_leave(livekit::LeaveRequest::RECONNECT, livekit::STATE_MISMATCH);
  end(CloseCode::normal);
}

void Conversation::on_shutdown() {
  if (close_) return;
  send_leave(livekit::LeaveRequest::RESUME, livekit::SERVER_SHUTDOWN);
  end(CloseCode::normal);
}

void Conversation::send_leave(livekit::LeaveRequest::Action action,
                              livekit::DisconnectReason reason) {
  livekit::SignalResponse response;
  livekit::LeaveRequest& leave = *response.mutable_leave();
  leave.set_reason(reason);
  if (client_protocol_ >= kLeaveActionProtocol) {
    leave.set_action(action);
  } else {
    leave.set_can_reconnect(action != livekit::LeaveRequest::DISCONNECT);
  }
  send(response);
}

void Conversation::send(const livekit::SignalResponse& response) {
  send_bytes(response.SerializeAsString());
}

void Conversation::send_bytes(std::string bytes) {
  if (close_) return;
  if (to_client_.size() >= kMaxQueuedFrames || queued_bytes_ + bytes.size() > kMaxQueuedBytes) {
    metrics_.clients_too_slow.add();
    to_client_.clear();
    queued_bytes_ = 0;
    return end(CloseCode::too_slow);
  }
  queued_bytes_ += bytes.size();
  to_client_.push_back(std::move(bytes));
}

void Conversation::end(CloseCode code) {
  if (!close_) close_ = code;
}

std::optional<Frame> Conversation::next_frame() {
  while (!to_client_.empty()) {
    std::string bytes = std::move(to_client_.front());
    to_client_.pop_front();
    queued_bytes_ -= bytes.size();
    if (!json_) {
      metrics_.frames_out.add();
      return Frame{false, std::move(bytes)};
    }
    if (auto json = response_to_json(bytes)) {
      metrics_.frames_out.add();
      return Frame{true, std::move(*json)};
    }
    metrics_.frames_malformed.add();
  }
  return std::nullopt;
}

std::optional<plane::FromClient> Conversation::next_for_node() {
  if (to_node_.empty()) return std::nullopt;
  plane::FromClient message = std::move(to_node_.front());
  to_node_.pop_front();
  return message;
}

std::optional<CloseCode> Conversation::closing() const {
  return to_client_.empty() ? close_ : std::nullopt;
}

}  // namespace parley::signaling
