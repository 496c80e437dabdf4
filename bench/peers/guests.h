#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/address.h"
#include "base/bytes.h"
#include "base/time.h"
#include "bench/load.h"
#include "load/measure/counts.h"
#include "load/peer/outbox.h"
#include "load/peer/transport.h"
#include "protocols/dtls/endpoint.h"
#include "protocols/srtp/srtp.h"
#include "runtime/loop.h"
#include "runtime/random.h"
#include "runtime/udp.h"

namespace parley::bench {

/// Who talks to a server over a socket of its own. What it says goes into the outbox.
class Guest {
 public:
  virtual ~Guest() = default;
  virtual void receive(const SocketAddress& from, MutableBytes datagram, Time now) = 0;
  virtual void advance(Time now) = 0;
  virtual Time next_event() const = 0;
};

/// Everybody who publishes to one server and watches: the same for all servers. What viewers get is
/// decrypted, checked for whole frames and answered with the RTCP that the server has asked for.
///
///  thread   the caller's, while it is in `run_until` or `run_for`
class Guests {
 public:
  explicit Guests(const Load& load);

  /// `make` is told the number of the guest's socket.
  void add(const std::function<std::unique_ptr<Guest>(load::SocketId)>& make);

  /// False if it takes longer than `limit`.
  bool run_until(const std::function<bool()>& done, Duration limit);
  void run_for(Duration time);

  runtime::Loop& loop() { return loop_; }
  const load::Shared& shared() const { return shared_; }
  /// Of all viewers. Its delays may be begun anew.
  load::Counts& counts() { return counts_; }

 private:
  struct Seat {
    std::unique_ptr<Guest> guest;
    runtime::UdpSocket socket;
    bool readable = false;
  };

  Time turn(Time now);
  void flush();

  runtime::Loop loop_;
  runtime::SystemRandom random_;
  dtls::Certificate certificate_;
  srtp::Engine srtp_;
  load::Outbox outbox_;
  load::Shared shared_;
  load::Counts counts_;
  std::shared_ptr<std::uint8_t[]> slots_ = runtime::UdpSocket::make_slots();
  std::vector<std::unique_ptr<Seat>> seats_;  ///< By the number of the socket.
};

}  // namespace parley::bench
