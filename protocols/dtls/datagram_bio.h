#pragma once

#include <cstddef>
#include <deque>

#include <openssl/ssl.h>

#include "base/bytes.h"
#include "base/time.h"
#include "protocols/dtls/openssl.h"

namespace parley::dtls {

/// The network and the clock as one SSL object sees them: it reads the datagram that we lay before
/// it, writes to a bounded queue that keeps datagrams apart, and its retransmission timer runs in
/// our time.
///
/// OpenSSL arms its timer by the real clock, and looks at it in every read. So that this clock
/// never matters, each timer is armed for an hour; that it was armed or stopped we learn from
/// BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT, and how long we wait is decided here. `expire` then makes
/// OpenSSL believe that the hour is over. See docs/decisions/dtls-time.md.
///
///  owner     an Endpoint; must not move while the SSL object lives
///  bounded   `kMaxQueued` datagrams; what comes on top is lost, as on a network
class DatagramBio {
 public:
  static constexpr std::size_t kMaxQueued = 64;
  /// RFC 6347 section 4.2.4.1 says one second; browsers begin at 50 ms, since a lost packet is a
  /// late join.
  static constexpr Duration kFirstTimeout = 50ms;
  static constexpr Duration kLongestTimeout = 3s;

  DatagramBio() = default;
  DatagramBio(const DatagramBio&) = delete;
  DatagramBio& operator=(const DatagramBio&) = delete;

  /// Makes `ssl` read, write and wait here.
  void attach(SSL* ssl);

  /// What the next read finds. Does not copy; `clear_input` before the bytes go away.
  void set_input(ByteView datagram) { input_ = datagram; }
  void clear_input() { input_ = {}; }
  void set_time(Time now) { now_ = now; }

  /// When the retransmission timer runs out; `kNever` if it is not armed.
  Time deadline() const { return deadline_; }
  /// Retransmits the last flight. False if OpenSSL has given up.
  bool expire(SSL* ssl);

  std::deque<ByteVector>& outbox() { return outbox_; }

 private:
  static const BIO_METHOD* method();
  static int on_read(BIO* bio, char* out, int size);
  static int on_write(BIO* bio, const char* data, int size);
  static long on_ctrl(BIO* bio, int command, long number, void* argument);
  static unsigned on_timer(SSL* ssl, unsigned previous_us);

  ByteView input_;
  std::deque<ByteVector> outbox_;
  Time now_{};
  Time deadline_ = kNever;
  Duration timeout_ = kFirstTimeout;
  timeval* openssl_timeout_ = nullptr;
};

}  // namespace parley::dtls
