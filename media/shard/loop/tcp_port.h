#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "media/egress/outbox.h"
#include "media/peer/path.h"
#include "media/shard/loop/tcp_counters.h"
#include "protocols/ice/framing.h"
#include "runtime/loop.h"
#include "runtime/tcp.h"

namespace parley::media {

/// ICE over TCP as its passive end (RFC 6544): listens, takes RFC 4571 frames off the streams and
/// puts trains on them.
///
///  owner     one per ShardLoop and address family
///  thread    the loop's
///  bounded   `max_connections`; 1 MiB waiting to be sent on each (then whole frames are lost);
///            ten seconds until the first frame, a minute between frames
class TcpPort {
 public:
  /// A frame; its bytes are the taker's during the call.
  using Take = std::function<void(const Path& path, MutableBytes frame)>;

  /// `local` goes into every Path.
  TcpPort(runtime::Loop& loop, runtime::TcpListener listener, std::uint8_t local,
          std::size_t max_connections);
  ~TcpPort();
  TcpPort(const TcpPort&) = delete;
  TcpPort& operator=(const TcpPort&) = delete;

  std::uint16_t port() const { return listener_.address().port; }

  /// Accepts and reads what became ready in this turn.
  void receive(Time now, const Take& take);
  /// Queues the train's datagrams as frames.
  void send(const Train& train);
  /// Sends what is queued. Once per turn.
  void flush();
  /// Closes connections that say nothing.
  void on_deadline(Time now);
  Time next_deadline() const { return next_sweep_; }

  /// Paths that ended since the last call.
  std::vector<Path> take_closed();

  const TcpCounters& counters() const { return counters_; }

 private:
  struct Connection {
    Connection(runtime::TcpConnection s, const Path& p, Time now)
        : stream(std::move(s)), path(p), last_frame(now) {}
    runtime::TcpConnection stream;
    Path path;
    ice::Deframer frames;
    Time last_frame;
    bool framed = false;    // at least one whole frame came
    bool readable = false;  // in readable_
    bool dirty = false;     // in dirty_
    bool watches_writable = false;
  };

  void accept(Time now);
  void read(Connection& connection, Time now, const Take& take);
  void mark_dirty(Connection& connection);
  void close(std::uint32_t id);
  void pause_listening(Time now);

  runtime::Loop& loop_;
  runtime::TcpListener listener_;
  const std::uint8_t local_;
  const std::size_t max_connections_;
  std::uint32_t next_id_ = 1;
  bool acceptable_ = false;
  bool listening_ = true;
  std::unordered_map<std::uint32_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::uint32_t> readable_;
  std::vector<std::uint32_t> dirty_;
  std::vector<Path> closed_;
  std::unique_ptr<std::uint8_t[]> buffer_;  // one read at a time
  Time next_sweep_ = kNever;
  TcpCounters counters_;
};

}  // namespace parley::media
