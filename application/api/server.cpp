#include "application/api/server.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <string_view>

#include "application.pb.h"
#include "application/files/file_name.h"
#include "base/secret.h"
#include "bus/subjects.h"
#include "signaling/encoding/query.h"

namespace parley::application::api {

namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::string_view kPrefix = "/api/v1";
/// Behind TLS under names that a browser takes from this very host alone, and from nobody without
/// TLS (RFC 6265bis section 4.1.3.2, ASVS 4.0.3 section 3.4.4).
struct CookieNames {
  std::string_view session;
  std::string_view device;
};
constexpr CookieNames kPlainCookies{"parley_session", "parley_device"};
constexpr CookieNames kSecureCookies{"__Host-parley_session", "__Host-parley_device"};

constexpr const CookieNames& cookie_names(bool secure) {
  return secure ? kSecureCookies : kPlainCookies;
}
constexpr auto kIdle = std::chrono::seconds(90);
constexpr auto kWriteTimeout = std::chrono::seconds(20);
constexpr auto kLinger = std::chrono::seconds(2);
/// Often enough that no proxy takes the stream for dead.
constexpr auto kHeartbeat = std::chrono::seconds(10);
constexpr auto kStatusInterval = std::chrono::milliseconds(500);
constexpr std::size_t kTokenLength = 43;

using Incoming = http::request_header<>;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

/// RFC 6265 section 4.2: name=value; name=value.
std::string_view cookie(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(';'), header.size());
    std::string_view pair = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      return pair.substr(name.size() + 1);
    }
  }
  return {};
}

std::string set_cookie(std::string_view name, const Secret& value, std::chrono::seconds life,
                       bool secure) {
  // Strict: only our own pages ask the API, so no way from elsewhere needs it.
  return fmt::format("{}={}; Path=/{}; HttpOnly; SameSite=Strict; Max-Age={}", name, value.reveal(),
                     secure ? "; Secure" : "api", life.count());
}

/// A page of another origin may not act with our cookie (OWASP: verify the origin with standard
/// headers). Programs that are no pages send no Origin.
bool is_own_origin(const Incoming& message) {
  const std::string_view origin = view(message[http::field::origin]);
  if (origin.empty()) return true;
  const std::size_t scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;
  return origin.substr(scheme + 3) == view(message["Parley-Host"]);
}

/// What comes from here is data for our own pages: nothing that a browser shows, runs or frames
/// (ASVS 4.0.3 section 14.4).
void add_protection(http::fields& header, bool secure) {
  header.set("X-Content-Type-Options", "nosniff");
  header.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  header.set("Referrer-Policy", "no-referrer");
  header.set("Cross-Origin-Resource-Policy", "same-origin");
  if (secure) header.set(http::field::strict_transport_security, "max-age=31536000");
}

/// In the same time, whatever is wrong with it.
bool is_same(std::string_view shown, std::string_view secret) {
  return shown.size() == secret.size() &&
         CRYPTO_memcmp(shown.data(), secret.data(), secret.size()) == 0;
}

/// False: it could not be written, or not in time.
template <typename Message>
asio::awaitable<bool> write_message(beast::tcp_stream& stream, Message& message) {
  error_code error;
  stream.expires_after(kWriteTimeout);
  co_await http::async_write(stream, message, into(error));
  co_return !error;
}

/// In front of what was not read to its end: closing at once would take the answer back.
asio::awaitable<void> linger(beast::tcp_stream& stream) {
  error_code error;
  stream.socket().shutdown(tcp::socket::shutdown_send, error);
  const auto block = std::make_shared<std::array<char, 16 * 1024>>();
  stream.expires_after(kLinger);
  while (!error) {
    co_await stream.async_read_some(asio::buffer(*block), into(error));
  }
}

struct Question {
  std::string_view path;
  Request request;
  bool secure = false;
};

Question question_of(const Incoming& message) {
  Question question;
  std::string_view target = view(message.target());
  const std::size_t mark = std::min(target.find('?'), target.size());
  question.path = target.substr(0, mark);
  Request& request = question.request;
  if (mark < target.size()) {
    const signaling::Query query(target.substr(mark + 1));
    request.query = {query.pairs().begin(), query.pairs().end()};
  }
  request.method = std::string(view(message.method_string()));
  request.path =
      std::string(question.path.starts_with(kPrefix) ? question.path.substr(kPrefix.size())
                                                     : std::string_view());
  question.secure = view(message["Parley-Secure"]) == "1";
  const std::string_view cookies = view(message[http::field::cookie]);
  const CookieNames& names = cookie_names(question.secure);
  request.session = Secret(std::string(cookie(cookies, names.session)));
  request.device = Secret(std::string(cookie(cookies, names.device)));
  request.participant = std::string(view(message["Parley-Participant"]));
  // A picture on a page is fetched without headers of ours. Whose it is, the session proves.
  if (const auto named = request.query.find("participant");
      request.participant.empty() && named != request.query.end()) {
    request.participant = named->second;
  }
  request.idempotency_key = std::string(view(message["Idempotency-Key"]));
  request.client_address = std::string(view(message["Parley-Client-Address"]));
  request.user_agent = std::string(view(message[http::field::user_agent]));
  return question;
}

