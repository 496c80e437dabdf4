#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "livekit_rtc.pb.h"
#include "media/control/commands.h"

namespace parley::media {

/// One message for a data channel; the payload is shared by all its receivers.
struct DataMessage {
  Channel channel = Channel::reliable;
  std::shared_ptr<const std::vector<std::uint8_t>> payload;
  /// Who sent it as what number: what clients recognise a message by after a resume. Zero: not
  /// numbered, as what a backend sends.
  std::string publisher_sid;
  std::uint32_t sequence = 0;
};

/// The data channels of one client, as control sees them: what goes out before they are open waits
/// for a moment, and what may have been lost on a resume goes out again.
///
///  owner    Session
///  thread   the node's control thread
///  bounded  `kMaxHeld` messages or `kMaxHeldBytes` waiting, `kMaxSent` messages or `kMaxSentBytes`
///           remembered
///  source   LiveKit's protocol: reliable data and its sequence numbers
class DataLink {
 public:
  /// A client is in the room before its channels are: on a busy machine long before.
  static constexpr Duration kHoldFor = 10s;
  static constexpr std::size_t kMaxHeld = 256;
  static constexpr std::size_t kMaxHeldBytes = 1024 * 1024;
  static constexpr Duration kRemember = 30s;
  static constexpr std::size_t kMaxSent = 512;
  static constexpr std::size_t kMaxSentBytes = 512 * 1024;

  explicit DataLink(ShardPort& shard) : shard_(shard) {}

  void on_opened(TransportId transport, Channel channel, Time now);
  void deliver(DataMessage message, Time now);
  /// A client that comes back says what it has had of each publisher: it gets what came after that.
  template <typename ReceiveStates>
  void replay(const ReceiveStates& states, Time now) {
    for (const livekit::DataChannelReceiveState& state : states) {
      replay(state.publisher_sid(), state.last_seq(), now);
    }
  }

  /// False: this client sends it again, and everybody has it. Zero is no number.
  bool accept(std::uint32_t sequence);
  /// What the client is told when it comes back: it sends again what came after.
  std::uint32_t last_accepted() const { return last_accepted_; }

 private:
  void replay(const std::string& publisher_sid, std::uint32_t last_sequence, Time now);
  void send(const DataMessage& message);
  void remember(DataMessage message, Time now);

  struct Timed {
    Time at;
    DataMessage message;
  };

  ShardPort& shard_;
  TransportId transport_;
  std::array<bool, 3> open_{};  ///< By Channel.
  std::deque<Timed> held_;
  std::size_t held_bytes_ = 0;
  std::deque<Timed> sent_;
  std::size_t sent_bytes_ = 0;
  std::uint32_t last_accepted_ = 0;
};

}  // namespace parley::media
