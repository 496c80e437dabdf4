#include "signaling/http/web_socket.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket/option.hpp>

#include "signaling/clock.h"

namespace parley::signaling {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

namespace {

/// More than any client needs; beyond it we read slower, and TCP slows the sender.
constexpr int kMaxFramesPerSecond = 500;
/// After a large message its buffer is given back.
constexpr std::size_t kKeptBuffer = 64 * 1024;

websocket::permessage_deflate compression() {
  // Signalling is small and repetitive: a short window finds nearly all of it, and it is memory
  // that every idle participant costs.
  websocket::permessage_deflate deflate;
  deflate.server_enable = true;
  deflate.server_max_window_bits = 12;
  deflate.client_max_window_bits = 12;
  deflate.compLevel = 3;
  deflate.memLevel = 4;
  deflate.msg_size_threshold = 256;
  return deflate;
}

}  // namespace

WebSocket::WebSocket(beast::tcp_stream stream, std::unique_ptr<Speaker> speaker,
                     const Options& options, std::shared_ptr<void> held)
    : socket_(std::move(stream)),
      work_(socket_.get_executor()),
      held_(std::move(held)),
      speaker_(std::move(speaker)) {
  beast::get_lowest_layer(socket_).expires_never();  // The WebSocket has timers of its own.
  websocket::stream_base::timeout timeout{};
  timeout.handshake_timeout = std::chrono::seconds(10);
  timeout.idle_timeout =
      std::chrono::duration_cast<std::chrono::milliseconds>(options.websocket_timeout);
  timeout.keep_alive_pings = true;
  socket_.set_option(timeout);
  socket_.set_option(compression());
  socket_.read_message_max(options.frame_bytes);
  socket_.auto_fragment(false);
}

asio::awaitable<void> WebSocket::open(const UpgradeRequest& request) {
  const auto self = shared_from_this();
  error_code error;
  co_await socket_.async_accept(request, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return speaker_->on_closed();
  speaker_->on_open([this] { wake(); });
  asio::co_spawn(socket_.get_executor(), [self] { return self->write(); }, asio::detached);
  asio::co_spawn(socket_.get_executor(), [self] { return self->read(); }, asio::detached);
}

asio::awaitable<void> WebSocket::read() {
  error_code error;
  beast::flat_buffer buffer;
  for (;;) {
    co_await socket_.async_read(buffer, asio::redirect_error(asio::use_awaitable, error));
    if (error) break;
    const auto bytes = buffer.cdata();
    speaker_->on_frame(socket_.got_text(), {static_cast<const char*>(bytes.data()), bytes.size()});
    buffer.consume(buffer.size());
    if (buffer.capacity() > kKeptBuffer) buffer = {};
    wake();
    co_await wait_if_flooded();
  }
  reading_ = false;
  speaker_->on_closed();
  wake();
}

asio::awaitable<void> WebSocket::wait_if_flooded() {
  const Time now = monotonic_now();
  if (now - second_began_ >= 1s) {
    second_began_ = now;
    frames_this_second_ = 0;
  }
  if (++frames_this_second_ <= kMaxFramesPerSecond) co_return;
  asio::steady_timer timer(socket_.get_executor());
  timer.expires_after(second_began_ + 1s - now);
  error_code error;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
}

asio::awaitable<void> WebSocket::write() {
  error_code error;
  for (;;) {
    while (auto frame = speaker_->next_frame()) {
      socket_.text(frame->text);
      co_await socket_.async_write(asio::buffer(frame->bytes),
                                   asio::redirect_error(asio::use_awaitable, error));
      if (error) break;
    }
    if (error || !reading_) break;
    if (const auto code = speaker_->closing()) {
      if (speaker_->abandoned()) break;
      saying_goodbye_ = true;
      co_await socket_.async_close(static_cast<websocket::close_code>(*code),
                                   asio::redirect_error(asio::use_awaitable, error));
      break;
    }
    work_.expires_at(asio::steady_timer::time_point::max());
    co_await work_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    error = {};
  }
  beast::get_lowest_layer(socket_).close();
}

void WebSocket::wake() {
  // A write that never ends and a read that has ended can only be undone by closing the socket; a
  // goodbye that is under way ends by itself.
  if (speaker_->abandoned() || (!reading_ && !saying_goodbye_)) {
    beast::get_lowest_layer(socket_).close();
  }
  work_.cancel();
}

}  // namespace parley::signaling
