#include "protocols/stun/message.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::stun {
namespace {

ByteVector hex(std::string_view text) {
  ByteVector bytes;
  std::string digits;
  for (const char c : text) {
    if (c != ' ' && c != '\n') digits += c;
  }
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

constexpr std::string_view kPassword = "VOkJxbRl1RmTxUk/WvJxBt";
constexpr TransactionId kId{0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae};

// RFC 5769 section 2.1
const ByteVector sample_request = hex(R"(
  00 01 00 58 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
  80 22 00 10 53 54 55 4e 20 74 65 73 74 20 63 6c 69 65 6e 74
  00 24 00 04 6e 00 01 ff 80 29 00 08 93 2f f9 b1 51 26 3b 36
  00 06 00 09 65 76 74 6a 3a 68 36 76 59 20 20 20
  00 08 00 14 9a ea a7 0c bf d8 cb 56 78 1e f2 b5 b2 d3 f2 49 c1 b5 71 a2
  80 28 00 04 e5 7a 3b cf)");

// RFC 5769 section 2.2
const ByteVector sample_ipv4_response = hex(R"(
  01 01 00 3c 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
  80 22 00 0b 74 65 73 74 20 76 65 63 74 6f 72 20
  00 20 00 08 00 01 a1 47 e1 12 a6 43
  00 08 00 14 2b 91 f5 99 fd 9e 90 c3 8c 74 89 f9 2a f9 ba 53 f0 6b e7 d7
  80 28 00 04 c0 7d 4c 96)");

// RFC 5769 section 2.3
const ByteVector sample_ipv6_response = hex(R"(
  01 01 00 48 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
  80 22 00 0b 74 65 73 74 20 76 65 63 74 6f 72 20
  00 20 00 14 00 02 a1 47 01 13 a9 fa a5 d3 f1 79 bc 25 f4 b5 be d2 b9 d9
  00 08 00 14 a3 82 95 4e 4b e6 7b f1 17 84 c9 7c 82 92 c2 75 bf e3 ed 41
  80 28 00 04 c8 fb 0b 4c)");

TEST(Stun, ReadsTheSampleRequestOfRfc5769) {
  const auto message = parse(sample_request);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->klass, Class::request);
  EXPECT_EQ(message->transaction, kId);
  EXPECT_EQ(message->username, "evtj:h6vY");
  EXPECT_EQ(message->priority, 0x6e0001ffu);
  EXPECT_EQ(message->ice_controlled, 0x932ff9b151263b36u);
  EXPECT_FALSE(message->ice_controlling);
  EXPECT_FALSE(message->use_candidate);
  EXPECT_TRUE(message->unknown_attributes().empty());
  EXPECT_TRUE(integrity_ok(*message, kPassword));
  EXPECT_FALSE(integrity_ok(*message, "VOkJxbRl1RmTxUk/WvJxBu"));
  EXPECT_TRUE(fingerprint_ok(*message));
  EXPECT_EQ(local_fragment(sample_request), "evtj");
}

TEST(Stun, ReadsTheSampleResponsesOfRfc5769) {
  const auto v4 = parse(sample_ipv4_response);
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->klass, Class::success);
  EXPECT_EQ(v4->xor_mapped_address, SocketAddress::parse("192.0.2.1:32853"));
  EXPECT_TRUE(integrity_ok(*v4, kPassword));
  EXPECT_TRUE(fingerprint_ok(*v4));

  const auto v6 = parse(sample_ipv6_response);
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->xor_mapped_address,
            SocketAddress::parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853"));
  EXPECT_TRUE(integrity_ok(*v6, kPassword));
  EXPECT_TRUE(fingerprint_ok(*v6));
}

// The same bytes but for the padding of the software name, which RFC 5769 fills with spaces.
TEST(Stun, WritesWhatRfc5769Shows) {
  ByteVector padded_software = to_vector(as_bytes("test vector"));
  Writer writer(Class::success, kId);
  const auto written = parse(writer.attribute(0x8022, padded_software)
                                 .xor_mapped_address(*SocketAddress::parse("192.0.2.1:32853"))
                                 .finish(kPassword));
  ASSERT_TRUE(written);
  EXPECT_EQ(to_vector(written->bytes).size(), sample_ipv4_response.size());
  EXPECT_EQ(to_vector(written->bytes.subspan(36, 12)),
            to_vector(ByteView(sample_ipv4_response).subspan(36, 12)));
  EXPECT_TRUE(integrity_ok(*written, kPassword));
  EXPECT_TRUE(fingerprint_ok(*written));
}

