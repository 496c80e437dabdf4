#include "signaling/http/server.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <list>
#include <vector>

#include "base/address.h"
#include "signaling/agents/agency.h"
#include "signaling/application/proxy.h"
#include "signaling/clock.h"
#include "signaling/forward/forwards.h"
#include "signaling/http/routes.h"
#include "signaling/http/web_socket.h"
#include "signaling/session/client_speaker.h"
#include "signaling/session/edge.h"

namespace parley::signaling {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr Duration kWriteTimeout = 120s;
constexpr Duration kLinger = 1s;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// What a proxy says of the client, in the order of LiveKit's server.
std::string forwarded_address(const http::fields& header) {
  for (const auto name : {"CF-Connecting-IP", "X-Forwarded-For", "X-Real-IP"}) {
    const auto at = header.find(name);
    if (at == header.end()) continue;
    const std::string_view value = view(at->value());
    if (const auto ip = IpAddress::parse(trimmed(value.substr(0, value.find(','))))) {
      return ip->to_string();
    }
  }
  return {};
}

Request describe_request(const http::request<http::buffer_body>& message, Target target,
                         const std::string& peer) {
  Request request;
  request.method = view(message.method_string());
  request.query = Query(target.query);
  request.target = std::move(target);
  request.accept = view(message[http::field::accept]);
  request.authorization = view(message[http::field::authorization]);
  request.content_type = view(message[http::field::content_type]);
  request.if_match = view(message[http::field::if_match]);
  request.if_none_match = view(message[http::field::if_none_match]);
  request.user_agent = view(message[http::field::user_agent]);
  request.accepts_gzip =
      view(message[http::field::accept_encoding]).find("gzip") != std::string_view::npos;
  request.upgrade = beast::websocket::is_upgrade(message);

  const std::string forwarded = forwarded_address(message);
  request.client_address = forwarded.empty() ? peer : forwarded;
  // Limits believe only a proxy that is one of our own.
  const auto ip = IpAddress::parse(peer);
  const bool beside_us = ip && (ip->is_loopback() || ip->is_private());
  request.peer_address = beside_us ? request.client_address : peer;
  return request;
}

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
  State(asio::io_context& loop_, bus::Bus& bus, const Options& options_, Random& random,
        Metrics& metrics_)
      : loop(loop_),
        options(options_),
        metrics(metrics_),
        edge(loop_, bus, options_.keys, options_.ice_servers, options_.placement, random, metrics_),
        agency(loop_, bus, options_.keys, random, metrics_),
        forwards(loop_, bus, edge, random, metrics_),
        backends(bus, monotonic_now),
        routes(options_, edge, forwards, bus, metrics_) {}

  std::expected<void, std::string> open(const std::string& address, std::uint16_t port);
  asio::awaitable<void> accept(tcp::acceptor& acceptor);
  asio::awaitable<void> serve(tcp::socket socket);
  /// The header of the next request, or what to answer to those who cannot write one.
  asio::awaitable<std::expected<void, Refusal>> read_header(
      beast::tcp_stream& stream, beast::flat_buffer& buffer,
      http::request_parser<http::buffer_body>& parser, Duration timeout);
  asio::awaitable<std::expected<void, Refusal>> read_body(
      beast::tcp_stream& stream, beast::flat_buffer& buffer,
      http::request_parser<http::buffer_body>& parser, BodyRule rule, std::string& body);
  std::expected<std::unique_ptr<Speaker>, Refusal> admit_worker(const Request& request);
  /// False: the connection is of no more use.
  asio::awaitable<bool> write_reply(beast::tcp_stream& stream,
                                    const http::request<http::buffer_body>& request,
                                    const Reply& reply, bool keep_alive);

  /// False: the connection is of no more use.
  asio::awaitable<bool> pass_to_application(beast::tcp_stream& stream,
                                            const http::request<http::buffer_body>& message,
                                            const Request& request, Upload* upload);

  /// After an answer to what was not read to its end: closing at once would take the answer back.
  asio::awaitable<void> linger(beast::tcp_stream& stream);

  asio::io_context& loop;
  const Options& options;
  Metrics& metrics;
  Edge edge;
  Agency agency;
  Forwards forwards;
  Backends backends;
  Routes routes;
  std::list<tcp::acceptor> acceptors;
  bool stopping = false;
};

