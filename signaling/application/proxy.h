#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <string>
#include <string_view>

#include "signaling/application/backends.h"

namespace parley::signaling {

namespace asio = boost::asio;

/// Whether a path belongs to the application plane.
bool is_application_path(std::string_view path);

/// Whether the body is a file: it is passed on as it comes.
bool is_upload(std::string_view method, std::string_view path);

/// A body that is still to be read.
struct Upload {
  boost::beast::flat_buffer& buffer;
  boost::beast::http::request_parser<boost::beast::http::buffer_body>& parser;
};

/// What the edge adds to what the client sent.
struct Forwarded {
  std::string client_address;
  std::string host;
  bool secure = false;  ///< The client came by TLS, to a proxy before us.
};

/// How passing on went.
enum class Passed : std::uint8_t {
  again,    ///< The client's connection can be used for another request.
  ended,    ///< It cannot.
  nowhere,  ///< Nothing was answered: nobody was there to be asked.
};

/// Passes a request on and the answer back as it comes: an event stream lasts for as long as both
/// sides do, and a file is in memory a block at a time. `upload`: the body, in place of `body`.
/// What the client sent in headers of ours is not passed on.
asio::awaitable<Passed> pass_on(
    Backends& backends, boost::beast::tcp_stream& client,
    const boost::beast::http::request<boost::beast::http::buffer_body>& header,
    const std::string& body, Upload* upload, const Forwarded& forwarded);

}  // namespace parley::signaling