/// "/meetings/{link}/events" -> link; empty: it is another path.
std::string_view link_of_events(std::string_view path) {
  constexpr std::string_view kBefore = "/meetings/";
  constexpr std::string_view kAfter = "/events";
  if (!path.starts_with(kBefore) || !path.ends_with(kAfter)) return {};
  if (path.size() <= kBefore.size() + kAfter.size()) return {};
  const auto link = path.substr(kBefore.size(), path.size() - kBefore.size() - kAfter.size());
  return link.find('/') == std::string_view::npos ? link : std::string_view();
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
  State(asio::io_context& loop_, ServerOptions options_, Surroundings surroundings)
      : loop(loop_),
        options(std::move(options_)),
        around(std::move(surroundings)),
        instance(around.random.token(16)),
        secret(around.random.token(kTokenLength)),
        acceptor(loop_),
        timer(loop_) {}

  asio::awaitable<void> accept();
  asio::awaitable<void> serve(tcp::socket socket);
  asio::awaitable<bool> write(beast::tcp_stream& stream, const Incoming& message, Response response,
                              const Question& question);
  /// Takes a file in, from its header to the answer.
  asio::awaitable<void> upload(beast::tcp_stream& stream, beast::flat_buffer& buffer,
                               Transfers::Parser& parser, Question question);
  asio::awaitable<bool> download(beast::tcp_stream& stream, const Incoming& message,
                                 Response response, const Question& question);
  asio::awaitable<void> stream_events(beast::tcp_stream& stream, const Incoming& message,
                                      Question question, std::string link);
  asio::awaitable<Response> respond(const Incoming& message, Question& question);
  void say_status(bool leaving);

  asio::io_context& loop;
  ServerOptions options;
  Surroundings around;
  const std::string instance;
  const std::string secret;
  tcp::acceptor acceptor;
  asio::steady_timer timer;
  std::size_t connections = 0;
  bool stopping = false;
  observability::Counter strangers;
};

