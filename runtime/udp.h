#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <utility>

#include "base/address.h"
#include "base/bytes.h"
#include "runtime/fd.h"

namespace parley::runtime {

struct UdpConfig {
  SocketAddress bind;  ///< An IPv6 socket takes IPv6 only. Port 0: any.
  /// Asked for; the kernel gives at most net.core.rmem_max and wmem_max. See buffer sizes below.
  int receive_buffer = 4 * 1024 * 1024;
  int send_buffer = 4 * 1024 * 1024;
  bool gro = true;  ///< Take runs of equal datagrams from one sender in one piece.
  bool gso = true;  ///< Give trains to the kernel in one piece.
  /// Receive slots to share with the other sockets of the loop, where there are thousands
  /// (`UdpSocket::make_slots`); its own otherwise. What `receive` hands out is then good until any
  /// of them receives.
  std::shared_ptr<std::uint8_t[]> slots{};
};

/// One or more datagrams of `segment` bytes (the last may be shorter) to one address.
struct UdpTrain {
  SocketAddress to;
  std::size_t segment = 0;
  ByteView bytes;
};

/// Running totals. Written by the socket's thread only.
struct UdpCounters {
  std::uint64_t receive_calls = 0;
  std::uint64_t datagrams_in = 0;
  std::uint64_t send_calls = 0;
  std::uint64_t datagrams_out = 0;
  std::uint64_t truncated = 0;    ///< Datagrams in that were larger than any of ours can be.
  std::uint64_t full = 0;         ///< Datagrams out that found the send buffer full, and were lost.
  std::uint64_t unsendable = 0;   ///< Datagrams out that the kernel refused (no route, firewall).
  std::uint64_t gso_refused = 0;  ///< Trains that had to be sent datagram by datagram.
};

/// A UDP port of one loop: batches in, trains out, one system call for each (recvmmsg with UDP_GRO,
/// sendmmsg with UDP_SEGMENT). Never blocks.
///
///  thread    the loop's
///  bounded   32 receive slots of 64 KiB; 64 messages per send call
class UdpSocket {
 public:
  static std::expected<UdpSocket, IoError> open(const UdpConfig& config);
  static std::shared_ptr<std::uint8_t[]> make_slots();
  ~UdpSocket();
  UdpSocket(UdpSocket&&) noexcept;
  UdpSocket& operator=(UdpSocket&&) noexcept;

  int fd() const;
  const SocketAddress& address() const;  ///< With the port that we got.

  /// What the kernel gave. Less than asked for: net.core.rmem_max or wmem_max stands in the way.
  int receive_buffer() const;
  int send_buffer() const;
  bool gro() const;  ///< On, and the kernel knows it.
  bool gso() const;  ///< On, and not given up on.

  /// One batch: calls `take(const SocketAddress& from, MutableBytes datagram)` for each datagram,
  /// in order of arrival. The bytes are the taker's until the next call. True if there may be more.
  template <typename Take>
  bool receive(Take&& take) {
    const std::size_t runs = receive_runs();
    for (std::size_t i = 0; i < runs; ++i) {
      const Run run = run_at(i);
      for (MutableBytes rest = run.bytes; !rest.empty();) {
        const std::size_t size = std::min(run.segment, rest.size());
        take(run.from, rest.first(size));
        rest = rest.subspan(size);
      }
    }
    return runs == kBatch;
  }

  /// In order. What the kernel does not take is counted and lost.
  void send(std::span<const UdpTrain> trains);

  const UdpCounters& counters() const;

 private:
  static constexpr std::size_t kBatch = 32;
  struct Run {
    SocketAddress from;
    std::size_t segment;
    MutableBytes bytes;
  };
  struct Impl;

  explicit UdpSocket(std::unique_ptr<Impl> impl);
  std::size_t receive_runs();
  Run run_at(std::size_t i);

  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::runtime
