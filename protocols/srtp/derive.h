#pragma once

#include <array>
#include <cstdint>

#include "protocols/srtp/keys.h"

namespace parley::srtp {

/// What RTP or RTCP of one direction is protected with.
struct SessionKey {
  std::array<std::uint8_t, 16> cipher{};
  std::array<std::uint8_t, 20> auth{};  ///< HMAC-SHA1; unused by GCM.
  std::array<std::uint8_t, 14> salt{};  ///< GCM uses the first 12.
};

enum class Stream : std::uint8_t { rtp, rtcp };

/// RFC 3711 section 4.3.1 with the AES-CM function of 4.3.3, key derivation rate 0; for GCM as RFC
/// 7714 section 11 has it, which is the same with the salt filled up with zeros.
SessionKey derive(Suite suite, const MasterKey& master, Stream stream);

}  // namespace parley::srtp
