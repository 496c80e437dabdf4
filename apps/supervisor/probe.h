#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/address.h"
#include "base/time.h"
#include "runtime/loop.h"
#include "runtime/tcp.h"

namespace parley::apps {

/// Asks an HTTP port for `/` again and again until it answers 200.
///
///  owner    `parley up`
///  thread   the loop's
class Probe {
 public:
  Probe(runtime::Loop& loop, const SocketAddress& address) : loop_(loop), address_(address) {}
  ~Probe() { hang_up(); }
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  bool healthy() const { return healthy_; }
  /// Returns the next deadline.
  Time turn(Time now);

 private:
  void on_ready(runtime::Loop::Ready ready);
  void hang_up();

  runtime::Loop& loop_;
  SocketAddress address_;
  std::optional<runtime::TcpConnection> connection_;
  std::string answer_;
  Time next_{};
  bool healthy_ = false;
};

}  // namespace parley::apps
