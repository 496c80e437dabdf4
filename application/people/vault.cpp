#include "application/people/vault.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

#include "base/assert.h"

namespace parley::application::people {
namespace {

constexpr std::size_t kNonce = 12;  // NIST SP 800-38D section 8.2.2: random, 96 bits.
constexpr std::size_t kTag = 16;
/// So that another use of the same secret would have another key.
constexpr std::string_view kPurpose = "parley vault 1";

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Cipher new_cipher() {
  Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  PARLEY_ASSERT(cipher != nullptr);
  return cipher;
}

int length(std::size_t size) { return static_cast<int>(size); }

}  // namespace

Vault::Vault(const Secret& server_secret) : key_(32) {
  const std::string& secret = server_secret.reveal();
  PARLEY_ASSERT(HMAC(EVP_sha256(), secret.data(), length(secret.size()), as_bytes(kPurpose).data(),
                     kPurpose.size(), key_.data(), nullptr) != nullptr);
}

ByteVector Vault::seal(ByteView plain, std::string_view owner, Random& random) const {
  ByteVector out(kNonce + plain.size() + kTag);
  random.fill(MutableBytes(out).first(kNonce));
  const Cipher cipher = new_cipher();
  int written = 0;
  PARLEY_ASSERT(
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(), out.data()) == 1);
  PARLEY_ASSERT(EVP_EncryptUpdate(cipher.get(), nullptr, &written, as_bytes(owner).data(),
                                  length(owner.size())) == 1);
  PARLEY_ASSERT(EVP_EncryptUpdate(cipher.get(), out.data() + kNonce, &written, plain.data(),
                                  length(plain.size())) == 1);
  PARLEY_ASSERT(EVP_EncryptFinal_ex(cipher.get(), out.data() + kNonce + written, &written) == 1);
  PARLEY_ASSERT(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTag,
                                    out.data() + out.size() - kTag) == 1);
  return out;
}

std::optional<ByteVector> Vault::open(ByteView sealed, std::string_view owner) const {
  if (sealed.size() < kNonce + kTag) return std::nullopt;
  const ByteView body = sealed.subspan(kNonce, sealed.size() - kNonce - kTag);
  ByteVector tag(sealed.end() - kTag, sealed.end());
  ByteVector out(body.size());
  const Cipher cipher = new_cipher();
  int written = 0;
  const bool good =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(), sealed.data()) ==
          1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &written, as_bytes(owner).data(),
                        length(owner.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), out.data(), &written, body.data(), length(body.size())) ==
          1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), out.data() + written, &written) == 1;
  if (!good) return std::nullopt;
  return out;
}

}  // namespace parley::application::people
