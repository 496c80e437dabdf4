#include "signaling/application/proxy.h"

#include <array>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <optional>

namespace parley::signaling {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto kConnectTimeout = std::chrono::seconds(1);
/// A passcode's hash takes its time, and a database under load.
constexpr auto kAnswerTimeout = std::chrono::seconds(20);
/// Event streams show a sign of life every ten seconds.
constexpr auto kSilence = std::chrono::seconds(30);
constexpr auto kWriteTimeout = std::chrono::seconds(20);
constexpr std::uint32_t kMostHeader = 64 * 1024;

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

/// What the client's header says, as far as it is passed on, and what we add.
void describe(http::request_header<>& out, const http::request<http::buffer_body>& header,
              const Forwarded& forwarded, const Backends::Backend& backend) {
  out.version(11);
  out.method(header.method());
  out.target(header.target());
  for (const auto name : {http::field::cookie, http::field::origin, http::field::accept,
                          http::field::content_type, http::field::user_agent}) {
    if (header.find(name) != header.end()) out.set(name, header[name]);
  }
  for (const char* name : {"Idempotency-Key", "Parley-Participant", "Last-Event-ID"}) {
    if (header.find(name) != header.end()) out.set(name, header[name]);
  }
  out.set(http::field::host, backend.address);
  out.set("Parley-Host", forwarded.host);
  out.set("Parley-Edge", backend.secret.reveal());
  out.set("Parley-Client-Address", forwarded.client_address);
  if (forwarded.secure) out.set("Parley-Secure", "1");
}

/// As much of an upload as is passed on at once.
constexpr std::size_t kBlock = 64 * 1024;
/// A client that sends nothing for so long is given up.
constexpr auto kClientPause = std::chrono::seconds(30);
/// How long what is refused is still taken in: a browser that is cut off does not read the answer.
constexpr auto kDrain = std::chrono::seconds(10);

/// Passes the body on block by block, so that no file is ever in memory. Ends early when the
/// application plane has answered already. False: one of the two has gone.
asio::awaitable<bool> pass_body(beast::tcp_stream& client, Upload& upload,
                                beast::tcp_stream& server,
                                http::request<http::buffer_body>& request) {
  http::request_serializer<http::buffer_body> asking(request);
  auto& parser = upload.parser;
  const auto block = std::make_shared<std::array<char, kBlock>>();
  request.body().data = nullptr;
  request.body().more = !parser.is_done();
  error_code error;
  server.expires_after(kWriteTimeout);
  co_await http::async_write_header(server, asking, into(error));
  while (!error && !parser.is_done()) {
    parser.get().body().data = block->data();
    parser.get().body().size = block->size();
    client.expires_after(kClientPause);
    co_await http::async_read(client, upload.buffer, parser, into(error));
    if (error == http::error::need_buffer) error = {};
    if (error) co_return false;
    const std::size_t got = block->size() - parser.get().body().size;
    request.body().data =
        got == 0 ? nullptr : block->data();  // No empty chunk: it would be the last.
    request.body().size = got;
    request.body().more = !parser.is_done();
    error_code unknown;
    if (server.socket().available(unknown) > 0) co_return true;
    server.expires_after(kWriteTimeout);
    co_await http::async_write(server, asking, into(error));
    if (error == http::error::need_buffer) error = {};
  }
  // Whoever has refused it takes no more, but may have said why.
  co_return true;
}

/// Takes in what is left of a body that was answered before its end.
asio::awaitable<void> drain(beast::tcp_stream& client, Upload& upload) {
  const auto block = std::make_shared<std::array<char, kBlock>>();
  auto& parser = upload.parser;
  error_code error;
  client.expires_after(kDrain);
  while (!error && !parser.is_done()) {
    parser.get().body().data = block->data();
    parser.get().body().size = block->size();
    co_await http::async_read(client, upload.buffer, parser, into(error));
    if (error == http::error::need_buffer) error = {};
  }
}

/// True: the client has gone (or says something nobody asked for), and nothing came.
asio::awaitable<bool> wait_for_either(beast::tcp_stream& client, beast::tcp_stream& server) {
  auto either = asio::experimental::make_parallel_group(
                    server.socket().async_wait(tcp::socket::wait_read, asio::deferred),
                    client.socket().async_wait(tcp::socket::wait_read, asio::deferred))
                    .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  const auto [order, readable, gone] = co_await std::move(either);
  co_return order[0] == 1;
}

}  // namespace

