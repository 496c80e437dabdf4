#include "protocols/dtls/certificate.h"

#include <array>
#include <chrono>
#include <utility>

#include <openssl/rand.h>

#include "base/assert.h"
#include "protocols/dtls/openssl.h"

namespace parley::dtls {
namespace {

constexpr auto kValidBefore = std::chrono::days(1);
constexpr auto kValidAfter = std::chrono::days(365);

/// Any certificate will do in the handshake: it is the caller who knows the fingerprint from the
/// SDP (RFC 8827 section 6.5). The peer still has to prove that it holds the key.
int accept_any(int, X509_STORE_CTX*) { return 1; }

Owned<X509> self_sign(EVP_PKEY* key, WallTime now) {
  Owned<X509> x509(X509_new());
  PARLEY_ASSERT(x509 != nullptr);
  std::array<std::uint8_t, 8> serial;
  PARLEY_ASSERT(RAND_bytes(serial.data(), serial.size()) == 1);
  const std::int64_t now_s =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();

  X509_set_version(x509.get(), X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509.get()), load_be64(serial.data()) >> 1);
  ASN1_TIME_set(X509_getm_notBefore(x509.get()),
                now_s - std::chrono::seconds(kValidBefore).count());
  ASN1_TIME_set(X509_getm_notAfter(x509.get()), now_s + std::chrono::seconds(kValidAfter).count());
  X509_NAME* const name = X509_get_subject_name(x509.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("parley"), -1, -1, 0);
  X509_set_issuer_name(x509.get(), name);
  PARLEY_ASSERT(X509_set_pubkey(x509.get(), key) == 1);
  PARLEY_ASSERT(X509_sign(x509.get(), key, EVP_sha256()) > 0);
  return x509;
}

Owned<SSL_CTX> make_context(X509* certificate, EVP_PKEY* key) {
  Owned<SSL_CTX> context(SSL_CTX_new(DTLS_method()));
  PARLEY_ASSERT(context != nullptr);
  SSL_CTX* const ctx = context.get();
  SSL_CTX_set_min_proto_version(ctx, DTLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(ctx, DTLS1_2_VERSION);
  // The MTU is ours to say; sessions are as long as the transport, so nothing is resumed or
  // renegotiated.
  SSL_CTX_set_options(ctx, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_max_cert_list(ctx, 16 * 1024);

  // Forward secrecy and AEAD only. RSA is for peers whose certificate is of that kind.
  PARLEY_ASSERT(
      SSL_CTX_set_cipher_list(ctx,
                              "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                              "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
                              "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384") == 1);
  PARLEY_ASSERT(SSL_CTX_set1_groups_list(ctx, "X25519:P-256:P-384") == 1);
  // In order of preference, ours when we are the server. Zero is success here.
  PARLEY_ASSERT(SSL_CTX_set_tlsext_use_srtp(ctx, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") ==
                0);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);

  PARLEY_ASSERT(SSL_CTX_use_certificate(ctx, certificate) == 1);
  PARLEY_ASSERT(SSL_CTX_use_PrivateKey(ctx, key) == 1);
  return context;
}

}  // namespace

Certificate Certificate::generate(WallTime now) {
  auto impl = std::make_shared<Impl>();
  impl->key.reset(EVP_EC_gen("P-256"));
  PARLEY_ASSERT(impl->key != nullptr);
  impl->certificate = self_sign(impl->key.get(), now);
  impl->context = make_context(impl->certificate.get(), impl->key.get());

  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  PARLEY_ASSERT(X509_digest(impl->certificate.get(), EVP_sha256(), digest.data(), &size) == 1);
  impl->fingerprint.assign(digest.begin(), digest.begin() + size);
  return Certificate(std::move(impl));
}

const ByteVector& Certificate::fingerprint() const { return impl_->fingerprint; }
std::string Certificate::fingerprint_text() const { return format_fingerprint(impl_->fingerprint); }

std::string format_fingerprint(ByteView digest) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (const std::uint8_t byte : digest) {
    if (!text.empty()) text.push_back(':');
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

std::optional<ByteVector> parse_fingerprint(std::string_view text) {
  constexpr std::size_t kMaxDigest = 64;
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  };
  if (text.size() % 3 != 2 || text.size() > kMaxDigest * 3) return std::nullopt;
  ByteVector digest;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    if (i + 2 < text.size() && text[i + 2] != ':') return std::nullopt;
    digest.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return digest;
}

}  // namespace parley::dtls
