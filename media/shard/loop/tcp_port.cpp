#include "media/shard/loop/tcp_port.h"

#include <algorithm>
#include <array>
#include <utility>

namespace parley::media {
namespace {

constexpr std::size_t kReadSize = 64 * 1024;
constexpr std::size_t kMaxQueued = 1024 * 1024;
constexpr int kAcceptsPerTurn = 32;
constexpr Duration kFirstFrame = 10s;
constexpr Duration kIdle = 60s;
constexpr Duration kSweep = 1s;

}  // namespace

TcpPort::TcpPort(runtime::Loop& loop, runtime::TcpListener listener, std::uint8_t local,
                 std::size_t max_connections)
    : loop_(loop),
      listener_(std::move(listener)),
      local_(local),
      max_connections_(max_connections),
      buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(kReadSize)) {
  loop_.watch(listener_.fd(), [this](runtime::Loop::Ready) { acceptable_ = true; });
}

TcpPort::~TcpPort() {
  for (const auto& [id, connection] : connections_) loop_.unwatch(connection->stream.fd());
  loop_.unwatch(listener_.fd());
}

void TcpPort::receive(Time now, const Take& take) {
  if (std::exchange(acceptable_, false)) accept(now);
  // Whoever sends while we read is seen in the next turn.
  for (const std::uint32_t id : std::exchange(readable_, {})) {
    const auto at = connections_.find(id);
    if (at == connections_.end()) continue;
    at->second->readable = false;
    read(*at->second, now, take);
  }
}

void TcpPort::accept(Time now) {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    auto stream = listener_.accept(kMaxQueued);
    if (!stream) {
      // The kernel said that somebody waits but gives us nobody: descriptors have run out.
      if (i == 0) pause_listening(now);
      return;
    }
    if (connections_.size() >= max_connections_) {
      ++counters_.refused;
      continue;
    }
    ++counters_.accepted;
    const std::uint32_t id = next_id_++;
    if (next_id_ == 0) next_id_ = 1;
    const Path path{Protocol::tcp, local_, id, stream->remote()};
    auto connection = std::make_unique<Connection>(std::move(*stream), path, now);
    loop_.watch(connection->stream.fd(), [this, id](runtime::Loop::Ready ready) {
      const auto at = connections_.find(id);
      if (at == connections_.end()) return;
      if (ready.readable && !std::exchange(at->second->readable, true)) readable_.push_back(id);
      if (ready.writable) mark_dirty(*at->second);
    });
    connections_[id] = std::move(connection);
    next_sweep_ = std::min(next_sweep_, now + kSweep);
  }
}

void TcpPort::pause_listening(Time now) {
  if (!std::exchange(listening_, false)) return;
  loop_.rewatch(listener_.fd(), false, false);
  next_sweep_ = std::min(next_sweep_, now + kSweep);
}

void TcpPort::read(Connection& connection, Time now, const Take& take) {
  // The connection may end while its frames are being handled.
  const Path path = connection.path;
  const auto size = connection.stream.read({buffer_.get(), kReadSize});
  if (!size) return close(path.connection);

  MutableBytes stream(buffer_.get(), *size);
  while (const auto frame = connection.frames.next(stream)) {
    ++counters_.frames_in;
    connection.framed = true;
    connection.last_frame = now;
    take(path, *frame);
  }
  if (connection.frames.broken()) {
    ++counters_.malformed;
    close(path.connection);
  }
}

void TcpPort::send(const Train& train) {
  const auto at = connections_.find(train.path.connection);
  if (at == connections_.end()) {
    counters_.frames_lost += train.datagrams();
    return;
  }
  Connection& connection = *at->second;
  for (ByteView rest = train.bytes; !rest.empty();) {
    const std::size_t size = std::min(train.segment, rest.size());
    std::array<std::uint8_t, ice::kFrameHeader> header;
    store_be16(header.data(), static_cast<std::uint16_t>(size));
    if (connection.stream.write({header, rest.first(size)})) {
      ++counters_.frames_out;
    } else {
      ++counters_.frames_lost;
    }
    rest = rest.subspan(size);
  }
  mark_dirty(connection);
}

void TcpPort::mark_dirty(Connection& connection) {
  if (!std::exchange(connection.dirty, true)) dirty_.push_back(connection.path.connection);
}

void TcpPort::flush() {
  for (const std::uint32_t id : std::exchange(dirty_, {})) {
    const auto at = connections_.find(id);
    if (at == connections_.end()) continue;
    Connection& connection = *at->second;
    connection.dirty = false;
    if (!connection.stream.flush()) {
      close(id);
      continue;
    }
    const bool wants = connection.stream.wants_to_write();
    if (std::exchange(connection.watches_writable, wants) != wants) {
      loop_.rewatch(connection.stream.fd(), true, wants);
    }
  }
}

void TcpPort::close(std::uint32_t id) {
  const auto at = connections_.find(id);
  if (at == connections_.end()) return;
  loop_.unwatch(at->second->stream.fd());
  closed_.push_back(at->second->path);
  connections_.erase(at);
}

void TcpPort::on_deadline(Time now) {
  if (now < next_sweep_) return;
  if (!std::exchange(listening_, true)) loop_.rewatch(listener_.fd(), true, false);
  std::vector<std::uint32_t> silent;
  for (const auto& [id, connection] : connections_) {
    if (now - connection->last_frame > (connection->framed ? kIdle : kFirstFrame)) {
      silent.push_back(id);
    }
  }
  for (const std::uint32_t id : silent) {
    ++counters_.idle;
    close(id);
  }
  next_sweep_ = connections_.empty() ? kNever : now + kSweep;
}

std::vector<Path> TcpPort::take_closed() {
  counters_.connections = connections_.size();
  return std::exchange(closed_, {});
}

}  // namespace parley::media