TEST(Stun, ReadsBackEveryAttributeThatItWrites) {
  const auto address = *SocketAddress::parse("[2001:db8::7]:1234");
  Writer request(Class::request, kId);
  const auto check = parse(request.username("left:right")
                               .priority(42)
                               .use_candidate()
                               .ice_controlling(0x0102030405060708)
                               .finish("secret"));
  ASSERT_TRUE(check);
  EXPECT_EQ(check->username, "left:right");
  EXPECT_EQ(check->priority, 42u);
  EXPECT_TRUE(check->use_candidate);
  EXPECT_EQ(check->ice_controlling, 0x0102030405060708u);
  EXPECT_TRUE(integrity_ok(*check, "secret"));

  Writer error(Class::error, kId);
  const auto refusal =
      parse(error.error(487, "Role Conflict").xor_mapped_address(address).finish());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->klass, Class::error);
  EXPECT_EQ(refusal->error->code, 487);
  EXPECT_EQ(refusal->error->reason, "Role Conflict");
  EXPECT_EQ(refusal->xor_mapped_address, address);
  EXPECT_EQ(refusal->integrity_at, 0u);
  EXPECT_FALSE(integrity_ok(*refusal, "secret"));
  EXPECT_TRUE(fingerprint_ok(*refusal));
}

TEST(Stun, OneWrongBitAnywhereIsNoticed) {
  for (std::size_t bit = 0; bit < sample_request.size() * 8; ++bit) {
    ByteVector damaged = sample_request;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    const auto message = parse(damaged);
    if (!message) continue;
    EXPECT_FALSE(integrity_ok(*message, kPassword) && fingerprint_ok(*message)) << "bit " << bit;
  }
}

TEST(Stun, RefusesEveryTruncation) {
  for (std::size_t size = 0; size < sample_request.size(); ++size) {
    EXPECT_FALSE(parse(ByteView(sample_request).first(size))) << size;
  }
}

TEST(Stun, NamesWhyItRefuses) {
  ByteVector bytes = sample_request;
  EXPECT_EQ(parse(ByteView(bytes).first(19)).error(), ParseError::too_short);
  EXPECT_EQ(parse(ByteVector(kMaxSize + 4)).error(), ParseError::too_long);

  bytes = sample_request;
  bytes[4] = 0;
  EXPECT_EQ(parse(bytes).error(), ParseError::not_stun);

  bytes = sample_request;
  bytes[1] = 3;  // TURN's Allocate
  EXPECT_EQ(parse(bytes).error(), ParseError::not_binding);

  bytes = sample_request;
  bytes[3] = 0x54;
  EXPECT_EQ(parse(bytes).error(), ParseError::wrong_length);

  bytes = sample_request;
  bytes[23] = 0xff;  // The software name runs past the end.
  EXPECT_EQ(parse(bytes).error(), ParseError::attribute_overruns);

  bytes = sample_request;
  bytes[43] = 5;  // A priority of five bytes.
  EXPECT_EQ(parse(bytes).error(), ParseError::malformed_attribute);
}

TEST(Stun, ListsWhatItMustUnderstandAndDoesNot) {
  Writer writer(Class::request, kId);
  const std::array<std::uint8_t, 3> value{1, 2, 3};
  writer.attribute(0x7abc, value).attribute(0xc057, value);
  const auto message = parse(writer.finish());
  ASSERT_TRUE(message);
  ASSERT_EQ(message->unknown_attributes().size(), 1u);
  EXPECT_EQ(message->unknown_attributes()[0], 0x7abc);
}

// RFC 8489 section 14.5: otherwise anybody could add USE-CANDIDATE to a check on its way.
TEST(Stun, IgnoresWhatFollowsTheIntegrity) {
  Writer signed_request(Class::request, kId);
  const ByteView whole = signed_request.username("a:b").finish("secret");
  ByteVector bytes = to_vector(whole.first(whole.size() - 8));  // Without FINGERPRINT.
  for (const std::uint8_t byte : hex("00 25 00 00")) bytes.push_back(byte);
  store_be16(bytes.data() + 2, static_cast<std::uint16_t>(bytes.size() - kHeaderSize));
  const auto message = parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->use_candidate);
  EXPECT_TRUE(integrity_ok(*message, "secret"));
}

TEST(Stun, FindsNoFragmentInWhatIsNoCheck) {
  EXPECT_EQ(local_fragment(sample_ipv4_response), "");
  EXPECT_EQ(local_fragment({}), "");
  Writer nameless(Class::request, kId);
  EXPECT_EQ(local_fragment(nameless.finish()), "");
  Writer colonless(Class::request, kId);
  EXPECT_EQ(local_fragment(colonless.username("abc").finish()), "");
}

}  // namespace
}  // namespace parley::stun
