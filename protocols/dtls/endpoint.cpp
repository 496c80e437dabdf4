#include "protocols/dtls/endpoint.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>

#include <openssl/err.h>

#include "base/assert.h"
#include "protocols/dtls/datagram_bio.h"
#include "protocols/dtls/openssl.h"

namespace parley::dtls {
namespace {

/// Ends a handshake that goes nowhere.
constexpr Duration kHandshakeLimit = 30s;
constexpr std::size_t kMaxInbox = 64;
constexpr std::size_t kMaxDatagram = 16 * 1024;
constexpr std::size_t kRecordHeader = 13;  // RFC 6347 section 4.1
/// Header, explicit nonce and tag of the AEAD suites that we allow (RFC 5288); ChaCha20 takes less.
constexpr std::size_t kRecordOverhead = kRecordHeader + 8 + 16;

std::optional<srtp::SessionKeys> export_srtp_keys(SSL* ssl, Role role) {
  const SRTP_PROTECTION_PROFILE* const profile = SSL_get_selected_srtp_profile(ssl);
  if (profile == nullptr) return std::nullopt;
  srtp::SessionKeys keys;
  switch (profile->id) {
    case SRTP_AEAD_AES_128_GCM:
      keys.suite = srtp::Suite::aead_aes_128_gcm;
      break;
    case SRTP_AES128_CM_SHA1_80:
      keys.suite = srtp::Suite::aes_128_cm_sha1_80;
      break;
    default:
      return std::nullopt;
  }

  // RFC 5764 section 4.2: client key, server key, client salt, server salt.
  constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  std::array<std::uint8_t, 2 * (srtp::kMasterKeySize + 14)> material;
  const std::size_t salt_size = srtp::master_salt_size(keys.suite);
  const std::size_t size = 2 * (srtp::kMasterKeySize + salt_size);
  if (SSL_export_keying_material(ssl, material.data(), size, kLabel.data(), kLabel.size(), nullptr,
                                 0, 0) != 1) {
    return std::nullopt;
  }
  ByteReader reader(ByteView(material).first(size));
  srtp::MasterKey client;
  srtp::MasterKey server;
  std::ranges::copy(reader.bytes(client.key.size()), client.key.begin());
  std::ranges::copy(reader.bytes(server.key.size()), server.key.begin());
  std::ranges::copy(reader.bytes(salt_size), client.salt.begin());
  std::ranges::copy(reader.bytes(salt_size), server.salt.begin());
  keys.local = role == Role::client ? client : server;
  keys.remote = role == Role::client ? server : client;
  OPENSSL_cleanse(material.data(), material.size());
  return keys;
}

}  // namespace

struct Endpoint::Impl {
  Impl(const Certificate& c, Role r, std::optional<srtp::Suite> s)
      : certificate(c), role(r), only(s) {}

  class Use;
  void open();
  void handshake();
  void read_application_data();
  void fail() { state = State::failed; }
  bool over() const { return state == State::closed || state == State::failed; }

