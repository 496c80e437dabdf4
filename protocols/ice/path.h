#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/address.h"

namespace parley::ice {

/// One way between a peer and us: which socket of ours, which address of theirs. What other
/// protocols call a five-tuple; the unit that is checked, nominated and sent on.
struct Path {
  Protocol protocol = Protocol::udp;
  std::uint8_t local = 0;  ///< Index of our socket (or listening address), chosen by its owner.
  std::uint32_t connection = 0;  ///< TCP: id of the accepted connection, never reused soon. UDP: 0.
  SocketAddress remote;

  friend bool operator==(const Path&, const Path&) = default;
};

}  // namespace parley::ice

template <>
struct std::hash<parley::ice::Path> {
  std::size_t operator()(const parley::ice::Path& path) const noexcept {
    const std::size_t local = path.connection * 0x9e3779b97f4a7c15 + path.local * 2u +
                              (path.protocol == parley::Protocol::tcp ? 1u : 0u);
    return std::hash<parley::SocketAddress>{}(path.remote) ^ local;
  }
};
