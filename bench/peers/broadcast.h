#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>

#include "bench/load.h"
#include "bench/peers/guests.h"
#include "load/peer/peer_connection.h"

namespace parley::bench {

/// How a server takes a stream that somebody else encodes: VP8 in plain RTP, to this port of the
/// loopback interface.
struct PlainRtp {
  std::uint16_t port = 0;
  std::uint8_t payload_type = 96;
  std::uint32_t ssrc = 0x1000;
  std::size_t extensions = 0;  ///< Bytes that the server adds to each packet for its viewers.
};

/// Publishes to such a server, after all viewers are connected. `watch` gives one the server's
/// offer and the server its answer. An error is a sentence.
std::expected<void, std::string> broadcast(
    Guests& guests, const Load& load, const PlainRtp& to,
    const std::function<std::expected<void, std::string>(load::PeerConnection&)>& watch);

}  // namespace parley::bench
