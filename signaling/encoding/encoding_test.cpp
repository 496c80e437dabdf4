#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "signaling/encoding/base64.h"
#include "signaling/encoding/gzip.h"
#include "signaling/encoding/query.h"

namespace parley::signaling {
namespace {

std::string text(const std::optional<ByteVector>& bytes) {
  return bytes ? std::string(as_chars(*bytes)) : "(none)";
}

// RFC 4648 section 10.
TEST(Base64, HoldsTheVectorsOfTheRfc) {
  for (const auto& [plain, encoded] : {std::pair{"", ""},
                                       {"f", "Zg"},
                                       {"fo", "Zm8"},
                                       {"foo", "Zm9v"},
                                       {"foob", "Zm9vYg"},
                                       {"fooba", "Zm9vYmE"},
                                       {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(base64url_encode(as_bytes(plain)), encoded);
    EXPECT_EQ(text(base64url_decode_strict(encoded)), plain);
  }
}

TEST(Base64, AnySpellingOfTheSdksIsRead) {
  const ByteVector bytes{0xfb, 0xff, 0xbe, 0x01};
  for (const char* spelling : {"-_--AQ", "-_--AQ==", "+/++AQ==", "+/++AQ", " /  AQ", "+_+-AQ="}) {
    const auto decoded = base64_decode_any(spelling);
    ASSERT_TRUE(decoded) << spelling;
    EXPECT_EQ(*decoded, bytes) << spelling;
  }
}

TEST(Base64, ATokenHasOnlyOneSpelling) {
  for (const char* bad : {"Zg==", "Zh", "Zm9", "+/++", "Zg\n", "Zm9vY", "Z", "Zm 9"}) {
    EXPECT_FALSE(base64url_decode_strict(bad)) << bad;
  }
}

TEST(Gzip, UnpacksWhatItPacked) {
  std::string plain(100'000, 'x');
  plain += "end";
  const auto packed = gzip(as_bytes(plain));
  EXPECT_LT(packed.size(), 1000u);
  const auto unpacked = gunzip(packed, plain.size());
  ASSERT_TRUE(unpacked);
  EXPECT_EQ(as_chars(*unpacked), plain);
}

TEST(Gzip, ABombStopsAtTheLimit) {
  const auto packed = gzip(ByteVector(50'000'000));
  const auto unpacked = gunzip(packed, 1024 * 1024);
  ASSERT_FALSE(unpacked);
  EXPECT_EQ(unpacked.error(), GzipError::too_large);
}

TEST(Gzip, TruncatedTrailedAndForeignBytesAreRefused) {
  auto packed = gzip(as_bytes("hello"));
  auto longer = packed;
  longer.push_back(0);
  EXPECT_FALSE(gunzip(longer, 100));
  packed.pop_back();
  EXPECT_FALSE(gunzip(packed, 100));
  EXPECT_FALSE(gunzip({}, 100));
  EXPECT_FALSE(gunzip(as_bytes("not gzip at all"), 100));
}

TEST(Query, DecodesAndTheFirstOfANameCounts) {
  const Query query("a=1&b=%C3%A4+b&a=2&empty=&novalue&bad=%zz&utf=%ff&=x");
  EXPECT_EQ(query.get("a"), "1");
  EXPECT_EQ(query.get("b"), "ä b");
  EXPECT_TRUE(query.has("empty"));
  EXPECT_TRUE(query.has("novalue"));
  EXPECT_FALSE(query.has("bad"));
  EXPECT_FALSE(query.has("utf")) << "protobuf strings must be UTF-8";
}

TEST(Query, SwitchesAreOneOrTrue) {
  const Query query("a=1&b=true&c=0&d=yes&e=");
  EXPECT_TRUE(query.flag("a"));
  EXPECT_TRUE(query.flag("b"));
  EXPECT_FALSE(query.flag("c"));
  EXPECT_FALSE(query.flag("d"));
  EXPECT_TRUE(query.flag_or("e", true));
  EXPECT_TRUE(query.flag_or("missing", true));
}

TEST(Query, NumbersAreWholeOrNothing) {
  const Query query("a=12&b=12x&c=&d=99999999999&e=-3");
  EXPECT_EQ(query.number("a"), 12);
  EXPECT_EQ(query.number("b"), std::nullopt);
  EXPECT_EQ(query.number("c"), std::nullopt);
  EXPECT_EQ(query.number("d"), std::nullopt);
  EXPECT_EQ(query.number("e"), -3);
}

TEST(Target, ADoubledFirstSlashIsOne) {
  EXPECT_EQ(parse_target("//rtc/validate?a=b")->path, "/rtc/validate");
  EXPECT_EQ(parse_target("//rtc/validate?a=b")->query, "a=b");
  EXPECT_EQ(parse_target("/m/B%C3%BCro")->path, "/m/Büro");
  EXPECT_FALSE(parse_target("rtc"));
  EXPECT_FALSE(parse_target(""));
  EXPECT_FALSE(parse_target("*"));
  EXPECT_FALSE(parse_target("/a%00b"));
  EXPECT_FALSE(parse_target("/a%f"));
}

TEST(Utf8, OverlongFormsSurrogatesAndCutsAreNotText) {
  for (const char* good : {"", "a", "ä", "€", "😀", "\xf4\x8f\xbf\xbf"}) EXPECT_TRUE(is_utf8(good));
  for (const char* bad : {"\x80", "\xc0\xaf", "\xc3", "\xe0\x80\xaf", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

}  // namespace
}  // namespace parley::signaling
