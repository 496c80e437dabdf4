#include "runtime/interfaces.h"

#include <ifaddrs.h>
#include <net/if.h>

#include <memory>

#include "runtime/socket_address.h"

namespace parley::runtime {

std::vector<InterfaceAddress> interface_addresses() {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owned(first, freeifaddrs);

  std::vector<InterfaceAddress> found;
  for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || (at->ifa_flags & IFF_UP) == 0) continue;
    const int family = at->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    found.push_back({at->ifa_name, from_kernel(at->ifa_addr).ip});
  }
  return found;
}

}  // namespace parley::runtime
