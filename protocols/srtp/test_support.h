#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/random.h"
#include "protocols/srtp/keys.h"
#include "protocols/srtp/srtp.h"

/// What the tests of this folder share.
namespace parley::srtp {

/// "80 40 f1…" with or without blanks.
inline ByteVector from_hex(std::string_view hex) {
  ByteVector out;
  std::string digits;
  for (const char c : hex) {
    if (c != ' ') digits.push_back(c);
    if (digits.size() == 2) {
      out.push_back(static_cast<std::uint8_t>(std::stoi(digits, nullptr, 16)));
      digits.clear();
    }
  }
  return out;
}

inline MasterKey random_master(Random& random) {
  MasterKey master;
  random.fill(master.key);
  random.fill(master.salt);
  return master;
}

/// A fixed RTP header, with one CSRC and a one-byte header extension if `rich`.
inline ByteVector rtp_header(std::uint32_t ssrc, std::uint16_t seq, bool rich = false) {
  ByteVector out;
  ByteWriter w(out);
  w.u8(rich ? 0x91 : 0x80);
  w.u8(96);
  w.u16(seq);
  w.u32(seq * 3000u);
  w.u32(ssrc);
  if (rich) {
    w.u32(0x01020304);
    w.u16(0xbede);
    w.u16(1);
    w.u32(0x10ff'0000);
  }
  return out;
}

inline ByteVector random_bytes(Random& random, std::size_t size) {
  ByteVector out(size);
  random.fill(out);
  return out;
}

/// An RR of no blocks followed by a SDES-like tail of `extra` words.
inline ByteVector rtcp_packet(Random& random, std::uint32_t ssrc, std::size_t extra) {
  ByteVector out;
  ByteWriter w(out);
  w.u32(0x80c9'0001);
  w.u32(ssrc);
  w.bytes(random_bytes(random, extra * 4));
  return out;
}

struct Case {
  Backend backend;
  Suite suite;
};

inline auto all_cases() {
  return testing::Values(Case{Backend::openssl, Suite::aead_aes_128_gcm},
                         Case{Backend::openssl, Suite::aes_128_cm_sha1_80},
                         Case{Backend::ipsec_mb, Suite::aead_aes_128_gcm},
                         Case{Backend::ipsec_mb, Suite::aes_128_cm_sha1_80});
}

inline std::string name_of(const testing::TestParamInfo<Case>& info) {
  return std::string(info.param.backend == Backend::openssl ? "openssl" : "ipsec_mb") +
         (info.param.suite == Suite::aead_aes_128_gcm ? "_gcm" : "_cm");
}

}  // namespace parley::srtp
