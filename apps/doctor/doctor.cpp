#include "apps/doctor/doctor.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>

#include "apps/signal/signal.h"
#include "apps/supervisor/nats.h"
#include "apps/supervisor/turn.h"
#include "apps/wiring/wiring.h"
#include "base/address.h"
#include "protocols/dtls/certificate.h"
#include "runtime/clock.h"
#include "runtime/interfaces.h"
#include "runtime/processors.h"
#include "runtime/tcp.h"
#include "runtime/udp.h"

namespace parley::apps {
namespace {

Finding ok(std::string what) { return {Verdict::ok, std::move(what), {}}; }
Finding warn(std::string what, std::string advice) {
  return {Verdict::warn, std::move(what), std::move(advice)};
}
Finding fail(std::string what, std::string advice) {
  return {Verdict::fail, std::move(what), std::move(advice)};
}

std::optional<long> read_number(const char* path) {
  std::ifstream in(path);
  long number = 0;
  if (!(in >> number)) return std::nullopt;
  return number;
}

Finding tcp_port(const IpAddress& address, std::uint16_t port, std::string_view purpose,
                 std::string_view key) {
  const auto listener = runtime::TcpListener::open({address, port});
  if (listener) return ok(fmt::format("TCP port {} ({}) is free", port, purpose));
  return fail(
      fmt::format("TCP port {} ({}): {}", port, purpose, listener.error().to_string()),
      fmt::format(
          "is Parley running already? Stop what uses it (ss -ltnp 'sport = :{}'), or set {}", port,
          key));
}

/// The media ports, and what the kernel does for them.
void media_ports(const Config& config, std::vector<Finding>& out) {
  const IpAddress any = IpAddress::v4(0, 0, 0, 0);
  const unsigned shards = config.rtc.shards > 0 ? config.rtc.shards : runtime::usable_processors();
  std::vector<runtime::UdpSocket> sockets;
  for (unsigned i = 0; i < shards; ++i) {
    if (config.rtc.tcp_port != 0) {
      out.push_back(tcp_port(any, static_cast<std::uint16_t>(config.rtc.tcp_port + i),
                             "media over TCP", "rtc.tcp_port"));
    }
    const auto port = static_cast<std::uint16_t>(config.rtc.udp_port + i);
    auto socket = runtime::UdpSocket::open({.bind = {any, port}});
    if (!socket) {
      out.push_back(
          fail(fmt::format("UDP port {} (media): {}", port, socket.error().to_string()),
               fmt::format("is Parley running already? Stop what uses it (ss -lunp 'sport = :{}'), "
                           "or set rtc.udp_port",
                           port)));
      continue;
    }
    sockets.push_back(std::move(*socket));
  }
  if (sockets.empty()) return;
  if (sockets.size() == shards) {
    out.push_back(ok(fmt::format("UDP ports {}-{} (media, one per core) are free",
                                 config.rtc.udp_port, config.rtc.udp_port + shards - 1)));
  }
  const runtime::UdpSocket& socket = sockets.front();
  out.push_back(socket.gso() ? ok("UDP_SEGMENT (GSO): packets leave in trains")
                             : warn("UDP_SEGMENT (GSO) is missing: each packet costs a system call",
                                    "use Linux 4.18 or later; in a container, check its runtime"));
  out.push_back(socket.gro()
                    ? ok("UDP_GRO: packets arrive in trains")
                    : warn("UDP_GRO is missing: receiving costs more", "use Linux 5.0 or later"));

  constexpr long kWanted = 4 * 1024 * 1024;
  for (const char* name : {"rmem_max", "wmem_max"}) {
    const auto size = read_number(fmt::format("/proc/sys/net/core/{}", name).c_str());
    if (!size) {
      out.push_back(warn(fmt::format("net.core.{} cannot be read", name), "check it on the host"));
    } else if (*size < kWanted) {
      out.push_back(warn(
          fmt::format("net.core.{} is {} KiB: bursts can be lost under load", name, *size / 1024),
          fmt::format("sysctl -w net.core.{}={} (and in /etc/sysctl.d to keep it)", name,
                      kWanted)));
    } else {
      out.push_back(ok(fmt::format("net.core.{} is {} KiB", name, *size / 1024)));
    }
  }
}

Finding nats(const Config& config) {
  if (!config.nats.servers.empty()) {
    return ok(fmt::format("NATS: {} configured server(s) are used", config.nats.servers.size()));
  }
  const auto path = find_nats_server();
  if (!path) {
    return fail("nats-server is not installed",
                "apt-get install nats-server, or name running servers in nats.servers");
  }
  return ok(fmt::format("nats-server is {}", *path));
}

Finding relay(const Config& config) {
  if (!find_turn_server()) {
    return warn("turn.enabled, but coturn is not installed: nobody is offered a relay",
                "apt-get install coturn");
  }
  const IpAddress any = IpAddress::v4(0, 0, 0, 0);
  for (const std::uint16_t port : {config.turn.udp_port, config.turn.tls_port}) {
    if (port == 0) continue;
    if (Finding found = tcp_port(any, port, "relay", "turn.udp_port or turn.tls_port");
        found.verdict != Verdict::ok) {
      return found;
    }
  }
  return ok(fmt::format("the relay (coturn) can use its ports, {} and {}", config.turn.udp_port,
                        config.turn.tls_port));
}

Finding certificate() {
  const WallTime now = runtime::clock_offset().wall(runtime::monotonic_now());
  const auto made = dtls::Certificate::generate(now);
  if (made.fingerprint().size() != 32)
    return fail("no DTLS certificate can be made", "check the OpenSSL installation");
  return ok("a DTLS certificate can be made (ECDSA P-256, anew at each start)");
}

Finding external_address(const Config& config) {
  if (!config.rtc.node_ip.empty()) {
    return ok(fmt::format("clients are told rtc.node_ip, {}", config.rtc.node_ip));
  }
  std::vector<std::string> reachable;
  std::vector<std::string> local;
  for (const auto& [interface, address] : runtime::interface_addresses()) {
    if (address.is_loopback() || address.is_link_local()) continue;
    (address.is_private() ? local : reachable).push_back(address.to_string());
  }
  if (!reachable.empty()) return ok(fmt::format("clients are told {}", fmt::join(reachable, ", ")));
  if (!local.empty()) {
    return warn(fmt::format("this machine has private addresses only ({})", fmt::join(local, ", ")),
                "fine within one network; for clients on the internet set rtc.node_ip to the "
                "public address "
                "and forward the media ports");
  }
  return config.rtc.enable_loopback_candidate
             ? warn("this machine has loopback addresses only", "fine for trying things out on it")
             : fail("this machine has no address that clients could reach", "set rtc.node_ip");
}

Finding clock_sanity() {
  timex state{};
  const int status = ::adjtimex(&state);
  const auto year = std::chrono::year_month_day(
                        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()))
                        .year();
  if (year < std::chrono::year(2025)) {
    return fail(fmt::format("the clock says it is {}", static_cast<int>(year)),
                "set it: tokens are refused otherwise, and certificates look expired");
  }
  if (status == TIME_ERROR || (state.status & STA_UNSYNC) != 0) {
    return warn(
        "the clock is not synchronised (NTP): tokens fail when it is off by more than a minute",
        "timedatectl set-ntp true; in a container, check the host");
  }
  return ok("the clock is synchronised");
}

Finding descriptors(const Config& config) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t wanted = config.limit.max_connections + 512;
  if (limit.rlim_cur >= wanted) return ok(fmt::format("{} open files are allowed", limit.rlim_cur));
  return warn(fmt::format("{} open files are allowed: fewer than limit.max_connections needs",
                          limit.rlim_cur),
              fmt::format("ulimit -n {}, or LimitNOFILE= in the service unit", wanted));
}

