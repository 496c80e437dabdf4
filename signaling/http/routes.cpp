#include "signaling/http/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "signaling/application/proxy.h"
#include "signaling/clock.h"

namespace parley::signaling {
namespace {

constexpr std::string_view kTwirp = "/twirp/";
constexpr std::size_t kMaxApplicationBody = 1536UL * 1024;  // As the application plane takes.

bool is_v1(std::string_view path) { return path.starts_with("/rtc/v1"); }

Reply refused(const Refusal& refusal) { return Reply::text(refusal.status, refusal.text); }

}  // namespace

Routes::Routes(const Options& options, Edge& edge, Forwards& forwards, bus::Bus& bus,
               Metrics& metrics)
    : options_(options),
      edge_(edge),
      metrics_(metrics),
      room_service_(
          bus, edge.placement(), edge.revocations(), options.room_presets,
          [&forwards](const livekit::ForwardParticipantRequest& request) {
            return forwards.begin({request.room(), request.identity(), request.destination_room()});
          }),
      whip_(edge, bus, options.limits, options.room_presets, options.ice_servers),
      files_(options.web_folder) {}

BodyRule Routes::body_rule(const Request& request) const {
  if (is_application_path(request.target.path)) return {kMaxApplicationBody, true};
  // Strangers' bodies are not worth memory: they are refused without a look at them.
  if (request.target.path.starts_with(kTwirp)) {
    return {options_.body_bytes, identify(request).has_value()};
  }
  if (whip::concerns(request.target.path)) {
    return {whip::kMaxBody, identify(request).has_value()};
  }
  return {options_.body_bytes, false};
}

bool Routes::is_socket(const Request& request) const {
  return request.upgrade && (request.target.path == "/rtc" || request.target.path == "/rtc/v1");
}

bool Routes::is_agent_socket(const Request& request) const {
  return request.upgrade && request.target.path == "/agent";
}

std::expected<Token, Refusal> Routes::admit_worker(const Request& request) {
  auto token = authenticate(request);
  if (token && !token->grants.agent()) {
    return std::unexpected(Refusal{401, "the token has no grant for agents (video.agent)"});
  }
  return token;
}

asio::awaitable<Reply> Routes::handle(const Request& request) {
  const std::string& path = request.target.path;
  const bool reads = request.method == "GET" || request.method == "HEAD";

  if (path == "/rtc/validate" || path == "/rtc/v1/validate") co_return co_await validate(request);
  if (path.starts_with(kTwirp)) {
    auto reply = twirp(request);
    co_return co_await std::move(reply);
  }
  if (whip::concerns(path)) {
    auto reply = without_socket(request);
    co_return co_await std::move(reply);
  }
  if (path == "/agent") {
    if (const auto worker = admit_worker(request); !worker) co_return refused(worker.error());
    Reply reply = Reply::text(426, "agent workers connect by WebSocket");
    reply.headers.emplace_back("Upgrade", "websocket");
    co_return reply;
  }
  if (!reads) co_return Reply::text(404, "not found");

  if (path == "/") {
    // The same address serves people and probes; only people ask for a page.
    if (request.accept.find("text/html") != std::string_view::npos) {
      if (auto page = files_.serve_app(request.accepts_gzip, request.if_none_match)) {
        co_return std::move(*page);
      }
    }
    co_return health();
  }
  if (path.starts_with("/m/")) {
    if (auto page = files_.serve_app(request.accepts_gzip, request.if_none_match)) {
      co_return std::move(*page);
    }
  }
  if (auto file = files_.serve({path, request.accepts_gzip, request.if_none_match})) {
    co_return std::move(*file);
  }
  co_return Reply::text(404, "not found");
}

Reply Routes::health() const {
  if (edge_.placement().nodes().empty())
    return Reply::text(406, "Not Ready: no media node is heard");
  return Reply::text(200, "OK");
}

std::expected<Token, TokenError> Routes::identify(const Request& request) const {
  std::string_view jwt = request.query.get("access_token");
  if (!request.authorization.empty()) {
    constexpr std::string_view kBearer = "Bearer ";
    if (!request.authorization.starts_with(kBearer)) {
      return std::unexpected(TokenError::not_bearer);
    }
    jwt = request.authorization.substr(kBearer.size());
  }
  return verify_token(jwt, options_.keys, wall_now());
}

std::expected<Token, Refusal> Routes::authenticate(const Request& request) {
  auto token = identify(request);
  if (token) return std::move(*token);
  metrics_.count_refused(token.error());
  return std::unexpected(Refusal{401, std::string(describe(token.error()))});
}

std::expected<plane::StartSession, Refusal> Routes::admit(const Request& request, bool validate) {
  const auto token = authenticate(request);
  if (!token) return std::unexpected(token.error());
  if (auto allowed = check_join(*token, request.query, options_.limits); !allowed) {
    return std::unexpected(allowed.error());
  }
  auto start = start_session({.v1 = is_v1(request.target.path),
                              .validate = validate,
                              .user_agent = request.user_agent,
                              .client_address = request.client_address},
                             request.query, *token, options_.limits);
  if (!start) return start;
  if (auto set = configure_room(*start, *token, options_.room_presets); !set) {
    return std::unexpected(set.error());
  }
  return start;
}

asio::awaitable<Reply> Routes::validate(const Request& request) {
  const auto start = admit(request, true);
  if (!start) co_return refused(start.error());
  auto checked = edge_.check_revoked(*start);
  if (const auto good = co_await std::move(checked); !good) co_return refused(good.error());
  if (!options_.placement.auto_create) {
    const auto node = co_await edge_.placement().locate(start->room(), false);
    if (!node && node.error() == PlacementError::no_room) {
      co_return Reply::text(404, "requested room does not exist");
    }
  }
  co_return Reply::text(200, "success");
}

// The specification's order: is it a call at all, then who calls, then what.
asio::awaitable<Reply> Routes::twirp(const Request& request) {
  using twirp::Code;
  const std::string_view path = std::string_view(request.target.path).substr(kTwirp.size());
  const std::string_view service = path.substr(0, path.find('/'));
  const auto form = twirp::form_of(request.content_type);
  if (request.method != "POST" || service.size() == path.size()) {
    co_return Reply::twirp({Code::bad_route, "send a POST to /twirp/<Service>/<Method>"});
  }
  if (!form) {
    co_return Reply::twirp(
        {Code::bad_route, "Content-Type must be application/json or application/protobuf"});
  }
  const auto token = authenticate(request);
  if (!token) co_return Reply::twirp({Code::unauthenticated, token.error().text});
  if (!RoomService::offers(service)) {
    co_return Reply::twirp({Code::unimplemented, fmt::format("{} is not available yet", service)});
  }
  auto call =
      room_service_.call(service, path.substr(service.size() + 1), request.body, *form, *token);
  auto answer = co_await std::move(call);
  if (!answer) co_return Reply::twirp(answer.error());
  Reply reply = Reply::json(200, std::move(*answer));
  reply.content_type = twirp::content_type(*form);
  co_return reply;
}

asio::awaitable<Reply> Routes::without_socket(const Request& request) {
  const auto reply_of = [](whip::Answer answer) {
    Reply reply{answer.status, std::move(answer.content_type), nullptr, std::move(answer.headers)};
    reply.body = std::make_shared<const std::string>(std::move(answer.body));
    return reply;
  };
  const whip::Request asked{
      .method = request.method,
      .path = request.target.path,
      .query = request.query,
      .content_type = request.content_type,
      .if_match = request.if_match,
      .user_agent = request.user_agent,
      .client_address = request.client_address,
      .body = request.body,
  };
  if (auto answer = whip::Whip::handle_openly(asked)) co_return reply_of(std::move(*answer));
  const auto token = authenticate(request);
  if (!token) {
    Reply reply = reply_of(whip::refusal(token.error().status, token.error().text));
    reply.headers.emplace_back("WWW-Authenticate", "Bearer");
    co_return reply;
  }
  auto handling = whip_.handle(asked, *token);
  co_return reply_of(co_await std::move(handling));
}

}  // namespace parley::signaling
