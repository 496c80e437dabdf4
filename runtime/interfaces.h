#pragma once

#include <string>
#include <vector>

#include "base/address.h"

namespace parley::runtime {

struct InterfaceAddress {
  std::string interface;
  IpAddress address;
};

/// The addresses of all interfaces that are up, loopback and link-local ones included, in the
/// kernel's order. Which of them become candidates is for the caller to say.
std::vector<InterfaceAddress> interface_addresses();

}  // namespace parley::runtime
