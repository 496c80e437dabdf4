#pragma once

#include <functional>
#include <string_view>

#include "protocols/srtp/srtp.h"

namespace parley::media {

/// What makes a shard fast where the machine can. Each has a slower twin that does the same.
struct Offloads {
  bool gso = true;  ///< Trains leave in one piece (UDP_SEGMENT).
  bool gro = true;  ///< Runs of datagrams arrive in one piece (UDP_GRO).
  srtp::Backend srtp = srtp::Backend::automatic;
};

/// Switches off what the environment says: PARLEY_GSO=off, PARLEY_GRO=off, PARLEY_IPSEC_MB=off. For
/// tests, and for the day on which a kernel or a CPU turns out to be wrong.
Offloads offloads_from_environment(Offloads offloads,
                                   const std::function<const char*(const char*)>& variable);
Offloads offloads_from_environment(Offloads offloads = {});

}  // namespace parley::media
