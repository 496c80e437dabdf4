#pragma once

#include <span>

#include "base/address.h"
#include "base/time.h"

namespace parley::bench {

/// Sends one run of `load.h` to these sockets with the least that it takes: for each packet a
/// header of its own and AES-128-GCM with the subscriber's key, for each frame and subscriber one
/// train, 64 trains per system call. Returns the CPU time that the calling thread used.
Duration run_floor(std::span<const SocketAddress> subscribers);

/// Which ciphers it uses.
const char* floor_ciphers();

}  // namespace parley::bench
