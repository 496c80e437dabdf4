#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "signaling/api/room_service.h"
#include "signaling/connect/connect.h"
#include "signaling/forward/forwards.h"
#include "signaling/http/options.h"
#include "signaling/http/reply.h"
#include "signaling/http/static_files.h"
#include "signaling/metrics.h"
#include "signaling/session/edge.h"
#include "signaling/whip/whip.h"

namespace parley::signaling {

/// What of a request the routes look at. The header's views live as long as the request.
struct Request {
  std::string_view method;
  Target target;
  Query query;
  std::string_view accept;
  std::string_view authorization;
  std::string_view content_type;
  std::string_view if_match;
  std::string_view if_none_match;
  std::string_view user_agent;
  bool accepts_gzip = false;
  bool upgrade = false;
  std::string client_address;  ///< For people: what a proxy says, if there is one.
  std::string peer_address;    ///< For limits: who is connected, or what a proxy beside us says.
  std::string body;
};

/// How much of a request's body is read, and whether it is kept.
struct BodyRule {
  std::size_t limit = 0;
  bool keep = false;
};

/// The HTTP surface: which path does what. The server around it reads requests and writes replies.
///
///  thread   the edge's loop
class Routes {
 public:
  Routes(const Options& options, Edge& edge, Forwards& forwards, bus::Bus& bus, Metrics& metrics);

  BodyRule body_rule(const Request& request) const;
  /// Everything that is not an upgrade to a WebSocket.
  asio::awaitable<Reply> handle(const Request& request);

  /// /rtc and /rtc/v1 with an upgrade: who is it, and what is to be started?
  bool is_socket(const Request& request) const;
  /// /agent with an upgrade: an agent worker.
  bool is_agent_socket(const Request& request) const;
  std::expected<Token, Refusal> admit_worker(const Request& request);
  std::expected<plane::StartSession, Refusal> admit(const Request& request, bool validate);

 private:
  Reply health() const;
  asio::awaitable<Reply> twirp(const Request& request);
  asio::awaitable<Reply> without_socket(const Request& request);
  asio::awaitable<Reply> validate(const Request& request);
  std::expected<Token, TokenError> identify(const Request& request) const;
  /// That, and a refusal is counted.
  std::expected<Token, Refusal> authenticate(const Request& request);

  const Options& options_;
  Edge& edge_;
  Metrics& metrics_;
  RoomService room_service_;
  whip::Whip whip_;
  StaticFiles files_;
};

}  // namespace parley::signaling