  Certificate certificate;
  Role role;
  std::optional<srtp::Suite> only;
  State state = State::connecting;
  DatagramBio network;  // Before the SSL object, which uses it to its end.
  Owned<SSL> ssl;       ///< From the first record on: many a connection is prepared and not used.
  Time give_up = kNever;
  std::optional<srtp::SessionKeys> keys;
  std::deque<ByteVector> inbox;
  bool inbox_overflowed = false;
  ByteVector lent_datagram;
  ByteVector lent_data;
};

/// While OpenSSL has work to do. Its buffers for two records of the largest kind, 33 KB, are given
/// back in between: a connection says something on a data channel now and then, and most of what
/// an idle participant would take is these (docs/performance.md). The library makes them anew when
/// it reads; when it writes they must be there.
class Endpoint::Impl::Use {
 public:
  Use(Impl& impl, Time now) : impl_(impl) {
    impl_.network.set_time(now);
    ERR_clear_error();
    if (impl_.ssl == nullptr) impl_.open();
    if (impl_.state == State::connected) SSL_alloc_buffers(impl_.ssl.get());
  }
  ~Use() {
    // It keeps them where half a record is in them.
    if (impl_.state == State::connected) SSL_free_buffers(impl_.ssl.get());
    ERR_clear_error();
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  Impl& impl_;
};

void Endpoint::Impl::open() {
  ssl.reset(SSL_new(certificate.impl().context.get()));
  PARLEY_ASSERT(ssl != nullptr);
  network.attach(ssl.get());
  PARLEY_ASSERT(DTLS_set_link_mtu(ssl.get(), static_cast<long>(kMtu)) == 1);
  if (only) {  // Zero is success here.
    const bool gcm = *only == srtp::Suite::aead_aes_128_gcm;
    PARLEY_ASSERT(SSL_set_tlsext_use_srtp(
                      ssl.get(), gcm ? "SRTP_AEAD_AES_128_GCM" : "SRTP_AES128_CM_SHA1_80") == 0);
  }
  if (role == Role::server) {
    SSL_set_accept_state(ssl.get());
  } else {
    SSL_set_connect_state(ssl.get());
  }
}

void Endpoint::Impl::handshake() {
  const int result = SSL_do_handshake(ssl.get());
  if (result == 1) {
    state = State::connected;
    give_up = kNever;
    keys = export_srtp_keys(ssl.get(), role);
    return;
  }
  if (SSL_get_error(ssl.get(), result) != SSL_ERROR_WANT_READ) fail();
}

void Endpoint::Impl::read_application_data() {
  std::array<std::uint8_t, kMaxDatagram> buffer;
  while (state == State::connected) {
    std::size_t size = 0;
    const int result = SSL_read_ex(ssl.get(), buffer.data(), buffer.size(), &size);
    if (result == 1) {
      if (inbox.size() < kMaxInbox) {
        inbox.emplace_back(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
      } else {
        inbox_overflowed = true;
      }
      continue;
    }
    switch (SSL_get_error(ssl.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return;
      case SSL_ERROR_ZERO_RETURN:
        SSL_shutdown(ssl.get());  // RFC 5246 section 7.2.1: answered by one of our own.
        state = State::closed;
        return;
      default:
        return fail();
    }
  }
}

Endpoint::Endpoint(const Certificate& certificate, Role role, std::optional<srtp::Suite> only)
    : impl_(std::make_unique<Impl>(certificate, role, only)) {}
Endpoint::~Endpoint() = default;
Endpoint::Endpoint(Endpoint&&) noexcept = default;
Endpoint& Endpoint::operator=(Endpoint&&) noexcept = default;

void Endpoint::start(Time now) {
  if (impl_->role == Role::server || impl_->state != State::connecting || impl_->give_up != kNever)
    return;
  const Impl::Use use(*impl_, now);
  impl_->give_up = now + kHandshakeLimit;
  impl_->handshake();
}

std::expected<void, Drop> Endpoint::receive(ByteView datagram, Time now) {
  if (impl_->over()) return std::unexpected(Drop::finished);
  // RFC 7983 section 7
  if (datagram.size() < kRecordHeader || datagram[0] < 20 || datagram[0] > 63)
    return std::unexpected(Drop::not_dtls);
  if (datagram.size() > kMaxDatagram) return std::unexpected(Drop::too_large);

  const Impl::Use use(*impl_, now);
  impl_->network.set_input(datagram);
  impl_->inbox_overflowed = false;
  if (impl_->state == State::connecting) {
    if (impl_->give_up == kNever) impl_->give_up = now + kHandshakeLimit;
    impl_->handshake();
  }
  impl_->read_application_data();
  impl_->network.clear_input();

  if (impl_->state == State::failed) return std::unexpected(Drop::handshake_error);
  if (impl_->inbox_overflowed) return std::unexpected(Drop::inbox_full);
  return {};
}

std::optional<ByteView> Endpoint::poll_datagram() {
  auto& outbox = impl_->network.outbox();
  if (outbox.empty()) return std::nullopt;
  impl_->lent_datagram = std::move(outbox.front());
  outbox.pop_front();
  return impl_->lent_datagram;
}

Time Endpoint::next_deadline() const {
  if (impl_->over()) return kNever;
  return std::min(impl_->network.deadline(), impl_->give_up);
}

void Endpoint::on_deadline(Time now) {
  if (impl_->over()) return;
  if (now >= impl_->give_up) return impl_->fail();
  if (now < impl_->network.deadline()) return;
  const Impl::Use use(*impl_, now);
  if (!impl_->network.expire(impl_->ssl.get())) impl_->fail();
}

Role Endpoint::role() const { return impl_->role; }
State Endpoint::state() const { return impl_->state; }

std::optional<ByteVector> Endpoint::peer_fingerprint(std::string_view algorithm) const {
  if (impl_->state == State::connecting) return std::nullopt;
  const EVP_MD* md = nullptr;
  if (algorithm == "sha-256") md = EVP_sha256();
  if (algorithm == "sha-384") md = EVP_sha384();
  if (algorithm == "sha-512") md = EVP_sha512();
  if (algorithm == "sha-1") md = EVP_sha1();
  const X509* const peer = SSL_get0_peer_certificate(impl_->ssl.get());
  if (md == nullptr || peer == nullptr) return std::nullopt;

  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (X509_digest(peer, md, digest.data(), &size) != 1) return std::nullopt;
  return ByteVector(digest.begin(), digest.begin() + size);
}

const std::optional<srtp::SessionKeys>& Endpoint::srtp_keys() const { return impl_->keys; }

std::expected<void, SendError> Endpoint::send(ByteView data, Time now) {
  if (impl_->state != State::connected) return std::unexpected(SendError::not_connected);
  if (data.size() > max_payload()) return std::unexpected(SendError::too_large);
  if (data.empty()) return {};
  const Impl::Use use(*impl_, now);
  std::size_t written = 0;
  const int result = SSL_write_ex(impl_->ssl.get(), data.data(), data.size(), &written);
  if (result != 1) {
    impl_->fail();
    return std::unexpected(SendError::not_connected);
  }
  return {};
}

std::size_t Endpoint::max_payload() const { return kMtu - kRecordOverhead; }

std::optional<ByteView> Endpoint::poll_data() {
  if (impl_->inbox.empty()) return std::nullopt;
  impl_->lent_data = std::move(impl_->inbox.front());
  impl_->inbox.pop_front();
  return impl_->lent_data;
}

void Endpoint::close(Time now) {
  if (impl_->over()) return;
  if (impl_->state == State::connected) {
    const Impl::Use use(*impl_, now);
    SSL_shutdown(impl_->ssl.get());
  }
  impl_->state = State::closed;
}

}  // namespace parley::dtls
