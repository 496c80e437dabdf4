// SHA1_* below is deprecated in OpenSSL 3, but it is the only way there to go on from a hashed key
// without allocating for every packet.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "protocols/srtp/ciphers.h"

#include <cstring>
#include <new>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#ifdef PARLEY_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif

#include "base/assert.h"

namespace parley::srtp {
namespace {

struct FreeCipher {
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  void operator()(EVP_CIPHER_CTX* ctx) const { EVP_CIPHER_CTX_free(ctx); }
};
using Cipher = std::unique_ptr<EVP_CIPHER, FreeCipher>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

constexpr std::size_t kShaBlock = 64;
using ShaBlock = std::array<std::uint8_t, kShaBlock>;

/// RFC 2104: the key, filled up with zeros, under one of the two pads.
ShaBlock padded(const SessionKey& key, std::uint8_t pad) {
  ShaBlock block;
  block.fill(pad);
  for (std::size_t i = 0; i < key.auth.size(); ++i) block[i] ^= key.auth[i];
  return block;
}

#ifdef PARLEY_IPSEC_MB
struct FreeManager {
  void operator()(IMB_MGR* manager) const { free_mb_mgr(manager); }
};
using Manager = std::unique_ptr<IMB_MGR, FreeManager>;

/// Nothing on a CPU without AES instructions, where the library only emulates them.
Manager make_manager() {
  Manager manager(alloc_mb_mgr(0));
  if (manager == nullptr) return nullptr;
  init_mb_mgr_auto(manager.get(), nullptr);
  if (imb_get_errno(manager.get()) != 0) return nullptr;
  if ((manager->features & IMB_FEATURE_AESNI) == 0) return nullptr;
  return manager;
}
#endif

}  // namespace

struct Engine::Impl {
  Cipher gcm{EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr)};
  Cipher counter{EVP_CIPHER_fetch(nullptr, "AES-128-CTR", nullptr)};
#ifdef PARLEY_IPSEC_MB
  Manager manager;  // Null if the back end is OpenSSL.
  // The library writes 12 bytes of tag where SRTP sends 10. One place for each job that may be in
  // flight.
  std::array<std::array<std::uint8_t, 12>, IMB_MAX_JOBS> tags;
  std::array<CounterIv, IMB_MAX_JOBS> ivs;
  std::size_t submitted = 0;
#endif
};

Engine::Engine(Backend backend) : impl_(std::make_unique<Impl>()) {
  PARLEY_ASSERT(impl_->gcm != nullptr && impl_->counter != nullptr);
#ifdef PARLEY_IPSEC_MB
  if (backend != Backend::openssl) impl_->manager = make_manager();
#else
  static_cast<void>(backend);
#endif
}

Engine::~Engine() = default;

bool Engine::has_ipsec_mb() {
#ifdef PARLEY_IPSEC_MB
  static const bool has = make_manager() != nullptr;
  return has;
#else
  return false;
#endif
}

Backend Engine::backend() const {
#ifdef PARLEY_IPSEC_MB
  if (impl_->manager != nullptr) return Backend::ipsec_mb;
#endif
  return Backend::openssl;
}

GcmIv gcm_rtp_iv(const SessionKey& key, std::uint32_t ssrc, std::uint64_t index) {
  GcmIv iv{};
  store_be32(&iv[2], ssrc);
  store_be32(&iv[6], static_cast<std::uint32_t>(index >> 16));
  store_be16(&iv[10], static_cast<std::uint16_t>(index));
  for (std::size_t i = 0; i < iv.size(); ++i) iv[i] ^= key.salt[i];
  return iv;
}

GcmIv gcm_rtcp_iv(const SessionKey& key, std::uint32_t ssrc, std::uint32_t index) {
  GcmIv iv{};
  store_be32(&iv[2], ssrc);
  store_be32(&iv[8], index);
  for (std::size_t i = 0; i < iv.size(); ++i) iv[i] ^= key.salt[i];
  return iv;
}

CounterIv counter_iv(const SessionKey& key, std::uint32_t ssrc, std::uint64_t index) {
  CounterIv iv{};
  store_be32(&iv[4], ssrc);
  store_be32(&iv[8], static_cast<std::uint32_t>(index >> 16));
  store_be16(&iv[12], static_cast<std::uint16_t>(index));
  for (std::size_t i = 0; i < key.salt.size(); ++i) iv[i] ^= key.salt[i];
  return iv;
}

// ---- AES-GCM ----

struct Gcm::Impl {
  CipherContext context;
#ifdef PARLEY_IPSEC_MB
  IMB_MGR* manager = nullptr;  // The engine's, if this key is ipsec-mb's.
  alignas(64) gcm_key_data schedule;
  gcm_context_data scratch;
#endif
};

