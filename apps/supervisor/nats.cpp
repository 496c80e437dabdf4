#include "apps/supervisor/nats.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>

#include "apps/supervisor/find_executable.h"

namespace parley::apps {
namespace {

/// One that nobody uses now. Somebody might before nats-server does; then it says so, and we start
/// again.
std::uint16_t free_port() {
  const runtime::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd.get(), any, length) != 0 || ::getsockname(fd.get(), any, &length) != 0) return 4222;
  return ntohs(address.sin_port);
}

/// NATS' configuration quotes like JSON.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::optional<std::string> find_nats_server() { return find_executable("nats-server"); }

std::expected<LocalNats, std::string> prepare_nats(const std::filesystem::path& folder,
                                                   std::uint16_t port, Random& random) {
  LocalNats nats;
  const auto executable = find_nats_server();
  if (!executable) {
    return std::unexpected(
        "nats-server is not installed; install it (Debian: apt-get install nats-server) "
        "or name a running one in nats.servers");
  }
  nats.executable = *executable;

  ::umask(077);  // What is written from here on, by us and by the server, concerns nobody else.
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    return std::unexpected(fmt::format("cannot make {}: {}", folder.native(), error.message()));
  const auto lock_file = folder / "lock";
  nats.lock = runtime::Fd(::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!nats.lock || ::flock(nats.lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return std::unexpected(
        fmt::format("{} is in use by another `parley up`; give this one a folder of "
                    "its own with --data-dir",
                    folder.native()));
  }

  if (port == 0) port = free_port();
  nats.token = Secret(random.token(32));
  nats.url = fmt::format("nats://127.0.0.1:{}", port);
  nats.config_file = folder / "nats.conf";
  std::ofstream out(nats.config_file, std::ios::trunc);
  out << "# Written by `parley up` at each start.\n"
      << fmt::format("listen: \"127.0.0.1:{}\"\n", port) << "max_payload: 4MB\n"
      << fmt::format("authorization {{ token: {} }}\n", in_quotes(nats.token.reveal()))
      << fmt::format("jetstream {{ store_dir: {} }}\n", in_quotes(folder.native()));
  out.close();
  if (!out) return std::unexpected(fmt::format("cannot write {}", nats.config_file.native()));
  return nats;
}

}  // namespace parley::apps
