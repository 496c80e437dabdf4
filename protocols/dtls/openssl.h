#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/bytes.h"
#include "protocols/dtls/certificate.h"

/// Owners for OpenSSL's objects. Internal to protocols/dtls.
namespace parley::dtls {

struct OpenSslFree {
  void operator()(BIO_METHOD* p) const { BIO_meth_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(SSL* p) const { SSL_free(p); }
  void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
  void operator()(X509* p) const { X509_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, OpenSslFree>;

struct Certificate::Impl {
  Owned<EVP_PKEY> key;
  Owned<X509> certificate;
  Owned<SSL_CTX> context;
  ByteVector fingerprint;
};

}  // namespace parley::dtls
