#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bus/bus.h"
#include "resource.pb.h"
#include "signaling/connect/connect.h"
#include "signaling/encoding/query.h"
#include "signaling/session/edge.h"
#include "signaling/token/token.h"
#include "signaling/turn/ice_servers.h"
#include "signaling/whip/address.h"

namespace parley::signaling::whip {

namespace asio = boost::asio;

inline constexpr std::string_view kSdpType = "application/sdp";
inline constexpr std::string_view kFragmentType = "application/trickle-ice-sdpfrag";
/// Of an offer, a fragment or a choice; more is not read.
inline constexpr std::size_t kMaxBody = 512 * 1024;

/// What of a request is looked at. Views live as long as the request.
struct Request {
  std::string_view method;
  std::string_view path;
  const Query& query;
  std::string_view content_type;
  std::string_view if_match;
  std::string_view user_agent;
  std::string_view client_address;
  std::string_view body;
};

struct Answer {
  unsigned status = 200;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// `{"error": …}`, as LiveKit's server says it.
Answer refusal(unsigned status, std::string_view error);

/// Publishers and players that speak HTTP instead of LiveKit's protocol. Keeps no state: a session
/// is the media node's, its URL names it, and the token says whose it is.
///
///  owner    Routes
///  thread   the edge's loop
///  source   RFC 9725; draft-ietf-wish-whep-02; contract section 1.4
class Whip {
 public:
  Whip(Edge& edge, bus::Bus& bus, const ConnectLimits& limits, const RoomPresets& presets,
       const IceServers& ice_servers)
      : edge_(edge), bus_(bus), limits_(limits), presets_(presets), ice_servers_(ice_servers) {}

  /// What needs no token: OPTIONS, probes, and what is wrong whoever asks. nullopt: all else.
  static std::optional<Answer> handle_openly(const Request& request);
  asio::awaitable<Answer> handle(const Request& request, const Token& token);

 private:
  asio::awaitable<Answer> begin(const Request& request, const Address& at, const Token& token);
  asio::awaitable<Answer> ask(plane::ResourceCall call, const Token& token);
  std::expected<plane::StartSession, Refusal> describe(const Request& request, const Address& at,
                                                       const Token& token) const;

  Edge& edge_;
  bus::Bus& bus_;
  const ConnectLimits& limits_;
  const RoomPresets& presets_;
  const IceServers& ice_servers_;
};

}  // namespace parley::signaling::whip
