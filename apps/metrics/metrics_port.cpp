#include "apps/metrics/metrics_port.h"

#include <array>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>

#include "runtime/loop.h"
#include "runtime/tcp.h"

namespace parley::apps {
namespace {

constexpr std::size_t kMaxConnections = 64;
constexpr std::size_t kMaxRequest = 8 * 1024;
constexpr std::size_t kMaxAnswer = 64 * 1024 * 1024;
constexpr Duration kPatience = 10s;

std::string answer_to(std::string_view request, const observability::Registry& registry) {
  const bool get = request.starts_with("GET ") || request.starts_with("HEAD ");
  const std::string body = get ? registry.text() : "only GET\n";
  std::string out = fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\n"
      "Connection: close\r\n\r\n",
      get ? "200 OK" : "405 Method Not Allowed", body.size());
  if (!request.starts_with("HEAD ")) out += body;
  return out;
}

}  // namespace

struct MetricsPort::Impl {
  struct Client {
    runtime::TcpConnection connection;
    std::string request;
    Time deadline;
    bool answered = false;
  };

  Impl(runtime::TcpListener opened, const observability::Registry& source)
      : listener(std::move(opened)), registry(source) {
    loop.watch(listener.fd(), [this](runtime::Loop::Ready) { accept(); });
    loop.on_turn([this](Time now) { return expire(now); });
    thread = std::thread([this] { loop.run(); });
  }
  ~Impl() {
    loop.stop();
    thread.join();
  }

  void accept() {
    while (auto connection = listener.accept(kMaxAnswer)) {
      if (clients.size() >= kMaxConnections) continue;  // Closed by going out of scope.
      const int fd = connection->fd();
      clients.emplace(fd, Client{std::move(*connection), {}, loop.now() + kPatience, false});
      loop.watch(fd, [this, fd](runtime::Loop::Ready) { serve(fd); });
    }
  }

  void serve(int fd) {
    Client& client = clients.at(fd);
    std::array<std::uint8_t, 2048> buffer{};
    for (;;) {
      const auto read = client.connection.read(buffer);
      if (!read) return drop(fd);
      if (*read == 0) break;
      client.request += as_chars(ByteView(buffer).first(*read));
      if (client.request.size() > kMaxRequest) return drop(fd);
    }
    if (!client.answered && client.request.find("\r\n\r\n") != std::string::npos) {
      client.answered = true;
      if (!client.connection.write({as_bytes(answer_to(client.request, registry))}))
        return drop(fd);
    }
    if (!client.connection.flush()) return drop(fd);
    if (client.answered && !client.connection.wants_to_write()) return drop(fd);
    loop.rewatch(fd, true, client.connection.wants_to_write());
  }

  void drop(int fd) {
    loop.unwatch(fd);
    clients.erase(fd);
  }

  Time expire(Time now) {
    Time next = kNever;
    for (auto at = clients.begin(); at != clients.end();) {
      auto& [fd, client] = *at++;
      if (client.deadline <= now) {
        drop(fd);
      } else {
        next = std::min(next, client.deadline);
      }
    }
    return next;
  }

  runtime::TcpListener listener;
  const observability::Registry& registry;
  std::unordered_map<int, Client> clients;
  runtime::Loop loop;
  std::thread thread;
};

std::expected<std::unique_ptr<MetricsPort>, runtime::IoError> MetricsPort::open(
    const SocketAddress& bind, const observability::Registry& registry) {
  auto listener = runtime::TcpListener::open(bind);
  if (!listener) return std::unexpected(listener.error());
  return std::unique_ptr<MetricsPort>(
      new MetricsPort(std::make_unique<Impl>(std::move(*listener), registry)));
}

MetricsPort::MetricsPort(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MetricsPort::~MetricsPort() = default;

std::uint16_t MetricsPort::port() const { return impl_->listener.address().port; }

}  // namespace parley::apps
