#pragma once

#include <variant>
#include <vector>

#include "base/time.h"
#include "media/control/types.h"

/// What a shard tells the control thread. Plain values carried by a mailbox, in order.
namespace parley::media {

/// ICE has a pair and DTLS is done: media and data may flow. Comes again after an ICE restart.
struct TransportConnected {
  TransportId transport;
  Protocol protocol = Protocol::udp;
};

/// The peer can no longer be heard (consent expired, RFC 7675), or its DTLS failed or closed.
struct TransportLost {
  TransportId transport;
  enum class Reason : std::uint8_t { consent_expired, dtls_failed, dtls_closed } reason{};
};

/// A data channel can be written to.
struct ChannelOpened {
  TransportId transport;
  Channel channel = Channel::reliable;
};

struct DataReceived {
  TransportId transport;
  Channel channel = Channel::reliable;
  std::vector<std::uint8_t> payload;
};

/// The first packet of a layer has come (and again after it was silent for long).
struct LayerStarted {
  StreamId stream;
  std::uint8_t layer = 0;
};

/// How long levels are gathered before they are told.
inline constexpr Duration kLevelTick = std::chrono::milliseconds(400);
/// RFC 6464 levels of one audio stream, gathered over one tick.
struct AudioLevel {
  StreamId stream;
  Duration observed{};         ///< How much audio the packets of the tick spoke for.
  Duration active{};           ///< How much of it at or above the speaking threshold (level <= 35).
  std::uint8_t loudest = 127;  ///< 0 is the loudest, 127 silence.
};
/// A voice is above the threshold for 40 % of a tick, whatever else of it there was no packet for:
/// the number that LiveKit's clients were tuned to (contract section 4).
inline bool is_voice(const AudioLevel& level) { return level.active >= kLevelTick * 2 / 5; }
struct AudioLevels {
  std::vector<AudioLevel> levels;  ///< Streams that sent nothing in the tick are left out.
};

/// How often Stats are told, and so the period that they speak of.
inline constexpr Duration kStatsInterval = std::chrono::seconds(5);
/// One encoding of a picture.
struct LayerStats {
  std::uint8_t layer = 0;
  std::uint64_t packets = 0;
  std::uint64_t lost = 0;
  std::uint64_t bytes = 0;
  std::uint32_t frames = 0;
};
/// For streams and subscriptions with traffic: what connection quality rests on.
struct StreamStats {
  StreamId stream;
  std::uint64_t packets = 0;  ///< Received in the period, all layers.
  std::uint64_t lost = 0;     ///< Never arrived, after retransmission.
  std::uint64_t bytes = 0;
  Duration jitter{};
  Duration round_trip{};             ///< Zero if unknown.
  std::vector<LayerStats> layers{};  ///< Of a video: those with traffic.
};
struct SubscriptionStats {
  SubscriptionId subscription;
  std::uint64_t packets = 0;  ///< Sent in the period, without retransmissions.
  /// What the subscriber's receiver reports of the period spoke for, and what of that it lacked.
  /// Reports come when they come: of an earlier time than `packets`, of more, or none at all.
  std::uint64_t reported = 0;
  std::uint64_t lost = 0;
  std::uint64_t bytes = 0;
  Duration jitter{};
  Duration round_trip{};
};
struct Stats {
  std::vector<StreamStats> streams;
  std::vector<SubscriptionStats> subscriptions;
};

/// Videos of one subscriber that its bandwidth has no room for any more, or has again. Not said of
/// those that it has had room for since they began.
struct StreamState {
  SubscriptionId subscription;
  bool paused = false;
};
struct StreamStates {
  TransportId transport;
  std::vector<StreamState> states;
};

using Event = std::variant<TransportConnected, TransportLost, ChannelOpened, DataReceived,
                           LayerStarted, AudioLevels, Stats, StreamStates>;

/// Where a shard puts its events. Never blocks.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(Event event) = 0;
};

}  // namespace parley::media
