#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "protocols/srtp/derive.h"
#include "protocols/srtp/srtp.h"

/// The two suites by their primitives, over either back end. Internal to protocols/srtp: callers
/// work with whole packets (srtp.h).
namespace parley::srtp {

enum class Direction : std::uint8_t { seal, open };

using GcmIv = std::array<std::uint8_t, 12>;
using CounterIv = std::array<std::uint8_t, 16>;
inline constexpr std::size_t kGcmTagSize = 16;
inline constexpr std::size_t kHmacTagSize = 10;

/// RFC 7714 sections 8.1 and 9.1.
GcmIv gcm_rtp_iv(const SessionKey& key, std::uint32_t ssrc, std::uint64_t index);
GcmIv gcm_rtcp_iv(const SessionKey& key, std::uint32_t ssrc, std::uint32_t index);
/// RFC 3711 section 4.1.1; `index` is the 48-bit RTP or 31-bit RTCP one.
CounterIv counter_iv(const SessionKey& key, std::uint32_t ssrc, std::uint64_t index);

/// AES-128-GCM with one key, in one direction.
class Gcm {
 public:
  Gcm(Engine& engine, Direction direction, const SessionKey& key);
  ~Gcm();
  Gcm(Gcm&&) noexcept;
  Gcm& operator=(Gcm&&) noexcept;

  /// `out` has room for the plaintext and the tag behind it; the same bytes as `plain`, or none of
  /// them.
  void seal(const GcmIv& iv, ByteView aad, ByteView plain, std::uint8_t* out);
  /// Decrypts `sealed` (ciphertext and tag) in place. False if the tag is wrong; compared in
  /// constant time.
  bool open(const GcmIv& iv, ByteView aad, MutableBytes sealed);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// AES-128 in counter mode and HMAC-SHA1-80, one key each.
class CounterHmac {
 public:
  CounterHmac(Engine& engine, const SessionKey& key);
  ~CounterHmac();
  CounterHmac(CounterHmac&&) noexcept;
  CounterHmac& operator=(CounterHmac&&) noexcept;

  /// The same call encrypts and decrypts.
  void crypt(const CounterIv& iv, ByteView in, std::uint8_t* out);
  /// The tag over `message` followed by `suffix` (the ROC, which is not sent).
  std::array<std::uint8_t, kHmacTagSize> tag(ByteView message, ByteView suffix) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// One packet for `LaneBatch`: header, then encrypted `payload`, then tag, at `out`.
struct LaneJob {
  const CounterHmac* keys = nullptr;
  CounterIv iv{};
  std::uint32_t rollovers = 0;
  ByteView payload;             ///< Not empty.
  std::uint8_t* out = nullptr;  ///< Where the header stands already.
  std::size_t header_size = 0;
};

/// ipsec-mb's way of doing AES-CM with HMAC-SHA1 for several packets at a time.
class LaneBatch {
 public:
  static bool available(Engine& engine);
  explicit LaneBatch(Engine& engine) : engine_(engine) {}
  /// Every job that was added is done when this is destroyed.
  ~LaneBatch();
  LaneBatch(const LaneBatch&) = delete;
  LaneBatch& operator=(const LaneBatch&) = delete;

  void add(const LaneJob& job);

 private:
  Engine& engine_;
};

}  // namespace parley::srtp
