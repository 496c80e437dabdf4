#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <optional>

#include "base/address.h"
#include "base/bytes.h"
#include "runtime/fd.h"

namespace parley::runtime {

/// A stream that never blocks its loop and never queues without bound.
///
///  thread    the loop's
///  bounded   `max_queued` bytes that the other end has not made room for yet
class TcpConnection {
 public:
  TcpConnection(Fd fd, const SocketAddress& remote, std::size_t max_queued)
      : fd_(std::move(fd)), remote_(remote), max_queued_(max_queued) {}
  /// For tests and clients; the connection may still be under way when this returns.
  static std::expected<TcpConnection, IoError> connect(const SocketAddress& to,
                                                       std::size_t max_queued);

  int fd() const { return fd_.get(); }
  const SocketAddress& remote() const { return remote_; }

  enum class End : std::uint8_t { closed };
  /// Bytes read, zero if there are none yet; `closed` when the other end has gone or failed.
  std::expected<std::size_t, End> read(MutableBytes into);

  /// Queues all parts together or, if there is no room, none: a frame is never cut. `flush` sends.
  [[nodiscard]] bool write(std::initializer_list<ByteView> parts);
  /// Sends what the kernel takes.
  std::expected<void, End> flush();
  /// There is something to flush when the socket becomes writable.
  bool wants_to_write() const { return sent_ < queue_.size(); }
  std::size_t queued() const { return queue_.size() - sent_; }

 private:
  Fd fd_;
  SocketAddress remote_;
  std::size_t max_queued_;
  ByteVector queue_;
  std::size_t sent_ = 0;  // of the front of queue_
};

/// A listening port.
class TcpListener {
 public:
  static std::expected<TcpListener, IoError> open(const SocketAddress& bind);

  int fd() const { return fd_.get(); }
  const SocketAddress& address() const { return address_; }  ///< With the port that we got.

  /// The next one that waits; none if none does, or if descriptors have run out.
  std::optional<TcpConnection> accept(std::size_t max_queued);

 private:
  TcpListener(Fd fd, const SocketAddress& address) : fd_(std::move(fd)), address_(address) {}

  Fd fd_;
  SocketAddress address_;
};

}  // namespace parley::runtime
