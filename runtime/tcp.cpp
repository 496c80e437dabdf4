#include "runtime/tcp.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "runtime/socket_address.h"

namespace parley::runtime {
namespace {

constexpr int kBacklog = 512;

Fd open_stream(const SocketAddress& address) {
  return Fd(
      socket(address.ip.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

void no_delay(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

std::expected<TcpConnection, IoError> TcpConnection::connect(const SocketAddress& to,
                                                             std::size_t max_queued) {
  Fd fd = open_stream(to);
  KernelAddress address{};
  const socklen_t size = to_kernel(to, address);
  if (!fd || (::connect(fd.get(), &address.any, size) != 0 && errno != EINPROGRESS)) {
    return std::unexpected(IoError{errno, fmt::format("TCP to {}", to.to_string())});
  }
  no_delay(fd.get());
  return TcpConnection(std::move(fd), to, max_queued);
}

std::expected<std::size_t, TcpConnection::End> TcpConnection::read(MutableBytes into) {
  const ssize_t n = recv(fd_.get(), into.data(), into.size(), MSG_DONTWAIT);
  if (n > 0) return static_cast<std::size_t>(n);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  return std::unexpected(End::closed);
}

bool TcpConnection::write(std::initializer_list<ByteView> parts) {
  std::size_t size = 0;
  for (const ByteView part : parts) size += part.size();
  if (queued() + size > max_queued_) return false;
  for (const ByteView part : parts) queue_.insert(queue_.end(), part.begin(), part.end());
  return true;
}

std::expected<void, TcpConnection::End> TcpConnection::flush() {
  while (wants_to_write()) {
    const ssize_t n =
        send(fd_.get(), queue_.data() + sent_, queue_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == ENOTCONN)) break;
    if (n <= 0) return std::unexpected(End::closed);
    sent_ += static_cast<std::size_t>(n);
  }
  // What was sent leaves the front at once when all was, and else before it doubles the memory.
  if (sent_ == queue_.size()) {
    queue_.clear();
    sent_ = 0;
  } else if (sent_ > max_queued_ / 2) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(sent_));
    sent_ = 0;
  }
  return {};
}

std::expected<TcpListener, IoError> TcpListener::open(const SocketAddress& bind_to) {
  const auto failed = [&](const char* what) {
    return std::unexpected(IoError{errno, fmt::format("TCP {}: {}", bind_to.to_string(), what)});
  };
  Fd fd = open_stream(bind_to);
  if (!fd) return failed("socket");
  const int on = 1;
  // Connections of a server that was just killed linger; its successor needs the port now.
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind_to.ip.v6) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);

  KernelAddress address{};
  socklen_t size = to_kernel(bind_to, address);
  if (bind(fd.get(), &address.any, size) != 0) return failed("bind");
  if (listen(fd.get(), kBacklog) != 0) return failed("listen");
  size = sizeof address;
  if (getsockname(fd.get(), &address.any, &size) != 0) return failed("getsockname");
  return TcpListener(std::move(fd), from_kernel(&address.any));
}

std::optional<TcpConnection> TcpListener::accept(std::size_t max_queued) {
  KernelAddress address{};
  socklen_t size = sizeof address;
  Fd fd(accept4(fd_.get(), &address.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd) return std::nullopt;
  no_delay(fd.get());
  return TcpConnection(std::move(fd), from_kernel(&address.any), max_queued);
}

}  // namespace parley::runtime
