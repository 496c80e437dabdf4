#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/address.h"
#include "bench/far_side.h"
#include "bench/load.h"
#include "media/control/commands.h"
#include "media/control/types.h"

namespace parley::bench {

/// One publisher and the subscribers of a shard, on sockets of their own, with real ICE, DTLS and
/// SRTP. What subscribers receive is counted and told of (transport-wide feedback), not decrypted:
/// they stand for other machines.
///
///  thread   one of its own on kClientsCore; all below from main()
class Crowd {
 public:
  /// `server` is the shard's UDP address. Subscribers are on the far side, or else where it is.
  Crowd(media::ShardPort& shard, const SocketAddress& server, const media::Fingerprint& fingerprint,
        const Load& load, FarSide* far_side = nullptr);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  /// Joins everybody and subscribes everybody to the publisher. False if it takes too long.
  bool join();

  enum class Burst : std::uint8_t {
    together,  ///< A frame's packets reach the shard in one piece, as off a network card with GRO.
    one_by_one,  ///< One system call each; the shard may well wake for the first.
  };
  /// Publishes one run of load.h and returns once it has gone out; false after ten seconds.
  bool publish(Burst burst);

  std::vector<SocketAddress> addresses() const;  ///< Of the subscribers.
  std::uint64_t received() const;                ///< RTP packets, all subscribers.

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::bench
