#include "apps/supervisor/turn.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <system_error>

#include "apps/supervisor/find_executable.h"
#include "runtime/interfaces.h"

namespace parley::apps {
namespace {

/// A machine with an address like this knows by itself where its packets leave.
bool is_ours(const IpAddress& ip) {
  const auto all = runtime::interface_addresses();
  return std::ranges::any_of(all, [&](const auto& found) { return found.address == ip; });
}

}  // namespace

std::optional<std::string> find_turn_server() { return find_executable("turnserver"); }

std::string turn_server_config(const Config& config, const std::vector<IpAddress>& peers,
                               const Secret& secret, const std::filesystem::path& folder) {
  const Config::Turn& turn = config.turn;
  std::string out = "# Written by `parley up` at each start.\n";
  const auto line = [&out](std::string_view text) { out.append(text).append("\n"); };

  line("use-auth-secret");
  line(fmt::format("static-auth-secret={}", secret.reveal()));
  line(fmt::format("realm={}", turn.domain.empty() ? "parley" : turn.domain));
  line("fingerprint");
  line("stale-nonce=600");
  line(fmt::format("user-quota={}", turn.allocations_per_session));
  line(fmt::format("total-quota={}", turn.relay_range_end - turn.relay_range_start + 1));

  const bool own_tls = turn.tls_port != 0 && !turn.external_tls;
  line(fmt::format("listening-port={}", turn.udp_port != 0 ? turn.udp_port : turn.tls_port));
  if (own_tls) {
    line(fmt::format("tls-listening-port={}", turn.tls_port));
    line(fmt::format("cert={}", turn.cert_file));
    line(fmt::format("pkey={}", turn.key_file));
    line("no-tlsv1");
    line("no-tlsv1_1");
  } else {
    line("no-tls");
    // Whoever stands in front has taken the TLS off already.
    if (turn.tls_port != 0) line(fmt::format("aux-server=0.0.0.0:{}", turn.tls_port));
  }
  line("no-dtls");
  line(fmt::format("min-port={}", turn.relay_range_start));
  line(fmt::format("max-port={}", turn.relay_range_end));
  if (const auto ip = IpAddress::parse(config.rtc.node_ip); ip && !is_ours(*ip)) {
    line(fmt::format("external-ip={}", config.rtc.node_ip));
  }

  // What is allowed counts more than what is denied.
  line("denied-peer-ip=0.0.0.0-255.255.255.255");
  line("denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  for (const IpAddress& peer : peers) {
    if (!peer.is_loopback()) line(fmt::format("allowed-peer-ip={}", peer.to_string()));
  }
  line("no-multicast-peers");
  line("no-tcp-relay");  // RFC 6062: connections to TCP services, which is not what media needs.

  line("no-cli");
  line("no-rfc5780");
  line("no-software-attribute");
  line(fmt::format("userdb={}", (folder / "turndb").native()));
  line(fmt::format("pidfile={}", (folder / "turnserver.pid").native()));
  line("log-file=stdout");
  line("simple-log");
  return out;
}

std::expected<LocalTurn, std::string> prepare_turn(const Config& config,
                                                   const std::vector<IpAddress>& peers,
                                                   const std::filesystem::path& folder,
                                                   Random& random) {
  LocalTurn turn;
  const auto executable = find_turn_server();
  if (!executable) {
    return std::unexpected(
        "turn.enabled, but coturn is not installed (Debian: apt-get install coturn); "
        "clients are offered no relay");
  }
  turn.executable = *executable;
  turn.secret = config.turn.secret.empty() ? Secret(random.token(32)) : config.turn.secret;

  ::umask(077);  // The secret is in there.
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  turn.config_file = folder / "turnserver.conf";
  std::ofstream out(turn.config_file, std::ios::trunc);
  out << turn_server_config(config, peers, turn.secret, folder);
  out.close();
  if (!out) return std::unexpected(fmt::format("cannot write {}", turn.config_file.native()));
  return turn;
}

bool is_turn_line_worth_showing(std::string_view line) {
  return line.find("Cannot bind") != std::string_view::npos ||
         line.find("WARNING: cannot") != std::string_view::npos ||
         line.find("FATAL") != std::string_view::npos;
}

}  // namespace parley::apps