namespace {

/// RFC 6454/Fetch: any page may talk to us, because what it may do is in its token, not in a
/// cookie.
void add_cors(http::fields& header) {
  header.set(http::field::access_control_allow_origin, "*");
  header.set(http::field::access_control_expose_headers, "*");
}

/// ASVS 4.0.3 section 14.4: what is sent is what it says it is; and who has once come by TLS, of
/// which a proxy in front of us tells, comes by TLS from then on.
void add_protection(http::fields& header, const http::fields& request) {
  header.set("X-Content-Type-Options", "nosniff");
  if (view(request["X-Forwarded-Proto"]) == "https") {
    header.set(http::field::strict_transport_security, "max-age=31536000");
  }
}

Reply preflight(const http::request<http::buffer_body>& request) {
  Reply reply{204, {}, nullptr, {}};
  reply.headers.emplace_back("Access-Control-Allow-Methods",
                             "OPTIONS, HEAD, GET, POST, PATCH, DELETE");
  // A star would leave out Authorization (Fetch, section 4.9).
  const std::string_view wanted = view(request[http::field::access_control_request_headers]);
  reply.headers.emplace_back("Access-Control-Allow-Headers",
                             wanted.empty() ? "*" : std::string(wanted));
  reply.headers.emplace_back("Access-Control-Max-Age", "86400");
  return reply;
}

}  // namespace

std::expected<void, std::string> Server::State::open(const std::string& address,
                                                     std::uint16_t port) {
  error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error) return std::unexpected(fmt::format("{} is not an IP address", address));
  const tcp::endpoint endpoint(ip, port);
  tcp::acceptor acceptor(loop);
  const auto failed = [&](std::string_view what) {
    return std::unexpected(
        fmt::format("cannot {} {} port {}: {}", what, address, port, error.message()));
  };
  if (acceptor.open(endpoint.protocol(), error); error) return failed("use");
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (ip.is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (acceptor.bind(endpoint, error); error) return failed("bind");
  if (acceptor.listen(asio::socket_base::max_listen_connections, error); error)
    return failed("listen on");
  acceptors.push_back(std::move(acceptor));
  return {};
}

