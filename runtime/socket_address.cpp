#include "runtime/socket_address.h"

#include <cstring>

namespace parley::runtime {

socklen_t to_kernel(const SocketAddress& address, KernelAddress& out) {
  if (address.ip.v6) {
    out.v6 = {};
    out.v6.sin6_family = AF_INET6;
    out.v6.sin6_port = htons(address.port);
    std::memcpy(&out.v6.sin6_addr, address.ip.bytes.data(), 16);
    return sizeof out.v6;
  }
  out.v4 = {};
  out.v4.sin_family = AF_INET;
  out.v4.sin_port = htons(address.port);
  std::memcpy(&out.v4.sin_addr, address.ip.bytes.data(), 4);
  return sizeof out.v4;
}

SocketAddress from_kernel(const sockaddr* address) {
  SocketAddress out;
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, address, sizeof v6);
    out.port = ntohs(v6.sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      std::memcpy(out.ip.bytes.data(), v6.sin6_addr.s6_addr + 12, 4);
    } else {
      std::memcpy(out.ip.bytes.data(), &v6.sin6_addr, 16);
      out.ip.v6 = true;
    }
    return out;
  }
  sockaddr_in v4;
  std::memcpy(&v4, address, sizeof v4);
  out.port = ntohs(v4.sin_port);
  std::memcpy(out.ip.bytes.data(), &v4.sin_addr, 4);
  return out;
}

}  // namespace parley::runtime
