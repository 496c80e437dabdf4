#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"
#include "media/control/commands.h"
#include "media/control/events.h"
#include "media/egress/outbox.h"
#include "media/peer/path.h"
#include "media/pipe/pipe.h"
#include "media/shard/counters.h"
#include "protocols/dtls/certificate.h"
#include "protocols/srtp/srtp.h"

/// One loop's world: its transports, streams, subscriptions and the packet path.
namespace parley::media {

/// One UDP datagram, or one RFC 4571 frame of a TCP connection. The bytes are the shard's to write
/// to (packets are decrypted in place) until the call that took them returns.
struct Datagram {
  Path path;
  MutableBytes bytes;
};

/// From here on a Path's `local` names a socket that one transport alone calls another end of ours
/// from; the loop opens it when something is to leave by it.
inline constexpr std::uint8_t kFirstCalling = 2;
inline constexpr std::size_t kMaxCalling = 254;

struct ShardConfig {
  /// Our end of every DTLS handshake; its fingerprint is in every SDP.
  dtls::Certificate certificate;
  ClockOffset clock;  ///< What leaves the machine is told in the world's time.
  ShardIndex index = 0;
  Pipes* pipes = nullptr;  ///< To the other shards of the node; null: there are none.
  bool ice_lite = true;
  srtp::Backend srtp = srtp::Backend::automatic;
  bool gather_trains = true;  ///< Pointless where trains leave one by one.
  /// Subscribers' paths are estimated by protocols/bwe, with probes.
  bool send_side_bwe = true;
  std::size_t max_transports = 8192;
  std::size_t max_streams = 16384;
  std::size_t max_subscriptions = 131072;
};

/// A turn of the loop is: `execute` for each command that waits, `on_pipe` and `on_piped` with what
/// other shards have sent, `on_datagrams` with what the socket had (at most once or twice),
/// `on_deadline` if due, and always `flush` at its end.
///
/// Sans-IO: it reads no clock and opens nothing. `now` never goes back.
///
///  owner     one per loop
///  thread    that of its loop; not synchronised
///  bounded   by the limits in ShardConfig, and by each stream's and subscription's own rings
class Shard {
 public:
  Shard(const ShardConfig& config, Random& random, EventSink& events);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  void execute(const Command& command, Time now);

  void on_pipe(ShardIndex from, const PipeMessage& message, Time now);
  void on_piped(const PipedPacket& packet, Time now);

  void on_datagrams(std::span<const Datagram> batch, Time now);
  /// The TCP connection behind `path` is gone; it is not named again.
  void on_tcp_closed(const Path& path, Time now);

  /// Timers that fell due. Calling it early is harmless.
  void on_deadline(Time now);
  /// When to call `on_deadline` even if nothing arrives; kNever if there is nothing to wait for.
  Time next_deadline() const;

  /// Hands over everything that is to leave, as trains. Once per turn, at its end.
  void flush(TrainSender& sender, Time now);

  /// Running totals since the start, for metrics. Walks the transports: not for every turn.
  ShardCounters counters() const;

 private:
  struct World;
  std::unique_ptr<World> world_;
};

}  // namespace parley::media