Finding web_app(const Config& config, const std::filesystem::path& executable) {
  const auto folder = find_web_folder(config, executable);
  if (folder.empty())
    return warn("the web app is not built", "make build, or set web.dir; SDKs work without it");
  if (!std::filesystem::exists(folder / "index.html")) {
    return fail(fmt::format("{} holds no index.html", folder.native()),
                "set web.dir to the built web app");
  }
  return ok(fmt::format("the web app is in {}", folder.native()));
}

}  // namespace

std::vector<Finding> examine(const Config& config, const std::filesystem::path& executable) {
  std::vector<Finding> out;
  out.push_back(tcp_port(internal_address(config), config.port, "HTTP and WebSockets", "port"));
  media_ports(config, out);
  out.push_back(nats(config));
  if (config.turn.enabled) out.push_back(relay(config));
  out.push_back(certificate());
  out.push_back(external_address(config));
  out.push_back(clock_sanity());
  out.push_back(descriptors(config));
  out.push_back(web_app(config, executable));
  return out;
}

int report(const std::vector<Finding>& findings, bool colour) {
  bool failed = false;
  for (const Finding& finding : findings) {
    const auto [word, code] = finding.verdict == Verdict::ok     ? std::pair{"ok  ", "32"}
                              : finding.verdict == Verdict::warn ? std::pair{"warn", "33"}
                                                                 : std::pair{"fail", "31"};
    failed = failed || finding.verdict == Verdict::fail;
    if (colour) {
      fmt::print("\x1b[{}m{}\x1b[0m  {}\n", code, word, finding.what);
    } else {
      fmt::print("{}  {}\n", word, finding.what);
    }
    if (!finding.advice.empty()) fmt::print("      -> {}\n", finding.advice);
  }
  return failed ? 1 : 0;
}

}  // namespace parley::apps
