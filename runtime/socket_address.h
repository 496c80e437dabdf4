#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/address.h"

/// Between our addresses and the kernel's.
namespace parley::runtime {

/// Enough for either family, and half of what sockaddr_storage takes.
union KernelAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

/// Returns the length to hand to the kernel.
socklen_t to_kernel(const SocketAddress& address, KernelAddress& out);
/// AF_INET or AF_INET6; an IPv4-mapped address comes out as IPv4.
SocketAddress from_kernel(const sockaddr* address);

}  // namespace parley::runtime