bool is_application_path(std::string_view path) {
  return path.starts_with("/api/v1/") || path == "/api/openapi.json";
}

bool is_upload(std::string_view method, std::string_view path) {
  return method == "POST" && path.starts_with("/api/v1/meetings/") && path.ends_with("/files");
}

asio::awaitable<Passed> pass_on(Backends& backends, beast::tcp_stream& client,
                                const http::request<http::buffer_body>& header,
                                const std::string& body, Upload* upload,
                                const Forwarded& forwarded) {
  const auto backend = backends.choose();
  if (!backend) co_return Passed::nowhere;
  error_code error;
  const auto address = asio::ip::make_address(backend->address, error);
  if (error) co_return Passed::nowhere;
  beast::tcp_stream server(co_await asio::this_coro::executor);
  server.expires_after(kConnectTimeout);
  co_await server.async_connect(tcp::endpoint(address, backend->port), into(error));
  if (error) {
    backends.forget(*backend);
    co_return Passed::nowhere;
  }
  bool is_whole = true;
  if (upload != nullptr) {
    http::request<http::buffer_body> request;
    describe(request, header, forwarded, *backend);
    request.keep_alive(false);
    const auto length = upload->parser.content_length();
    if (length) {
      request.content_length(*length);
    } else {
      request.chunked(true);
    }
    auto passing = pass_body(client, *upload, server, request);
    const bool both_are_there = co_await std::move(passing);
    if (!both_are_there) co_return Passed::ended;
    is_whole = upload->parser.is_done();
  } else {
    http::request<http::string_body> request;
    describe(request, header, forwarded, *backend);
    request.keep_alive(false);
    request.body() = body;
    request.prepare_payload();
    http::request_serializer<http::string_body> asking(request);
    server.expires_after(kAnswerTimeout);
    co_await http::async_write(server, asking, into(error));
  }
  server.expires_after(kAnswerTimeout);
  beast::flat_buffer buffer;
  http::response_parser<http::buffer_body> parser;
  parser.header_limit(kMostHeader);
  parser.body_limit(boost::none);
  if (!error) co_await http::async_read_header(server, buffer, parser, into(error));
  if (error) {
    backends.forget(*backend);
    co_return Passed::nowhere;
  }

  // From here on the client has been answered: what breaks now breaks for it as well.
  auto& message = parser.get();
  const bool streams = !parser.content_length().has_value() && !parser.is_done();
  if (streams) message.chunked(true);
  const bool again = header.keep_alive() && is_whole;
  message.keep_alive(again);
  http::response_serializer<http::buffer_body> serializer(message);
  message.body().data = nullptr;
  message.body().more = !parser.is_done();
  client.expires_after(kWriteTimeout);
  co_await http::async_write_header(client, serializer, into(error));
  std::array<char, 16 * 1024> block{};
  while (!error && !parser.is_done()) {
    if (streams && buffer.size() == 0) {
      server.expires_never();
      client.expires_never();
      auto waiting = wait_for_either(client, server);
      const bool gone = co_await std::move(waiting);
      if (gone) co_return Passed::ended;
    }
    message.body().data = block.data();
    message.body().size = block.size();
    server.expires_after(kSilence);
    co_await http::async_read_some(server, buffer, parser, into(error));
    if (error == http::error::need_buffer) error = {};
    if (error) break;
    message.body().size = block.size() - message.body().size;
    message.body().data = block.data();
    message.body().more = !parser.is_done();
    client.expires_after(kWriteTimeout);
    co_await http::async_write(client, serializer, into(error));
    if (error == http::error::need_buffer) error = {};
  }
  if (!error && !is_whole) {
    auto draining = drain(client, *upload);
    co_await std::move(draining);
  }
  if (error) co_return Passed::ended;
  co_return again ? Passed::again : Passed::ended;
}

}  // namespace parley::signaling
