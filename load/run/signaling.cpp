#include "load/run/signaling.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::load {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using Error = boost::system::error_code;

constexpr std::chrono::seconds kOpenLimit{15};
/// A room of thousands is told in one message.
constexpr std::size_t kMaxMessage = 64 * 1024 * 1024;

auto into(Error& error) { return asio::redirect_error(asio::use_awaitable, error); }

/// One WebSocket, whatever it runs over.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void send(std::string message) = 0;
  virtual void close() = 0;
};

struct Opening {
  std::string host;
  std::string target;
  std::string token;
  std::vector<tcp::endpoint> addresses;
};

asio::awaitable<Error> shake_hands(beast::tcp_stream&, const std::string&) { co_return Error(); }

asio::awaitable<Error> shake_hands(asio::ssl::stream<beast::tcp_stream>& stream,
                                   const std::string& host) {
  Error no_address;
  asio::ip::make_address(host, no_address);
  if (no_address) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
  stream.set_verify_callback(asio::ssl::host_name_verification(host));
  Error error;
  auto shaking = stream.async_handshake(asio::ssl::stream_base::client, into(error));
  co_await std::move(shaking);
  co_return error;
}

template <typename Stream>
class Socket final : public Connection, public std::enable_shared_from_this<Socket<Stream>> {
 public:
  template <typename... Arguments>
  explicit Socket(Arguments&&... arguments) : socket_(std::forward<Arguments>(arguments)...) {
    socket_.binary(true);
    socket_.read_message_max(kMaxMessage);
  }

  /// Until either side ends it; why, for people.
  template <typename OnMessage>
  asio::awaitable<std::string> run(Opening opening, OnMessage on_message) {
    const auto self = this->shared_from_this();
    Error error;
    auto& tcp_layer = beast::get_lowest_layer(socket_);
    tcp_layer.expires_after(kOpenLimit);
    auto connecting = tcp_layer.async_connect(opening.addresses, into(error));
    co_await std::move(connecting);
    if (error) co_return fmt::format("cannot connect: {}", error.message());
    tcp_layer.socket().set_option(tcp::no_delay(true));
    auto shaking = shake_hands(socket_.next_layer(), opening.host);
    error = co_await std::move(shaking);
    if (error) co_return fmt::format("TLS: {}", error.message());

    socket_.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
      request.set(beast::http::field::user_agent, "parley-load");
      request.set(beast::http::field::authorization, "Bearer " + opening.token);
    }));
    websocket::response_type response;
    auto upgrading = socket_.async_handshake(response, opening.host, opening.target, into(error));
    co_await std::move(upgrading);
    if (error == websocket::error::upgrade_declined) {
      co_return fmt::format("refused: {} {}", response.result_int(),
                            response.body().substr(0, 200));
    }
    if (error) co_return fmt::format("cannot upgrade: {}", error.message());
    tcp_layer.expires_never();
    open_ = true;
    write_next();

    beast::flat_buffer buffer;
    while (true) {
      auto reading = socket_.async_read(buffer, into(error));
      co_await std::move(reading);
      if (error) co_return fmt::format("the WebSocket closed: {}", error.message());
      const auto* const data = static_cast<const std::uint8_t*>(buffer.data().data());
      on_message(ByteVector(data, data + buffer.size()));
      buffer.consume(buffer.size());
    }
  }

  void send(std::string message) override {
    queue_.push_back(std::move(message));
    if (queue_.size() == 1) write_next();
  }
  void close() override {
    closing_ = true;
    if (!open_) return beast::get_lowest_layer(socket_).cancel();
    if (queue_.empty()) say_goodbye();
  }

 private:
  void write_next() {
    if (!open_ || queue_.empty()) return;
    socket_.async_write(asio::buffer(queue_.front()),
                        [self = this->shared_from_this()](const Error& error, std::size_t) {
                          if (error) return;  // The reader is told as well.
                          self->queue_.pop_front();
                          self->write_next();
                          if (self->queue_.empty() && self->closing_) self->say_goodbye();
                        });
  }
  void say_goodbye() {
    socket_.async_close(websocket::close_code::normal,
                        [self = this->shared_from_this()](const Error&) {});
  }

  websocket::stream<Stream> socket_;
  std::deque<std::string> queue_;
  bool open_ = false;
  bool closing_ = false;
};

asio::ssl::context make_tls() {
  asio::ssl::context context(asio::ssl::context::tls_client);
  context.set_default_verify_paths();
  context.set_verify_mode(asio::ssl::verify_peer);
  return context;
}

}  // namespace

struct Signaling::Impl {
  explicit Impl(Url where) : url(std::move(where)) {}

  template <typename Stream, typename... Arguments>
  void open(ClientId id, Opening opening, const Handlers& handlers, Arguments&&... arguments) {
    auto socket = std::make_shared<Socket<Stream>>(std::forward<Arguments>(arguments)...);
    connections[id] = socket;
    asio::co_spawn(
        io,
        [this, id, socket, opening = std::move(opening), handlers]() -> asio::awaitable<void> {
          auto running = socket->run(
              opening, [&](ByteVector message) { handlers.on_message(id, std::move(message)); });
          const std::string reason = co_await std::move(running);
          connections.erase(id);
          handlers.on_closed(id, reason);
        },
        asio::detached);
  }

  Url url;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
  asio::ssl::context tls = make_tls();
  std::vector<tcp::endpoint> addresses;
  std::unordered_map<ClientId, std::shared_ptr<Connection>> connections;
  std::jthread thread;
};

std::expected<std::unique_ptr<Signaling>, std::string> Signaling::start(const Url& url) {
  auto impl = std::make_unique<Impl>(url);
  Error error;
  tcp::resolver resolver(impl->io);
  const auto found = resolver.resolve(url.host, url.port, error);
  if (error) return std::unexpected(fmt::format("{}: {}", url.host, error.message()));
  for (const auto& entry : found) impl->addresses.push_back(entry.endpoint());
  impl->thread = std::jthread([io = &impl->io] { io->run(); });
  return std::unique_ptr<Signaling>(new Signaling(std::move(impl)));
}

Signaling::Signaling(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Signaling::~Signaling() { stop(); }

void Signaling::stop() {
  impl_->io.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

void Signaling::open(ClientId id, std::string target, std::string token, const Handlers& handlers) {
  asio::post(impl_->io, [impl = impl_.get(), id, target = std::move(target),
                         token = std::move(token), handlers] {
    Opening opening{impl->url.host, impl->url.path + target, token, impl->addresses};
    if (impl->url.tls) {
      impl->open<asio::ssl::stream<beast::tcp_stream>>(id, std::move(opening), handlers, impl->io,
                                                       impl->tls);
    } else {
      impl->open<beast::tcp_stream>(id, std::move(opening), handlers, impl->io);
    }
  });
}

void Signaling::send(ClientId id, std::string message) {
  asio::post(impl_->io, [impl = impl_.get(), id, message = std::move(message)]() mutable {
    const auto at = impl->connections.find(id);
    if (at != impl->connections.end()) at->second->send(std::move(message));
  });
}

void Signaling::close(ClientId id) {
  asio::post(impl_->io, [impl = impl_.get(), id] {
    const auto at = impl->connections.find(id);
    if (at != impl->connections.end()) at->second->close();
  });
}

}  // namespace parley::load
