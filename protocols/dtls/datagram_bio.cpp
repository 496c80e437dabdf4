#include "protocols/dtls/datagram_bio.h"

#include <sys/time.h>

#include <algorithm>
#include <cstring>

#include <openssl/crypto.h>

#include "base/assert.h"

namespace parley::dtls {
namespace {

/// OpenSSL 3.0 shows us the timer itself (endpoint_test would tell otherwise). Later versions keep
/// time in another form; what they show must not be written to.
bool timer_is_shown() { return OPENSSL_version_major() == 3 && OPENSSL_version_minor() == 0; }

constexpr unsigned kHourUs = 3'600'000'000;
constexpr Duration kLookAgain = 10ms;

DatagramBio& self_of(BIO* bio) { return *static_cast<DatagramBio*>(BIO_get_data(bio)); }

}  // namespace

const BIO_METHOD* DatagramBio::method() {
  static const Owned<BIO_METHOD> method = [] {
    Owned<BIO_METHOD> m(
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "parley datagrams"));
    PARLEY_ASSERT(m != nullptr);
    BIO_meth_set_read(m.get(), on_read);
    BIO_meth_set_write(m.get(), on_write);
    BIO_meth_set_ctrl(m.get(), on_ctrl);
    return m;
  }();
  return method.get();
}

void DatagramBio::attach(SSL* ssl) {
  BIO* const bio = BIO_new(method());
  PARLEY_ASSERT(bio != nullptr);
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_app_data(ssl, this);
  DTLS_set_timer_cb(ssl, on_timer);
}

int DatagramBio::on_read(BIO* bio, char* out, int size) {
  DatagramBio& self = self_of(bio);
  BIO_clear_retry_flags(bio);
  if (self.input_.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  // Like a socket: one read takes one datagram, and what has no room is gone.
  const std::size_t n = std::min(self.input_.size(), static_cast<std::size_t>(size));
  std::memcpy(out, self.input_.data(), n);
  self.input_ = {};
  return static_cast<int>(n);
}

int DatagramBio::on_write(BIO* bio, const char* data, int size) {
  DatagramBio& self = self_of(bio);
  BIO_clear_retry_flags(bio);
  if (self.outbox_.size() < kMaxQueued) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(data);
    self.outbox_.emplace_back(bytes, bytes + size);
  }
  return size;
}

long DatagramBio::on_ctrl(BIO* bio, int command, long, void* argument) {
  DatagramBio& self = self_of(bio);
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT: {
      auto* const timeout = static_cast<timeval*>(argument);
      self.openssl_timeout_ = timeout;
      const bool armed = timeout->tv_sec != 0 || timeout->tv_usec != 0;
      self.deadline_ = armed ? self.now_ + self.timeout_ : kNever;
      return 1;
    }
    // Nothing is taken off for IP and UDP: Endpoint::kMtu counts without them.
    default:
      return 0;
  }
}

/// Asked when the timer is armed for a new flight (`previous_us` is 0) and when it ran out.
unsigned DatagramBio::on_timer(SSL* ssl, unsigned previous_us) {
  auto& self = *static_cast<DatagramBio*>(SSL_get_app_data(ssl));
  self.timeout_ =
      previous_us == 0 ? kFirstTimeout : std::min<Duration>(2 * self.timeout_, kLongestTimeout);
  if (timer_is_shown()) return kHourUs;
  return static_cast<unsigned>(
      std::chrono::duration_cast<std::chrono::microseconds>(self.timeout_).count());
}

bool DatagramBio::expire(SSL* ssl) {
  if (timer_is_shown() && openssl_timeout_ != nullptr)
    *openssl_timeout_ = {.tv_sec = 1, .tv_usec = 0};
  const long result = DTLSv1_handle_timeout(ssl);
  // OpenSSL's clock may say that it is a little early, if it could not be told.
  if (result == 0) deadline_ = now_ + kLookAgain;
  return result >= 0;
}

}  // namespace parley::dtls
