#include "bench/peers/json_socket.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>

namespace parley::bench {

bool JsonSocket::connect(const std::string& path) {
  const int type = framing_ == Framing::packets ? SOCK_SEQPACKET : SOCK_STREAM;
  socket_ = runtime::Fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const timeval limit{.tv_sec = 5, .tv_usec = 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool JsonSocket::send(const nlohmann::json& message) {
  const std::string text = message.dump() + "\n";
  return ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(text.size());
}

nlohmann::json JsonSocket::receive() {
  std::string text;
  do {
    std::array<char, 64 * 1024> buffer;
    const ssize_t size = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size <= 0) return nullptr;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  } while (framing_ == Framing::lines && !text.ends_with('\n'));
  return nlohmann::json::parse(text, nullptr, false);
}

}  // namespace parley::bench