asio::awaitable<void> Server::State::accept() {
  const auto self = shared_from_this();
  while (!stopping) {
    error_code error;
    tcp::socket socket = co_await acceptor.async_accept(into(error));
    if (stopping || error == asio::error::operation_aborted) co_return;
    if (error || connections >= kMostConnections) {
      asio::steady_timer pause(loop, std::chrono::milliseconds(100));
      co_await pause.async_wait(into(error));
      continue;
    }
    asio::co_spawn(loop, serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> Server::State::serve(tcp::socket socket) {
  const auto self = shared_from_this();
  ++connections;
  const std::shared_ptr<void> counted(nullptr, [this](void*) { --connections; });
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;
  while (!stopping) {
    // The header alone: what the body is read into depends on it.
    http::request_parser<http::empty_body> header;
    header.header_limit(kMostHeader);
    header.body_limit(boost::none);
    stream.expires_after(kIdle);
    error_code error;
    co_await http::async_read_header(stream, buffer, header, into(error));
    if (error) co_return;
    Question question = question_of(header.get());
    if (!is_same(view(header.get()["Parley-Edge"]), secret)) {
      strangers.add();
      co_await write(stream, header.get(),
                     Response::problem({403, "forbidden", "This port is for edges."}), question);
      co_return co_await linger(stream);
    }
    if (around.desk.is_upload(question.request)) {
      Transfers::Parser parser(std::move(header));
      auto taking = upload(stream, buffer, parser, std::move(question));
      co_await std::move(taking);
      co_return;
    }
    http::request_parser<http::string_body> parser(std::move(header));
    const auto& message = parser.get();
    parser.body_limit(kMostBody);
    if (parser.content_length().value_or(0) > kMostBody) error = http::error::body_limit;
    if (!error && !parser.is_done()) {
      stream.expires_after(kIdle);
      co_await http::async_read(stream, buffer, parser, into(error));
    }
    if (error == http::error::body_limit) {
      co_await write(stream, message,
                     Response::problem({413, "bad_input", "The body is too large."}), question);
      co_return co_await linger(stream);
    }
    if (error) co_return;
    question.request.body = message.body();
    const std::string link(link_of_events(question.request.path));
    if (!link.empty() && message.method() == http::verb::get) {
      co_await stream_events(stream, message, std::move(question), link);
      co_return;
    }
    Response response = co_await respond(message, question);
    if (response.content) {
      auto sending = download(stream, message, std::move(response), question);
      co_await std::move(sending);
      co_return;
    }
    const bool again = co_await write(stream, message, std::move(response), question);
    if (!again) co_return;
  }
}

asio::awaitable<void> Server::State::upload(beast::tcp_stream& stream, beast::flat_buffer& buffer,
                                            Transfers::Parser& parser, Question question) {
  const auto& message = parser.get();
  parser.body_limit(boost::none);  // Of what is declared, `admit` knows; of what comes, `receive`.
  const auto declared = parser.content_length();
  operation::Json body{{"type", view(message[http::field::content_type])},
                       {"size", declared ? operation::Json(*declared) : operation::Json()}};
  const auto as_text = [](const operation::Json& json) {
    return json.dump(-1, ' ', false, operation::Json::error_handler_t::replace);
  };
  Request& request = question.request;
  request.body = as_text(body);
  std::optional<Response> refused;
  if (!is_own_origin(message)) {
    refused = Response::problem({403, "foreign_origin", "Pages of other origins may not do this."});
  } else {
    auto admitting = around.desk.admit(request);
    refused = co_await std::move(admitting);
  }
  if (refused) {
    co_await write(stream, message, std::move(*refused), question);
    co_return co_await linger(stream);
  }

  // As `admit` has found, it has one that can be cleaned.
  std::string name = files::clean_name(request.query.at("name")).value_or("");
  auto receiving = around.transfers.receive(stream, buffer, parser, std::move(name));
  auto received = co_await std::move(receiving);
  if (!received) {
    co_await write(stream, message, Response::problem(received.error()), question);
    co_return co_await linger(stream);
  }
  // The same key with another file, or another name, is another question.
  body["name"] = request.query.at("name");
  body["size"] = received->upload->size;
  body["digest"] = received->digest;
  request.body = as_text(body);
  request.received = received->upload;
  auto serving = around.desk.serve(request);
  Response response = co_await std::move(serving);
  // Refused, or asked again and answered as before: nobody will ask for this one. Where it is not
  // known whether the row was written, the sweep finds out.
  if (!received->upload->is_taken && response.status < 500) {
    around.transfers.remove({received->upload->id});
  }
  co_await write(stream, message, std::move(response), question);
}

asio::awaitable<bool> Server::State::download(beast::tcp_stream& stream, const Incoming& message,
                                              Response response, const Question& question) {
  const operation::Content content = std::move(*response.content);
  auto opening = around.transfers.open(content.id);
  auto opened = co_await std::move(opening);
  if (!opened) {
    auto refusing = write(stream, message, Response::problem(opened.error()), question);
    co_return co_await std::move(refusing);
  }
  const std::unique_ptr<files::Kept> file = std::move(*opened);
  auto sending = around.transfers.send(stream, content, *file, false);
  co_return co_await std::move(sending);
}

asio::awaitable<Response> Server::State::respond(const Incoming& message, Question& question) {
  if (question.path == "/api/openapi.json" && message.method() == http::verb::get) {
    Response response;
    response.content_type = "application/json";
    response.body = around.openapi;
    co_return response;
  }
  if (message.method() != http::verb::get && !is_own_origin(message)) {
    co_return Response::problem({403, "foreign_origin", "Pages of other origins may not do this."});
  }
  // An event stream's path without GET, or nothing of ours.
  auto serving = around.desk.serve(question.request);
  co_return co_await std::move(serving);
}

asio::awaitable<bool> Server::State::write(beast::tcp_stream& stream, const Incoming& message,
                                           Response response, const Question& question) {
  http::response<http::string_body> out(static_cast<http::status>(response.status), 11);
  out.keep_alive(!beast::iequals(message[http::field::connection], "close") && !stopping);
  out.set(http::field::cache_control, "no-store");
  add_protection(out, question.secure);
  if (!response.content_type.empty()) {
    out.set(http::field::content_type, response.content_type);
  }
  for (const auto& [name, value] : response.headers) out.set(name, value);
  if (response.session) {
    const bool none = response.session->reveal().empty();
    out.insert(
        http::field::set_cookie,
        set_cookie(cookie_names(question.secure).session, *response.session,
                   none ? std::chrono::seconds(0) : std::chrono::hours(24 * 7), question.secure));
    // What stays when the session goes: by it a ban is known again.
    if (question.request.device.reveal().empty()) {
      out.insert(http::field::set_cookie,
                 set_cookie(cookie_names(question.secure).device,
                            Secret(around.random.token(kTokenLength)), std::chrono::hours(24 * 365),
                            question.secure));
    }
  }
  out.body() = std::move(response.body);
  if (response.status != 204) out.prepare_payload();
  auto writing = write_message(stream, out);
  const bool written = co_await std::move(writing);
  co_return written&& out.keep_alive();
}

/// True: the other side has closed, or talks where nothing is to be said.
asio::awaitable<bool> wait_for_news(Stream& events, beast::tcp_stream& stream) {
  auto either = asio::experimental::make_parallel_group(
                    events.news().async_wait(asio::deferred),
                    stream.socket().async_wait(tcp::socket::wait_read, asio::deferred))
                    .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  const auto [order, woken, closed] = co_await std::move(either);
  co_return order[0] == 1;
}

asio::awaitable<void> Server::State::stream_events(beast::tcp_stream& stream,
                                                   const Incoming& message, Question question,
                                                   std::string link) {
  Request request = question.request;
  request.path = link;
  auto opening = around.streams.open(std::move(request), number_in(view(message["Last-Event-ID"])));
  auto opened = co_await std::move(opening);
  if (!opened) {
    co_await write(stream, message, Response::problem(opened.error()), question);
    co_return;
  }
  const std::shared_ptr<Stream> events = std::move(*opened);
  const std::shared_ptr<void> closing(
      nullptr, [this, self = shared_from_this(), events](void*) { around.streams.closed(events); });

  http::response<http::empty_body> head(http::status::ok, 11);
  head.set(http::field::content_type, "text/event-stream");
  head.set(http::field::cache_control, "no-store");
  add_protection(head, question.secure);
  // For proxies that would collect answers before they pass them on.
  head.set("X-Accel-Buffering", "no");
  head.keep_alive(false);
  http::response_serializer<http::empty_body> serializer(head);
  error_code error;
  stream.expires_after(kWriteTimeout);
  co_await http::async_write_header(stream, serializer, into(error));
  auto quiet_until = asio::steady_timer::clock_type::now() + kHeartbeat;
  while (!error) {
    std::string text = events->take();
    const auto now = asio::steady_timer::clock_type::now();
    if (text.empty()) {
      if (events->is_over()) break;
      if (now < quiet_until) {
        // Woken by what is said, when it is time for a sign of life, or when the page has gone.
        if (events->news().expiry() > quiet_until) events->news().expires_at(quiet_until);
        auto waiting = wait_for_news(*events, stream);
        const bool gone = co_await std::move(waiting);
        if (gone) break;
        continue;
      }
      text = ":\n\n";
    }
    quiet_until = now + kHeartbeat;
    stream.expires_after(kWriteTimeout);
    co_await asio::async_write(stream, asio::buffer(text), into(error));
  }
}

void Server::State::say_status(bool leaving) {
  plane::ApplicationStatus status;
  status.set_instance(instance);
  status.set_address(options.address);
  status.set_port(acceptor.local_endpoint().port());
  status.set_secret(secret);
  status.set_leaving(leaving);
  around.bus.publish(bus::kApplicationStatus, as_bytes(status.SerializeAsString()));
  if (leaving) return;
  timer.expires_after(kStatusInterval);
  timer.async_wait([this, self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled) say_status(false);
  });
}

Server::Server(asio::io_context& loop, ServerOptions options, Surroundings surroundings)
    : state_(std::make_shared<State>(loop, std::move(options), std::move(surroundings))) {}

Server::~Server() = default;

std::expected<void, std::string> Server::listen() {
  State& state = *state_;
  error_code error;
  const auto ip = asio::ip::make_address(state.options.address, error);
  if (error) {
    return std::unexpected(fmt::format("{} is not an IP address", state.options.address));
  }
  const tcp::endpoint endpoint(ip, state.options.port);
  const auto failed = [&](std::string_view what) {
    return std::unexpected(fmt::format("cannot {} {} port {}: {}", what, state.options.address,
                                       state.options.port, error.message()));
  };
  if (state.acceptor.open(endpoint.protocol(), error); error) return failed("use");
  state.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (state.acceptor.bind(endpoint, error); error) return failed("bind");
  if (state.acceptor.listen(asio::socket_base::max_listen_connections, error); error) {
    return failed("listen on");
  }
  asio::co_spawn(state.loop, state.accept(), asio::detached);
  state.say_status(false);
  return {};
}

void Server::shutdown() {
  State& state = *state_;
  state.stopping = true;
  state.timer.cancel();
  state.say_status(true);
  error_code error;
  state.acceptor.close(error);
}

void Server::expose(observability::Exposition& out) const {
  out.gauge("parley_api_connections", "Connections of edges to this process.",
            static_cast<double>(state_->connections));
  out.counter("parley_api_strangers_total", "Requests that did not come from an edge.",
              state_->strangers.value());
}

}  // namespace parley::application::api
