#include <gtest/gtest.h>

#include <algorithm>

#include "protocols/srtp/ciphers.h"
#include "protocols/srtp/derive.h"
#include "protocols/srtp/test_support.h"

namespace parley::srtp {
namespace {

template <std::size_t N>
void set(std::array<std::uint8_t, N>& field, std::string_view hex) {
  std::ranges::copy(from_hex(hex), field.begin());
}

template <std::size_t N>
ByteVector vec(const std::array<std::uint8_t, N>& bytes, std::size_t size = N) {
  return to_vector(ByteView(bytes).first(size));
}

class Vectors : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override {
    if (GetParam() == Backend::ipsec_mb && !Engine::has_ipsec_mb())
      GTEST_SKIP() << "no ipsec-mb here";
  }
  Engine engine_{GetParam()};
};

TEST_P(Vectors, KeyStreamIsThatOfRfc3711AppendixB2) {
  SessionKey key;
  set(key.cipher, "2B7E151628AED2A6ABF7158809CF4F3C");
  set(key.salt, "F0F1F2F3F4F5F6F7F8F9FAFBFCFD");
  CounterHmac cipher(engine_, key);
  const ByteVector zeros(0xff02 * 16);
  ByteVector stream(zeros.size());
  cipher.crypt(counter_iv(key, 0, 0), zeros, stream.data());

  const auto block = [&](std::size_t n) { return to_vector(ByteView(stream).subspan(n * 16, 16)); };
  EXPECT_EQ(block(0), from_hex("E03EAD0935C95E80E166B16DD92B4EB4"));
  EXPECT_EQ(block(1), from_hex("D23513162B02D0F72A43A2FE4A5F97AB"));
  EXPECT_EQ(block(2), from_hex("41E95B3BB0A2E8DD477901E4FCA894C0"));
  EXPECT_EQ(block(0xfeff), from_hex("EC8CDF7398607CB0F2D21675EA9EA1E4"));
  EXPECT_EQ(block(0xff00), from_hex("362B7C3C6773516318A077D7FC5073AE"));
  EXPECT_EQ(block(0xff01), from_hex("6A2CC3787889374FBEB4C81B17BA6C44"));
}

TEST(Derive, SessionKeysAreThoseOfRfc3711AppendixB3) {
  MasterKey master;
  set(master.key, "E1F97A0D3E018BE0D64FA32C06DE4139");
  set(master.salt, "0EC675AD498AFEEBB6960B3AABE6");
  const SessionKey key = derive(Suite::aes_128_cm_sha1_80, master, Stream::rtp);
  EXPECT_EQ(vec(key.cipher), from_hex("C61E7A93744F39EE10734AFE3FF7A087"));
  EXPECT_EQ(vec(key.salt), from_hex("30CBBC08863D8C85D49DB34A9AE1"));
  EXPECT_EQ(vec(key.auth), from_hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
}

SessionKey rfc7714_key() {
  SessionKey key;
  set(key.cipher, "000102030405060708090a0b0c0d0e0f");
  set(key.salt, "517569642070726f2071756f");
  return key;
}

TEST_P(Vectors, SealsTheRtpPacketOfRfc7714Section16_1_1) {
  const SessionKey key = rfc7714_key();
  const ByteVector plain = from_hex(
      "8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 "
      "61727465 "
      "73207472 6573");
  const GcmIv iv = gcm_rtp_iv(key, 0x5501a0b2, 0xf17b);
  EXPECT_EQ(vec(iv), from_hex("51753c65 80c2726f 20718414"));

  ByteVector sealed(plain.size() - 12 + kGcmTagSize);
  Gcm(engine_, Direction::seal, key)
      .seal(iv, ByteView(plain).first(12), ByteView(plain).subspan(12), sealed.data());
  EXPECT_EQ(
      sealed,
      from_hex("f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf "
               "8833899d 7f27beb1 6a9152cf 765ee439 0cce"));

  EXPECT_TRUE(Gcm(engine_, Direction::open, key).open(iv, ByteView(plain).first(12), sealed));
  EXPECT_TRUE(
      std::ranges::equal(ByteView(plain).subspan(12), ByteView(sealed).first(plain.size() - 12)));
}

TEST_P(Vectors, SealsTheRtcpPacketOfRfc7714Section16_2_1) {
  const SessionKey key = rfc7714_key();
  const ByteVector plain = from_hex(
      "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef "
      "deadbeef "
      "deadbeef deadbeef");
  const ByteVector aad = from_hex("81c8000d 4d617273 800005d4");
  const GcmIv iv = gcm_rtcp_iv(key, 0x4d617273, 0x5d4);
  EXPECT_EQ(vec(iv), from_hex("51752405 5203726f 207170bb"));

  ByteVector sealed(plain.size() - 8 + kGcmTagSize);
  Gcm(engine_, Direction::seal, key).seal(iv, aad, ByteView(plain).subspan(8), sealed.data());
  EXPECT_EQ(
      sealed,
      from_hex("63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 "
               "86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade"));
}

INSTANTIATE_TEST_SUITE_P(Backends, Vectors, testing::Values(Backend::openssl, Backend::ipsec_mb),
                         [](const auto& param) {
                           return param.param == Backend::openssl ? "openssl" : "ipsec_mb";
                         });

}  // namespace
}  // namespace parley::srtp
