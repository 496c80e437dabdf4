#pragma once

#include <expected>
#include <functional>
#include <map>
#include <string>

#include "base/random.h"
#include "base/time.h"
#include "livekit_models.pb.h"
#include "livekit_room.pb.h"

namespace parley::media {

/// LiveKit's codes of errors that callers see.
enum class RpcCode : std::uint32_t {
  recipient_not_found = 1401,
  request_too_large = 1402,
  connection_timeout = 1501,
  response_timeout = 1502,
  recipient_disconnected = 1503,
};

/// Calls that a backend makes to participants (RoomService.PerformRpc): the room plays the caller,
/// with a name that nobody else has, and takes the answers out of the data that passes.
///
///  owner    Room
///  bounded  kMaxCalls at a time
///  source   LiveKit's protocol: RPC, generation 1, which every client answers
class RpcCalls {
 public:
  static constexpr Duration kAckTimeout = 2s;
  static constexpr Duration kDefaultTimeout = 10s;
  static constexpr Duration kMaxTimeout = 60s;
  static constexpr std::size_t kMaxPayload = 15 * 1024;
  static constexpr std::size_t kMaxCalls = 1000;

  /// The payload of the response, or what went wrong; called exactly once.
  using Done = std::function<void(std::expected<std::string, livekit::RpcError>)>;

  explicit RpcCalls(Random& random) : random_(random) {}

  /// What to send to the recipient.
  livekit::DataPacket begin(const livekit::PerformRpcRequest& request, Done done, Time now);
  bool full() const { return calls_.size() >= kMaxCalls; }
  /// True if it belongs to a call of ours; then nobody else needs it.
  bool on_packet(const livekit::DataPacket& packet, const std::string& from);
  void on_left(const std::string& identity);

  Time next_deadline() const;
  void on_deadline(Time now);

  static livekit::RpcError error(RpcCode code, std::string text);

 private:
  struct Call {
    std::string recipient;
    Done done;
    Time ack_by;
    Time respond_by;
    bool acknowledged = false;
  };
  using Calls = std::map<std::string, Call>;
  void fail(Calls::iterator at, livekit::RpcError why);

  Random& random_;
  Calls calls_;  ///< By request id.
};

}  // namespace parley::media
