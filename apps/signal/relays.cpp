#include "apps/signal/relays.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace parley::apps {
namespace {

constexpr std::uint16_t kHttps = 443;

/// As a URL has it (RFC 3986 section 3.2.2).
std::string in_url(const IpAddress& ip) {
  return ip.v6 ? fmt::format("[{}]", ip.to_string()) : ip.to_string();
}

/// Where the relay beside us is reached; a number where there is one, which needs no name server.
std::optional<std::string> host(const Config& config, const std::vector<IpAddress>& addresses) {
  if (const auto ip = IpAddress::parse(config.rtc.node_ip)) return in_url(*ip);
  if (!config.turn.domain.empty()) return config.turn.domain;
  const auto found = [&](bool v6) {
    return std::ranges::find_if(
        addresses, [v6](const IpAddress& ip) { return ip.v6 == v6 && !ip.is_loopback(); });
  };
  for (const bool v6 : {false, true}) {
    if (const auto at = found(v6); at != addresses.end()) return in_url(*at);
  }
  return std::nullopt;
}

std::string url(std::string_view scheme, std::string_view host, std::uint16_t port,
                std::string_view transport) {
  return fmt::format("{}:{}:{}?transport={}", scheme, host, port, transport);
}

std::vector<std::string> urls(const Config& config, const std::vector<IpAddress>& addresses) {
  const Config::Turn& turn = config.turn;
  std::vector<std::string> out;
  if (const auto at = host(config, addresses); at && turn.udp_port != 0) {
    out.push_back(url("turn", *at, turn.udp_port, "udp"));
    out.push_back(url("turn", *at, turn.udp_port, "tcp"));
  }
  if (turn.tls_port != 0) {
    if (turn.tls_port != kHttps && !turn.external_tls) {
      out.push_back(url("turns", turn.domain, turn.tls_port, "tcp"));
    }
    // LiveKit always says 443, and load balancers were set up for that.
    out.push_back(url("turns", turn.domain, kHttps, "tcp"));
  }
  return out;
}

std::string url(const Config::Rtc::TurnServer& server) {
  using Protocol = Config::Rtc::TurnServer::Protocol;
  return url(server.protocol == Protocol::tls ? "turns" : "turn", server.host, server.port,
             server.protocol == Protocol::udp ? "udp" : "tcp");
}

}  // namespace

signaling::IceServers relays(const Config& config, const std::vector<IpAddress>& addresses) {
  std::vector<signaling::TurnServer> out;
  // Without a secret nobody runs one: `parley up` would have told.
  if (config.turn.enabled && !config.turn.secret.empty()) {
    out.push_back({.urls = urls(config, addresses),
                   .username = {},
                   .credential = {},
                   .secret = config.turn.secret,
                   .ttl = config.turn.ttl});
  }
  for (const Config::Rtc::TurnServer& server : config.rtc.turn_servers) {
    out.push_back({.urls = {url(server)},
                   .username = server.username,
                   .credential = server.credential,
                   .secret = server.secret,
                   .ttl = server.ttl});
  }
  return signaling::IceServers(std::move(out));
}

}  // namespace parley::apps
