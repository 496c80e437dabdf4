#include "signaling/whip/whip.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bus/subjects.h"
#include "protocols/sdp/fragment.h"
#include "protocols/sdp/sdp.h"
#include "signaling/clock.h"
#include "signaling/placement/await_bus.h"
#include "signaling/whip/layers.h"
#include "signaling/whip/links.h"

namespace parley::signaling::whip {
namespace {

constexpr Duration kNodeTimeout = 4s;
constexpr std::string_view kLayerExtension = "urn:ietf:params:whep:ext:core:layer";

/// Without parameters ("; charset=…"), whatever the case (RFC 9110 section 8.3.1).
bool is_type(std::string_view header, std::string_view type) {
  std::string_view essence = header.substr(0, header.find(';'));
  while (essence.ends_with(' ')) essence.remove_suffix(1);
  return sdp::same_word(essence, type);
}

std::string_view allowed_at(const Address& at) {
  if (at.layer) return "OPTIONS, GET, HEAD, POST, PATCH";
  return at.session.empty() ? "OPTIONS, GET, HEAD, POST" : "OPTIONS, GET, HEAD, PATCH, DELETE";
}

bool is_allowed(std::string_view method, const Address& at) {
  if (method == "POST") return at.session.empty() || at.layer;
  if (method == "PATCH") return !at.session.empty();
  if (method == "DELETE") return !at.session.empty() && !at.layer;
  return method == "OPTIONS" || method == "GET" || method == "HEAD";
}

/// What the session's URL takes, said wherever it is learned (RFC 5789 section 3.1).
void announce_patch(Answer& answer) {
  answer.headers.emplace_back("Accept-Patch", std::string(kFragmentType));
}

std::string etag(std::string_view ufrag) { return fmt::format("\"{}\"", ufrag); }

std::unexpected<Refusal> refuse(unsigned status, std::string text) {
  return std::unexpected(Refusal{status, std::move(text)});
}

/// The body of a PATCH, as the session is asked it; or why not.
std::expected<plane::ResourceCall, Refusal> read_ice(const Request& request) {
  // RFC 9725 section 4.3: a malformed fragment or another type is a client's error.
  if (!is_type(request.content_type, kFragmentType)) {
    return refuse(415, fmt::format("Content-Type must be {}", kFragmentType));
  }
  // RFC 6585 section 3: the client must say which ICE session it means.
  if (request.if_match.empty()) {
    return refuse(428, "If-Match must name the ICE session, or be * for an ICE restart");
  }
  const auto fragment = sdp::parse_fragment(request.body);
  if (!fragment) {
    return refuse(400, fmt::format("SDP fragment, line {}: {}", fragment.error().line,
                                   sdp::to_string(fragment.error().reason)));
  }
  plane::ResourceCall call;
  call.mutable_ice()->set_if_match(std::string(request.if_match));
  call.mutable_ice()->set_ufrag(fragment->ice.ufrag);
  call.mutable_ice()->set_password(fragment->ice.password);
  return call;
}

std::expected<plane::ResourceCall, Refusal> read_layer(const Request& request) {
  plane::ResourceCall call;
  if (request.method == "GET" || request.method == "HEAD") {
    call.mutable_list_layers();
    return call;
  }
  if (!is_type(request.content_type, "application/json")) {
    return refuse(415, "Content-Type must be application/json");
  }
  auto choice = read_choice(request.body);
  if (!choice) return refuse(400, choice.error());
  *call.mutable_choose_layer() = std::move(*choice);
  return call;
}

std::expected<plane::ResourceCall, Refusal> read_call(const Request& request, const Address& at) {
  if (at.layer) return read_layer(request);
  if (request.method == "PATCH") return read_ice(request);
  plane::ResourceCall call;
  call.mutable_end();
  return call;
}

/// Statuses as they come from the node, with what the client needs to go on.
Answer answer_of(const plane::ResourceResult& result) {
  if (!result.error().empty() || result.http_status() < 200 || result.http_status() >= 600) {
    return refusal(result.http_status() >= 400 ? result.http_status() : 500, result.error());
  }
  Answer answer;
  answer.status = result.http_status();
  if (!result.fragment().empty()) {
    answer.headers.emplace_back("ETag", etag(result.etag()));
    answer.content_type = kFragmentType;
    answer.body = result.fragment();
  }
  return answer;
}

}  // namespace

Answer refusal(unsigned status, std::string_view error) {
  const nlohmann::json json = {{"error", error}};
  return {status,
          "application/json",
          json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
          {}};
}

std::optional<Answer> Whip::handle_openly(const Request& request) {
  const auto at = address_of(request.path);
  if (!at) return refusal(404, "no such endpoint");
  if (!is_allowed(request.method, *at)) {
    Answer answer = refusal(405, fmt::format("{} is not for this address", request.method));
    answer.headers.emplace_back("Allow", std::string(allowed_at(*at)));
    return answer;
  }
  if (request.method == "OPTIONS") {
    Answer answer;
    answer.headers.emplace_back("Allow", std::string(allowed_at(*at)));
    // RFC 9725 section 4.2.
    if (at->session.empty()) answer.headers.emplace_back("Accept-Post", std::string(kSdpType));
    if (!at->session.empty() && !at->layer) announce_patch(answer);
    return answer;
  }
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (reads && !at->layer) return Answer{204, {}, {}, {}};
  return std::nullopt;
}

asio::awaitable<Answer> Whip::handle(const Request& request, const Token& token) {
  const auto at = address_of(request.path);
  if (!at) co_return refusal(404, "no such endpoint");
  if (at->session.empty()) {
    auto beginning = begin(request, *at, token);
    co_return co_await std::move(beginning);
  }
  auto call = read_call(request, *at);
  if (!call) co_return refusal(call.error().status, call.error().text);
  const bool lists = call->has_list_layers();
  call->set_participant_sid(at->session);
  call->set_whep(at->whep);
  auto asked = ask(std::move(*call), token);
  Answer answer = co_await std::move(asked);
  if (lists && answer.status == 200) answer.content_type = "application/json";
  co_return answer;
}

std::expected<plane::StartSession, Refusal> Whip::describe(const Request& request,
                                                           const Address& at,
                                                           const Token& token) const {
  if (auto allowed = check_join(token, request.query, limits_); !allowed) {
    return std::unexpected(allowed.error());
  }
  if (!at.whep && !token.grants.can_publish()) {
    return refuse(403, "the token does not allow to publish (video.canPublish)");
  }
  if (at.whep && !token.grants.can_subscribe()) {
    return refuse(403, "the token does not allow to subscribe (video.canSubscribe)");
  }
  if (!is_type(request.content_type, kSdpType)) {
    return refuse(415, fmt::format("Content-Type must be {}", kSdpType));
  }
  if (const auto offer = sdp::parse(request.body); !offer) {
    return refuse(400, fmt::format("SDP offer, line {}: {}", offer.error().line,
                                   sdp::to_string(offer.error().reason)));
  }
  // The query is ours: LiveKit's parameters mean nothing here.
  auto start =
      start_session({.user_agent = request.user_agent, .client_address = request.client_address},
                    Query(), token, limits_);
  if (!start) return std::unexpected(start.error());
  if (auto set = configure_room(*start, token, presets_); !set) {
    return std::unexpected(set.error());
  }
  start->set_single_peer_connection(true);
  start->mutable_settings()->set_auto_subscribe(false);
  start->mutable_publisher_offer()->set_type("offer");
  start->mutable_publisher_offer()->set_sdp(std::string(request.body));
  if (at.whep) {
    plane::StartSession::Whep& wish = *start->mutable_whep();
    wish.set_identity(std::string(request.query.get("participant")));
    wish.set_audio(std::string(request.query.get("audio")));
    wish.set_video(std::string(request.query.get("video")));
  } else {
    start->mutable_whip();
  }
  return start;
}

asio::awaitable<Answer> Whip::begin(const Request& request, const Address& at, const Token& token) {
  auto start = describe(request, at, token);
  if (!start) co_return refusal(start.error().status, start.error().text);
  auto starting = edge_.start(std::move(*start));
  auto started = co_await std::move(starting);
  if (!started) {
    co_return refusal(started.error().refusal.status, started.error().refusal.text);
  }
  const auto description = sdp::parse(started->session.answer());
  if (!description || description->media.empty() || !description->media.front().ice) {
    co_return refusal(500, "the media node's answer could not be read");
  }
  Address session = at;
  session.session = started->session.participant_sid();
  Answer answer;
  answer.status = 201;
  answer.content_type = kSdpType;
  answer.body = started->session.answer();
  answer.headers.emplace_back("Location", session.path());
  answer.headers.emplace_back("ETag", etag(description->media.front().ice->ufrag));
  announce_patch(answer);
  for (std::string& link : ice_server_links(ice_servers_.mint(session.session, wall_now()))) {
    answer.headers.emplace_back("Link", std::move(link));
  }
  if (at.whep) {
    session.layer = true;
    answer.headers.emplace_back("Link",
                                fmt::format("<{}>; rel=\"{}\"", session.path(), kLayerExtension));
  }
  co_return answer;
}

asio::awaitable<Answer> Whip::ask(plane::ResourceCall call, const Token& token) {
  call.set_room(token.room);
  call.set_identity(token.identity);
  const bool lists = call.has_list_layers();
  plane::StartSession holder;
  holder.set_room(token.room);
  holder.set_identity(token.identity);
  holder.set_token_issued_at(token.issued_at);
  auto checking = edge_.check_revoked(holder);
  const auto good = co_await std::move(checking);
  if (!good) co_return refusal(good.error().status, good.error().text);
  const auto node = co_await edge_.placement().locate(token.room, false);
  if (!node) {
    const bool unknown = node.error() == PlacementError::no_room;
    co_return refusal(unknown ? 404 : 503,
                      unknown ? "no such session" : "no media node is available");
  }
  const std::string bytes = call.SerializeAsString();
  ByteVector payload(bytes.begin(), bytes.end());
  const auto reply =
      co_await async_request(bus_, bus::node_resource(node->id), std::move(payload), kNodeTimeout);
  if (!reply) {
    co_return refusal(
        503, fmt::format("the media node did not answer ({})", bus::to_string(reply.error())));
  }
  plane::ResourceResult result;
  if (!result.ParseFromArray(reply->data(), static_cast<int>(reply->size()))) {
    co_return refusal(500, "the media node's answer could not be read");
  }
  Answer answer = answer_of(result);
  if (lists && answer.status == 200) answer.body = print_layers(result);
  co_return answer;
}

}  // namespace parley::signaling::whip
