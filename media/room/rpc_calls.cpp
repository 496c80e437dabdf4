#include "media/room/rpc_calls.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace parley::media {

livekit::RpcError RpcCalls::error(RpcCode code, std::string text) {
  livekit::RpcError out;
  out.set_code(static_cast<std::uint32_t>(code));
  out.set_message(std::move(text));
  return out;
}

livekit::DataPacket RpcCalls::begin(const livekit::PerformRpcRequest& request, Done done,
                                    Time now) {
  const Duration wished = std::chrono::milliseconds(request.response_timeout_ms());
  const Duration timeout =
      request.response_timeout_ms() == 0 ? kDefaultTimeout : std::min(wished, kMaxTimeout);
  const std::string id = random_.token(24);

  livekit::DataPacket packet;
  packet.set_kind(livekit::DataPacket::RELIABLE);
  packet.set_participant_identity("rpc-" + random_.token(12));
  packet.add_destination_identities(request.destination_identity());
  livekit::RpcRequest& rpc = *packet.mutable_rpc_request();
  rpc.set_id(id);
  rpc.set_method(request.method());
  rpc.set_payload(request.payload());
  rpc.set_response_timeout_ms(static_cast<std::uint32_t>(to_ms(timeout)));
  rpc.set_version(1);
  calls_.emplace(id, Call{request.destination_identity(), std::move(done),
                          now + std::min(kAckTimeout, timeout), now + timeout});
  return packet;
}

bool RpcCalls::on_packet(const livekit::DataPacket& packet, const std::string& from) {
  const bool ack = packet.has_rpc_ack();
  if (!ack && !packet.has_rpc_response()) return false;
  const auto at =
      calls_.find(ack ? packet.rpc_ack().request_id() : packet.rpc_response().request_id());
  if (at == calls_.end() || at->second.recipient != from) return false;
  if (ack) {
    at->second.acknowledged = true;
    return true;
  }
  const livekit::RpcResponse& response = packet.rpc_response();
  if (response.has_error()) {
    fail(at, response.error());
  } else {
    const Done done = std::move(at->second.done);
    calls_.erase(at);
    done(response.payload());
  }
  return true;
}

void RpcCalls::on_left(const std::string& identity) {
  for (auto at = calls_.begin(); at != calls_.end();) {
    const auto next = std::next(at);
    if (at->second.recipient == identity) {
      fail(at, error(RpcCode::recipient_disconnected, "the recipient has left"));
    }
    at = next;
  }
}

void RpcCalls::fail(Calls::iterator at, livekit::RpcError why) {
  const Done done = std::move(at->second.done);
  calls_.erase(at);
  done(std::unexpected(std::move(why)));
}

Time RpcCalls::next_deadline() const {
  Time next = kNever;
  for (const auto& [id, call] : calls_) {
    next = std::min(next, call.acknowledged ? call.respond_by : call.ack_by);
  }
  return next;
}

void RpcCalls::on_deadline(Time now) {
  for (auto at = calls_.begin(); at != calls_.end();) {
    const auto next = std::next(at);
    const Call& call = at->second;
    if (!call.acknowledged && call.ack_by <= now) {
      fail(at, error(RpcCode::connection_timeout, "the recipient did not acknowledge the request"));
    } else if (call.respond_by <= now) {
      fail(at, error(RpcCode::response_timeout, "the recipient did not respond in time"));
    }
    at = next;
  }
}

}  // namespace parley::media