Gcm::Gcm(Engine& engine, Direction direction, const SessionKey& key)
    : impl_(std::make_unique<Impl>()) {
#ifdef PARLEY_IPSEC_MB
  if (engine.impl().manager != nullptr) {
    impl_->manager = engine.impl().manager.get();
    IMB_AES128_GCM_PRE(impl_->manager, key.cipher.data(), &impl_->schedule);
    return;
  }
#endif
  impl_->context.reset(EVP_CIPHER_CTX_new());
  PARLEY_ASSERT(impl_->context != nullptr);
  PARLEY_ASSERT(EVP_CipherInit_ex(impl_->context.get(), engine.impl().gcm.get(), nullptr,
                                  key.cipher.data(), nullptr,
                                  direction == Direction::seal ? 1 : 0) == 1);
}

Gcm::~Gcm() = default;
Gcm::Gcm(Gcm&&) noexcept = default;
Gcm& Gcm::operator=(Gcm&&) noexcept = default;

void Gcm::seal(const GcmIv& iv, ByteView aad, ByteView plain, std::uint8_t* out) {
#ifdef PARLEY_IPSEC_MB
  if (impl_->manager != nullptr) {
    IMB_AES128_GCM_ENC(impl_->manager, &impl_->schedule, &impl_->scratch, out, plain.data(),
                       plain.size(), iv.data(), aad.data(), aad.size(), out + plain.size(),
                       kGcmTagSize);
    return;
  }
#endif
  EVP_CIPHER_CTX* const context = impl_->context.get();
  int written = 0;
  PARLEY_ASSERT(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, iv.data()) == 1);
  PARLEY_ASSERT(
      EVP_EncryptUpdate(context, nullptr, &written, aad.data(), static_cast<int>(aad.size())) == 1);
  if (!plain.empty()) {
    PARLEY_ASSERT(EVP_EncryptUpdate(context, out, &written, plain.data(),
                                    static_cast<int>(plain.size())) == 1);
  }
  PARLEY_ASSERT(EVP_EncryptFinal_ex(context, out + plain.size(), &written) == 1);
  PARLEY_ASSERT(
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kGcmTagSize, out + plain.size()) == 1);
}

bool Gcm::open(const GcmIv& iv, ByteView aad, MutableBytes sealed) {
  const MutableBytes text = sealed.first(sealed.size() - kGcmTagSize);
  std::uint8_t* const tag = sealed.data() + text.size();
#ifdef PARLEY_IPSEC_MB
  if (impl_->manager != nullptr) {
    std::array<std::uint8_t, kGcmTagSize> expected;
    IMB_AES128_GCM_DEC(impl_->manager, &impl_->schedule, &impl_->scratch, text.data(), text.data(),
                       text.size(), iv.data(), aad.data(), aad.size(), expected.data(),
                       expected.size());
    return CRYPTO_memcmp(expected.data(), tag, expected.size()) == 0;
  }
#endif
  EVP_CIPHER_CTX* const context = impl_->context.get();
  int written = 0;
  PARLEY_ASSERT(EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, iv.data()) == 1);
  PARLEY_ASSERT(
      EVP_DecryptUpdate(context, nullptr, &written, aad.data(), static_cast<int>(aad.size())) == 1);
  if (!text.empty()) {
    PARLEY_ASSERT(EVP_DecryptUpdate(context, text.data(), &written, text.data(),
                                    static_cast<int>(text.size())) == 1);
  }
  PARLEY_ASSERT(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kGcmTagSize, tag) == 1);
  return EVP_DecryptFinal_ex(context, tag, &written) == 1;  // Writes nothing; compares.
}

// ---- AES-CM with HMAC-SHA1 ----

struct CounterHmac::Impl {
  CipherContext context;
  SHA_CTX inner{};
  SHA_CTX outer{};
#ifdef PARLEY_IPSEC_MB
  // For the lanes: expanded key, and the two pads hashed.
  alignas(16) std::array<std::uint8_t, 16 * 11> enc_keys;
  alignas(16) std::array<std::uint8_t, SHA_DIGEST_LENGTH> ipad;
  alignas(16) std::array<std::uint8_t, SHA_DIGEST_LENGTH> opad;
#endif
};

CounterHmac::CounterHmac(Engine& engine, const SessionKey& key) : impl_(std::make_unique<Impl>()) {
  impl_->context.reset(EVP_CIPHER_CTX_new());
  PARLEY_ASSERT(impl_->context != nullptr);
  PARLEY_ASSERT(EVP_EncryptInit_ex(impl_->context.get(), engine.impl().counter.get(), nullptr,
                                   key.cipher.data(), nullptr) == 1);

  const ShaBlock inner = padded(key, 0x36);
  const ShaBlock outer = padded(key, 0x5c);
  SHA1_Init(&impl_->inner);
  SHA1_Update(&impl_->inner, inner.data(), inner.size());
  SHA1_Init(&impl_->outer);
  SHA1_Update(&impl_->outer, outer.data(), outer.size());
#ifdef PARLEY_IPSEC_MB
  if (IMB_MGR* const manager = engine.impl().manager.get()) {
    alignas(16) std::array<std::uint8_t, 16 * 11> dec_keys;
    IMB_AES_KEYEXP_128(manager, key.cipher.data(), impl_->enc_keys.data(), dec_keys.data());
    IMB_SHA1_ONE_BLOCK(manager, inner.data(), impl_->ipad.data());
    IMB_SHA1_ONE_BLOCK(manager, outer.data(), impl_->opad.data());
  }
#endif
}