asio::awaitable<void> Server::State::accept(tcp::acceptor& acceptor) {
  const auto self = shared_from_this();
  while (!stopping) {
    error_code error;
    tcp::socket socket =
        co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (stopping || error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of descriptors, most likely: they come back when somebody leaves.
      asio::steady_timer pause(loop, std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    if (metrics.sockets_open.value() >= static_cast<std::int64_t>(options.max_sockets)) {
      metrics.sockets_over_limit.add();
      continue;
    }
    socket.set_option(tcp::no_delay(true), error);
    asio::co_spawn(loop, serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<std::expected<void, Refusal>> Server::State::read_header(
    beast::tcp_stream& stream, beast::flat_buffer& buffer,
    http::request_parser<http::buffer_body>& parser, Duration timeout) {
  using Result = std::expected<void, Refusal>;
  parser.header_limit(static_cast<std::uint32_t>(options.header_bytes));
  parser.body_limit(boost::none);  // Which it is depends on the path: read_body and files have one.
  stream.expires_after(timeout);
  error_code error;
  co_await http::async_read_header(stream, buffer, parser,
                                   asio::redirect_error(asio::use_awaitable, error));
  if (!error) {
    metrics.requests.add();
    co_return Result();
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    co_return Result(std::unexpected(Refusal{431, "the request's header is too large"}));
  }
  if (error == http::error::body_limit) {
    co_return Result(std::unexpected(Refusal{413, "the request's body is too large"}));
  }
  if (error == beast::error::timeout) metrics.requests_timed_out.add();
  if (error.category() == http::make_error_code(http::error::bad_method).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    metrics.requests_malformed.add();
    co_return Result(std::unexpected(Refusal{400, "malformed HTTP request"}));
  }
  co_return Result(std::unexpected(Refusal{0, {}}));  // Nobody is there to be answered.
}

asio::awaitable<std::expected<void, Refusal>> Server::State::read_body(
    beast::tcp_stream& stream, beast::flat_buffer& buffer,
    http::request_parser<http::buffer_body>& parser, BodyRule rule, std::string& body) {
  using Result = std::expected<void, Refusal>;
  std::array<char, 16384> block{};
  std::size_t total = 0;
  if (parser.content_length().value_or(0) > rule.limit) {
    co_return Result(std::unexpected(Refusal{413, "the request's body is too large"}));
  }
  stream.expires_after(options.body_timeout);
  while (!parser.is_done()) {
    parser.get().body().data = block.data();
    parser.get().body().size = block.size();
    error_code error;
    co_await http::async_read(stream, buffer, parser,
                              asio::redirect_error(asio::use_awaitable, error));
    if (error == http::error::body_limit) {
      co_return Result(std::unexpected(Refusal{413, "the request's body is too large"}));
    }
    if (error && error != http::error::need_buffer) {
      if (error == beast::error::timeout) metrics.requests_timed_out.add();
      co_return Result(std::unexpected(Refusal{0, {}}));
    }
    const std::size_t got = block.size() - parser.get().body().size;
    total += got;
    if (total > rule.limit) {
      co_return Result(std::unexpected(Refusal{413, "the request's body is too large"}));
    }
    if (rule.keep) body.append(block.data(), got);
  }
  co_return Result();
}

std::expected<std::unique_ptr<Speaker>, Refusal> Server::State::admit_worker(
    const Request& request) {
  const auto token = routes.admit_worker(request);
  if (!token) return std::unexpected(token.error());
  auto speaker = agency.admit(*token);
  if (!speaker) return std::unexpected(Refusal{503, "too many agent workers are connected"});
  return speaker;
}

asio::awaitable<bool> Server::State::write_reply(beast::tcp_stream& stream,
                                                 const http::request<http::buffer_body>& request,
                                                 const Reply& reply, bool keep_alive) {
  metrics.count_response(reply.status);
  using Body = http::span_body<const char>;
  http::response<Body> message;
  message.version(11);
  message.result(reply.status);
  message.keep_alive(keep_alive);
  for (const auto& [name, value] : reply.headers) message.insert(name, value);
  if (!reply.content_type.empty()) message.set(http::field::content_type, reply.content_type);
  add_cors(message);
  add_protection(message, request);

  const bool may_have_body = reply.status != 204 && reply.status != 304;
  const std::size_t size = reply.body ? reply.body->size() : 0;
  if (may_have_body) message.content_length(size);
  if (may_have_body && request.method() != http::verb::head && reply.body) {
    message.body() = {reply.body->data(), size};
  }
  stream.expires_after(kWriteTimeout);
  http::response_serializer<Body> serializer(message);
  error_code error;
  if (request.method() == http::verb::head || !may_have_body) {
    co_await http::async_write_header(stream, serializer,
                                      asio::redirect_error(asio::use_awaitable, error));
  } else {
    co_await http::async_write(stream, serializer,
                               asio::redirect_error(asio::use_awaitable, error));
  }
  co_return !error && keep_alive;
}

asio::awaitable<bool> Server::State::pass_to_application(
    beast::tcp_stream& stream, const http::request<http::buffer_body>& message,
    const Request& request, Upload* upload) {
  const Forwarded forwarded{.client_address = request.peer_address,
                            .host = std::string(view(message[http::field::host])),
                            .secure = view(message["X-Forwarded-Proto"]) == "https"};
  auto passing = pass_on(backends, stream, message, request.body, upload, forwarded);
  const Passed passed = co_await std::move(passing);
  if (passed != Passed::nowhere) co_return passed == Passed::again;
  Reply reply = Reply::problem(503, "Away", "This is not available right now. Try again.");
  reply.headers.emplace_back("Retry-After", "1");
  const bool is_whole = upload == nullptr || upload->parser.is_done();
  auto writing = write_reply(stream, message, reply, message.keep_alive() && is_whole);
  co_return co_await std::move(writing);
}

asio::awaitable<void> Server::State::linger(beast::tcp_stream& stream) {
  error_code error;
  stream.socket().shutdown(tcp::socket::shutdown_send, error);
  std::array<char, 16384> block{};
  const auto sink = asio::buffer(block);
  stream.expires_after(kLinger);
  while (!error) {
    co_await stream.async_read_some(sink, asio::redirect_error(asio::use_awaitable, error));
  }
}

// One connection: requests one after another, until one of them becomes a WebSocket.
asio::awaitable<void> Server::State::serve(tcp::socket socket) {
  const auto self = shared_from_this();
  metrics.sockets_accepted.add();
  metrics.sockets_open.add(1);
  const std::shared_ptr<void> counted(nullptr,
                                      [this, self](void*) { metrics.sockets_open.add(-1); });

  error_code error;
  const auto remote = socket.remote_endpoint(error);
  const std::string peer = error ? std::string() : remote.address().to_string();
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;

  for (Duration timeout = options.header_timeout; !stopping; timeout = options.idle_timeout) {
    http::request_parser<http::buffer_body> parser;
    const auto header = co_await read_header(stream, buffer, parser, timeout);
    const auto& message = parser.get();
    if (!header) {
      if (header.error().status == 0) break;
      const Reply reply = Reply::text(header.error().status, header.error().text);
      co_await write_reply(stream, message, reply, false);
      break;
    }
    if (message.method() == http::verb::options &&
        message.find(http::field::access_control_request_method) != message.end()) {
      const Reply reply = preflight(message);
      const bool again = co_await write_reply(stream, message, reply, message.keep_alive());
      if (again && parser.is_done()) continue;
      break;
    }
    auto target = parse_target(view(message.target()));
    if (!target) {
      metrics.requests_malformed.add();
      const Reply reply = Reply::text(400, "malformed request target");
      co_await write_reply(stream, message, reply, false);
      break;
    }
    Request request = describe_request(message, std::move(*target), peer);

    if (routes.is_socket(request)) {
      auto start = routes.admit(request, false);
      Refusal refusal;
      if (start) {
        auto link = co_await edge.open(std::move(*start));
        if (link) {
          metrics.count_response(101);
          auto client = std::make_unique<ClientSpeaker>(edge, std::move(*link), metrics);
          const auto web_socket =
              std::make_shared<WebSocket>(std::move(stream), std::move(client), options, counted);
          co_await web_socket->open(message);
          co_return;
        }
        refusal = std::move(link.error());
      } else {
        refusal = std::move(start.error());
      }
      const Reply reply = Reply::text(refusal.status, std::move(refusal.text));
      const bool again = co_await write_reply(stream, message, reply, message.keep_alive());
      if (again) continue;
      break;
    }

    if (routes.is_agent_socket(request)) {
      auto admitted = admit_worker(request);
      if (admitted) {
        metrics.count_response(101);
        const auto web_socket =
            std::make_shared<WebSocket>(std::move(stream), std::move(*admitted), options, counted);
        co_await web_socket->open(message);
        co_return;
      }
      const Reply reply = Reply::text(admitted.error().status, std::move(admitted.error().text));
      const bool again = co_await write_reply(stream, message, reply, message.keep_alive());
      if (again) continue;
      break;
    }

    if (is_upload(request.method, request.target.path)) {
      Upload upload{buffer, parser};
      auto passing = pass_to_application(stream, message, request, &upload);
      const bool again = co_await std::move(passing);
      if (again) continue;
      break;
    }
    const BodyRule rule = routes.body_rule(request);
    const auto body = co_await read_body(stream, buffer, parser, rule, request.body);
    if (!body) {
      if (body.error().status == 0) break;
      const Reply reply = Reply::text(body.error().status, body.error().text);
      co_await write_reply(stream, message, reply, false);
      break;
    }
    if (is_application_path(request.target.path)) {
      auto passing = pass_to_application(stream, message, request, nullptr);
      const bool again = co_await std::move(passing);
      if (again) continue;
      break;
    }
    const Reply reply = co_await routes.handle(request);
    const bool again = co_await write_reply(stream, message, reply, message.keep_alive());
    if (!again) break;
  }
  co_await linger(stream);
}

Server::Server(asio::io_context& loop, bus::Bus& bus, const Options& options, Random& random,
               Metrics& metrics)
    : state_(std::make_shared<State>(loop, bus, options, random, metrics)) {}

Server::~Server() = default;

std::expected<void, std::string> Server::listen() {
  std::string failure = "no address to listen on";
  for (const std::string& address : state_->options.addresses) {
    const std::uint16_t port = state_->options.port != 0 || state_->acceptors.empty()
                                   ? state_->options.port
                                   : this->port();
    const auto opened = state_->open(address, port);
    if (opened) continue;
    failure = opened.error();
    // Machines without IPv6 are common; that is no reason not to serve IPv4.
    const bool optional = address.find(':') != std::string::npos && !state_->acceptors.empty();
    if (!optional) return std::unexpected(failure);
  }
  if (state_->acceptors.empty()) return std::unexpected(failure);
  for (tcp::acceptor& acceptor : state_->acceptors) {
    asio::co_spawn(state_->loop, state_->accept(acceptor), asio::detached);
  }
  return {};
}

std::uint16_t Server::port() const {
  error_code error;
  return state_->acceptors.front().local_endpoint(error).port();
}

void Server::shutdown() {
  state_->stopping = true;
  error_code error;
  for (tcp::acceptor& acceptor : state_->acceptors) acceptor.close(error);
  state_->forwards.shutdown();  // Before its sessions are told to go elsewhere.
  state_->edge.shutdown();
  state_->agency.shutdown();
}

}  // namespace parley::signaling
