#include "application/http/post.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <utility>

namespace parley::application::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Error = boost::system::error_code;
using asio::ip::tcp;

constexpr std::uint32_t kHeaderLimit = 8 * 1024;

auto into(Error& error) { return asio::redirect_error(asio::use_awaitable, error); }

/// `otherwise`, unless the time was up.
PostError reason(const Error& error, PostError otherwise) {
  return error == beast::error::timeout ? PostError::timed_out : otherwise;
}

using Message = beast::http::request<beast::http::string_body>;

Message message_of(const Url& url, Request request) {
  Message out(beast::http::verb::post, url.target, 11);
  const bool usual_port = url.port == (url.tls ? "443" : "80");
  const std::string authority = url.authority();
  out.set(beast::http::field::host,
          usual_port ? authority.substr(0, authority.rfind(':')) : authority);
  out.set(beast::http::field::user_agent, request.user_agent);
  out.set(beast::http::field::content_type, request.content_type);
  out.set(beast::http::field::authorization, request.authorization);
  out.set(beast::http::field::connection, "close");
  out.body() = std::move(request.body);
  out.prepare_payload();
  return out;
}

/// The request goes out on `stream`, and the status comes back.
template <typename Stream>
asio::awaitable<std::expected<unsigned, PostError>> exchange(Stream& stream, Message message) {
  Error error;
  auto writing = beast::http::async_write(stream, message, into(error));
  co_await std::move(writing);
  if (error) co_return std::unexpected(reason(error, PostError::unreachable));

  beast::flat_buffer buffer(kHeaderLimit);
  beast::http::response_parser<beast::http::empty_body> parser;
  parser.header_limit(kHeaderLimit);
  auto reading = beast::http::async_read_header(stream, buffer, parser, into(error));
  co_await std::move(reading);
  if (error.category() == beast::http::make_error_code(beast::http::error::bad_field).category()) {
    const bool cut =
        error == beast::http::error::end_of_stream || error == beast::http::error::partial_message;
    co_return std::unexpected(cut ? PostError::unreachable : PostError::malformed);
  }
  if (error) co_return std::unexpected(reason(error, PostError::unreachable));
  co_return parser.get().result_int();
}

}  // namespace

std::string_view to_string(PostError error) {
  switch (error) {
    case PostError::unresolved:
      return "unresolved";
    case PostError::unreachable:
      return "unreachable";
    case PostError::untrusted:
      return "untrusted";
    case PostError::timed_out:
      return "timed_out";
    case PostError::malformed:
      return "malformed";
  }
  std::unreachable();
}

asio::ssl::context make_tls_context() {
  asio::ssl::context context(asio::ssl::context::tls_client);
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                      asio::ssl::context::no_tlsv1_1);
  context.set_default_verify_paths();
  context.set_verify_mode(asio::ssl::verify_peer);
  return context;
}

asio::awaitable<std::expected<unsigned, PostError>> post(Url url, Request request,
                                                         asio::ssl::context& tls,
                                                         std::chrono::seconds limit) {
  const auto executor = co_await asio::this_coro::executor;
  Error error;
  beast::tcp_stream connection(executor);
  connection.expires_after(limit);  // Over everything that follows, the look-up excepted.

  // Shared: the timer's handler may still be on its way when all this is over.
  const auto resolver = std::make_shared<tcp::resolver>(executor);
  asio::steady_timer patience(executor, limit);
  patience.async_wait([resolver](const Error& cancelled) {
    if (!cancelled) resolver->cancel();
  });
  auto looking_up = resolver->async_resolve(url.host, url.port, into(error));
  const auto addresses = co_await std::move(looking_up);
  if (error == asio::error::operation_aborted) co_return std::unexpected(PostError::timed_out);
  if (error) co_return std::unexpected(PostError::unresolved);
  patience.cancel();

  auto connecting = connection.async_connect(addresses, into(error));
  co_await std::move(connecting);
  if (error) co_return std::unexpected(reason(error, PostError::unreachable));

  Message message = message_of(url, std::move(request));
  if (!url.tls) {
    auto exchanging = exchange(connection, std::move(message));
    co_return co_await std::move(exchanging);
  }
  asio::ssl::stream<beast::tcp_stream&> secured(connection, tls);
  // RFC 6066 section 3: which certificate we want, where the host has a name; RFC 6125: that it is
  // the one we get.
  Error no_address;
  asio::ip::make_address(url.host, no_address);
  if (no_address) SSL_set_tlsext_host_name(secured.native_handle(), url.host.c_str());
  secured.set_verify_callback(asio::ssl::host_name_verification(url.host));
  auto shaking_hands = secured.async_handshake(asio::ssl::stream_base::client, into(error));
  co_await std::move(shaking_hands);
  if (error) co_return std::unexpected(reason(error, PostError::untrusted));
  auto exchanging = exchange(secured, std::move(message));
  co_return co_await std::move(exchanging);
}

}  // namespace parley::application::http
