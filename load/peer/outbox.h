#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/address.h"
#include "base/assert.h"
#include "base/bytes.h"

namespace parley::load {

/// Whose socket a datagram leaves by: each peer connection has one, since servers tell clients
/// apart by their addresses.
using SocketId = std::uint32_t;

/// What leaves in one turn, in order; its memory is used again.
///
///  owner    a worker, or a test
class Outbox {
 public:
  struct Datagram {
    SocketId socket = 0;
    SocketAddress to;
    std::size_t at = 0;
    std::size_t size = 0;
  };

  /// Room for the next datagram; `end` says how much of it was used.
  MutableBytes begin(std::size_t at_most) {
    bytes_.resize(used_ + at_most);
    return MutableBytes(bytes_).subspan(used_);
  }
  void end(SocketId socket, const SocketAddress& to, std::size_t size) {
    PARLEY_ASSERT(used_ + size <= bytes_.size());
    datagrams_.push_back({socket, to, used_, size});
    used_ += size;
  }

  const std::vector<Datagram>& datagrams() const { return datagrams_; }
  MutableBytes bytes(const Datagram& datagram) {
    return MutableBytes(bytes_).subspan(datagram.at, datagram.size);
  }
  void clear() {
    datagrams_.clear();
    used_ = 0;
  }

 private:
  ByteVector bytes_;
  std::size_t used_ = 0;
  std::vector<Datagram> datagrams_;
};

}  // namespace parley::load
