#include "protocols/srtp/derive.h"

#include <cstddef>
#include <memory>

#include <openssl/evp.h>

#include "base/assert.h"
#include "base/bytes.h"

namespace parley::srtp {
namespace {

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* ctx) const { EVP_CIPHER_CTX_free(ctx); }
};

/// The AES-CM key stream that begins at x * 2^16, where x is the salt with the label in its eighth
/// byte.
void expand(const MasterKey& master, Suite suite, std::uint8_t label, MutableBytes out) {
  std::array<std::uint8_t, 16> iv{};
  std::memcpy(iv.data(), master.salt.data(), master_salt_size(suite));
  iv[7] ^= label;

  const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> ctx(EVP_CIPHER_CTX_new());
  const std::array<std::uint8_t, 32> zeros{};
  int written = 0;
  PARLEY_ASSERT(out.size() <= zeros.size());
  PARLEY_ASSERT(ctx != nullptr);
  PARLEY_ASSERT(
      EVP_EncryptInit_ex(ctx.get(), EVP_aes_128_ctr(), nullptr, master.key.data(), iv.data()) == 1);
  PARLEY_ASSERT(EVP_EncryptUpdate(ctx.get(), out.data(), &written, zeros.data(),
                                  static_cast<int>(out.size())) == 1);
}

}  // namespace

SessionKey derive(Suite suite, const MasterKey& master, Stream stream) {
  const std::uint8_t first = stream == Stream::rtp ? 0 : 3;  // RFC 3711 section 4.3.2
  SessionKey key;
  expand(master, suite, first, key.cipher);
  expand(master, suite, static_cast<std::uint8_t>(first + 1), key.auth);
  expand(master, suite, static_cast<std::uint8_t>(first + 2),
         MutableBytes(key.salt).first(master_salt_size(suite)));
  return key;
}

}  // namespace parley::srtp