CounterHmac::~CounterHmac() = default;
CounterHmac::CounterHmac(CounterHmac&&) noexcept = default;
CounterHmac& CounterHmac::operator=(CounterHmac&&) noexcept = default;

void CounterHmac::crypt(const CounterIv& iv, ByteView in, std::uint8_t* out) {
  if (in.empty()) return;
  int written = 0;
  PARLEY_ASSERT(EVP_EncryptInit_ex(impl_->context.get(), nullptr, nullptr, nullptr, iv.data()) ==
                1);
  PARLEY_ASSERT(EVP_EncryptUpdate(impl_->context.get(), out, &written, in.data(),
                                  static_cast<int>(in.size())) == 1);
}

std::array<std::uint8_t, kHmacTagSize> CounterHmac::tag(ByteView message, ByteView suffix) const {
  std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest;
  SHA_CTX context = impl_->inner;
  SHA1_Update(&context, message.data(), message.size());
  SHA1_Update(&context, suffix.data(), suffix.size());
  SHA1_Final(digest.data(), &context);
  context = impl_->outer;
  SHA1_Update(&context, digest.data(), digest.size());
  SHA1_Final(digest.data(), &context);

  std::array<std::uint8_t, kHmacTagSize> tag;
  std::memcpy(tag.data(), digest.data(), tag.size());
  return tag;
}

// ---- lanes ----

#ifdef PARLEY_IPSEC_MB
namespace {

void finish(const IMB_JOB* job) {
  PARLEY_ASSERT(job->status == IMB_STATUS_COMPLETED);
  std::memcpy(job->user_data, job->auth_tag_output, kHmacTagSize);
}

}  // namespace

bool LaneBatch::available(Engine& engine) { return engine.impl().manager != nullptr; }

void LaneBatch::add(const LaneJob& work) {
  Engine::Impl& engine = engine_.impl();
  IMB_MGR* const manager = engine.manager.get();
  const std::size_t place = engine.submitted++ % IMB_MAX_JOBS;
  engine.ivs[place] = work.iv;

  std::uint8_t* const text = work.out + work.header_size;
  std::uint8_t* const end = text + work.payload.size();
  // The ROC is hashed behind the packet, where the tag is to stand when the hash is done.
  store_be32(end, work.rollovers);

  IMB_JOB* job = IMB_GET_NEXT_JOB(manager);
  job->cipher_mode = IMB_CIPHER_CNTR;
  job->cipher_direction = IMB_DIR_ENCRYPT;
  job->chain_order = IMB_ORDER_CIPHER_HASH;
  job->enc_keys = work.keys->impl().enc_keys.data();
  job->dec_keys = nullptr;
  job->key_len_in_bytes = 16;
  job->iv = engine.ivs[place].data();
  job->iv_len_in_bytes = 16;
  job->src = work.payload.data();
  job->dst = text;
  job->cipher_start_src_offset_in_bytes = 0;
  job->msg_len_to_cipher_in_bytes = work.payload.size();

  job->hash_alg = IMB_AUTH_HMAC_SHA_1;
  // The offset counts from `src`, but what is hashed stands in `out`: another buffer, whose
  // distance may be negative and then wraps, as pointers do.
  job->hash_start_src_offset_in_bytes = reinterpret_cast<std::uintptr_t>(work.out) -
                                        reinterpret_cast<std::uintptr_t>(work.payload.data());
  job->msg_len_to_hash_in_bytes = work.header_size + work.payload.size() + 4;
  job->u.HMAC._hashed_auth_key_xor_ipad = work.keys->impl().ipad.data();
  job->u.HMAC._hashed_auth_key_xor_opad = work.keys->impl().opad.data();
  job->auth_tag_output = engine.tags[place].data();
  job->auth_tag_output_len_in_bytes = engine.tags[place].size();
  job->user_data = end;

  for (job = IMB_SUBMIT_JOB(manager); job != nullptr; job = IMB_GET_COMPLETED_JOB(manager))
    finish(job);
  PARLEY_ASSERT(imb_get_errno(manager) == 0);
}

LaneBatch::~LaneBatch() {
  IMB_MGR* const manager = engine_.impl().manager.get();
  if (manager == nullptr) return;
  while (const IMB_JOB* const job = IMB_FLUSH_JOB(manager)) finish(job);
}
#else
bool LaneBatch::available(Engine&) { return false; }
void LaneBatch::add(const LaneJob&) { PARLEY_ASSERT(false); }
LaneBatch::~LaneBatch() = default;
#endif

}  // namespace parley::srtp
