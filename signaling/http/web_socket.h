#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <memory>

#include "signaling/http/options.h"
#include "signaling/session/speaker.h"

namespace parley::signaling {

namespace asio = boost::asio;

/// The shell of one Speaker: a WebSocket (RFC 6455, with permessage-deflate), one coroutine that
/// reads and one that writes.
///
///  owner    its two coroutines
///  thread   the edge's loop
class WebSocket : public std::enable_shared_from_this<WebSocket> {
 public:
  using UpgradeRequest = boost::beast::http::request<boost::beast::http::buffer_body>;

  /// `held` is let go of with the connection.
  WebSocket(boost::beast::tcp_stream stream, std::unique_ptr<Speaker> speaker,
            const Options& options, std::shared_ptr<void> held);

  /// Upgrades. From there on frames are carried until either side ends it; the request and what it
  /// was read with are not kept for so long.
  asio::awaitable<void> open(const UpgradeRequest& request);

 private:
  asio::awaitable<void> read();
  asio::awaitable<void> write();
  asio::awaitable<void> wait_if_flooded();
  void wake();

  boost::beast::websocket::stream<boost::beast::tcp_stream> socket_;
  asio::steady_timer work_;
  std::shared_ptr<void> held_;  // Before the speaker, which may need it to its end.
  std::unique_ptr<Speaker> speaker_;
  bool reading_ = true;
  bool saying_goodbye_ = false;
  Time second_began_{};
  int frames_this_second_ = 0;
};

}  // namespace parley::signaling
