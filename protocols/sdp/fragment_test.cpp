#include "protocols/sdp/fragment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::sdp {
namespace {

using testing::ElementsAre;
using Reason = ParseError::Reason;

// RFC 9725 section 4.3.2, in form.
constexpr std::string_view kTrickle =
    "a=group:BUNDLE 0 1\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
    "a=mid:0\r\n"
    "a=ice-ufrag:EsAw\r\n"
    "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
    "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw\r\n"
    "a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host generation 0\r\n"
    "a=end-of-candidates\r\n";

TEST(Fragment, ReadsCredentialsAndCandidates) {
  const auto fragment = parse_fragment(kTrickle);
  ASSERT_TRUE(fragment);
  EXPECT_EQ(fragment->ice.ufrag, "EsAw");
  EXPECT_EQ(fragment->ice.password, "P2uYro0UCOQ4zxjKXaWCBui1");
  EXPECT_EQ(fragment->media, "audio");
  EXPECT_EQ(fragment->mid, "0");
  EXPECT_EQ(fragment->candidates.size(), 2u);
  EXPECT_TRUE(fragment->end_of_candidates);
}

TEST(Fragment, TakesCredentialsOfTheSessionLevelAndBareNewlines) {
  const auto fragment =
      parse_fragment("a=ice-lite\na=ice-ufrag:abcd\na=ice-pwd:0123456789012345678901\n");
  ASSERT_TRUE(fragment);
  EXPECT_EQ(fragment->ice.ufrag, "abcd");
  EXPECT_TRUE(fragment->ice_lite);
  EXPECT_TRUE(fragment->candidates.empty());
}

TEST(Fragment, SaysWhichLineIsWrong) {
  const auto reason = [](std::string_view text) {
    const auto fragment = parse_fragment(text);
    return fragment ? std::pair(Reason::not_sdp, std::size_t{0})
                    : std::pair(fragment.error().reason, fragment.error().line);
  };
  EXPECT_EQ(reason("a=mid:0\r\n"), std::pair(Reason::bad_attribute, std::size_t{1}));
  EXPECT_EQ(reason("a=x\r\nnonsense"), std::pair(Reason::bad_line, std::size_t{2}));
  EXPECT_EQ(reason("a=x\r\nm=audio\r\n"), std::pair(Reason::bad_media_line, std::size_t{2}));
  EXPECT_EQ(reason("a=ice-ufrag:abc\r\n"), std::pair(Reason::bad_attribute, std::size_t{1}));
  EXPECT_EQ(reason("a=ice-ufrag:ab d\r\n"), std::pair(Reason::bad_attribute, std::size_t{1}));
  EXPECT_EQ(reason(std::string(kMaxFragmentSize + 1, 'a')).first, Reason::too_large);
}

TEST(Fragment, WantsBothCredentialsAndOnlyOnePair) {
  EXPECT_FALSE(parse_fragment("a=ice-ufrag:abcd\r\n"));
  EXPECT_FALSE(parse_fragment("a=ice-pwd:0123456789012345678901\r\n"));
  EXPECT_FALSE(
      parse_fragment("a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
                     "m=audio 9 X 0\r\na=mid:0\r\na=ice-ufrag:efgh\r\n"));
}

TEST(Fragment, LeavesOutCandidatesBeyondItsBound) {
  std::string text = "m=audio 9 X 0\r\na=mid:0\r\n";
  for (std::size_t i = 0; i < kMaxFragmentCandidates + 5; ++i) text += "a=candidate:x\r\n";
  EXPECT_EQ(parse_fragment(text)->candidates.size(), kMaxFragmentCandidates);
}

TEST(Fragment, PrintsWhatItReads) {
  Fragment fragment;
  fragment.ice = {"abcd", "0123456789012345678901"};
  fragment.media = "video";
  fragment.mid = "v";
  fragment.ice_lite = true;
  fragment.candidates = {"1 1 udp 1 192.0.2.1 7882 typ host"};
  fragment.end_of_candidates = true;
  EXPECT_EQ(print(fragment),
            "a=ice-lite\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
            "m=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:v\r\n"
            "a=candidate:1 1 udp 1 192.0.2.1 7882 typ host\r\na=end-of-candidates\r\n");
  const auto again = parse_fragment(print(fragment));
  ASSERT_TRUE(again);
  EXPECT_THAT(again->candidates, ElementsAre(fragment.candidates[0]));
  EXPECT_EQ(print(*again), print(fragment));
}

}  // namespace
}  // namespace parley::sdp
