#pragma once

#include <span>

#include "base/address.h"
#include "base/time.h"
#include "bench/load.h"

namespace parley::bench {

/// Sends one run of `load` to these sockets with the least that it takes: for each packet a header
/// of its own and the cipher with the subscriber's key, for each frame and subscriber one train, 64
/// trains per system call. Returns the CPU time that the calling thread used.
Duration run_floor(const Load& load, const IpAddress& from,
                   std::span<const SocketAddress> subscribers);

}  // namespace parley::bench
