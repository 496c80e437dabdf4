#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace parley::srtp {

/// The protection profiles that we speak, by their number in DTLS `use_srtp` (IANA).
enum class Suite : std::uint16_t {
  aes_128_cm_sha1_80 = 0x0001,  ///< RFC 3711, RFC 5764 section 4.1.2
  aead_aes_128_gcm = 0x0007,    ///< RFC 7714 section 14.2
};

inline constexpr std::size_t kMasterKeySize = 16;

/// 14 bytes for counter mode, 12 for GCM (RFC 7714 section 12).
constexpr std::size_t master_salt_size(Suite suite) {
  return suite == Suite::aead_aes_128_gcm ? 12 : 14;
}

/// What one direction's session keys are derived from (RFC 3711 section 4.3).
struct MasterKey {
  std::array<std::uint8_t, kMasterKeySize> key{};
  std::array<std::uint8_t, 14> salt{};  ///< The first `master_salt_size(suite)` bytes count.
  friend bool operator==(const MasterKey&, const MasterKey&) = default;
};

/// Both directions, as a DTLS handshake hands them out (RFC 5764 section 4.2).
struct SessionKeys {
  Suite suite = Suite::aead_aes_128_gcm;
  MasterKey local;   ///< For what we send.
  MasterKey remote;  ///< For what the peer sends.
};

/// What protection adds to an RTP packet: the tag.
constexpr std::size_t rtp_overhead(Suite suite) {
  return suite == Suite::aead_aes_128_gcm ? 16 : 10;
}
/// What protection adds to an RTCP packet: the tag and the E bit with the index.
constexpr std::size_t rtcp_overhead(Suite suite) { return rtp_overhead(suite) + 4; }

inline constexpr std::size_t kMaxRtpOverhead = 16;
inline constexpr std::size_t kMaxRtcpOverhead = 20;

}  // namespace parley::srtp
