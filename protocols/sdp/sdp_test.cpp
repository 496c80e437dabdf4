#include "protocols/sdp/sdp.h"

#include <gtest/gtest.h>

namespace parley::sdp {
namespace {

// What a Chromium publisher with one microphone and one simulcast camera writes, shortened.
constexpr std::string_view kOffer =
    "v=0\r\n"
    "o=- 4611731400430051336 2 IN IP4 127.0.0.1\r\n"
    "s=-\r\n"
    "t=0 0\r\n"
    "a=group:BUNDLE 0 1 2\r\n"
    "a=extmap-allow-mixed\r\n"
    "a=msid-semantic: WMS\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\n"
    "c=IN IP4 0.0.0.0\r\n"
    "a=rtcp:9 IN IP4 0.0.0.0\r\n"
    "a=ice-ufrag:abcd\r\n"
    "a=ice-pwd:0123456789012345678901\r\n"
    "a=ice-options:trickle\r\n"
    "a=fingerprint:sha-256 0A:FF\r\n"
    "a=setup:actpass\r\n"
    "a=mid:0\r\n"
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
    "a=extmap:4/sendonly urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
    "a=sendonly\r\n"
    "a=msid:- 5d5c\r\n"
    "a=rtcp-mux\r\n"
    "a=rtcp-rsize\r\n"
    "a=rtpmap:111 opus/48000/2\r\n"
    "a=rtcp-fb:111 transport-cc\r\n"
    "a=fmtp:111 minptime=10;useinbandfec=1\r\n"
    "a=rtpmap:63 red/48000/2\r\n"
    "a=fmtp:63 111/111\r\n"
    "a=ssrc:1 cname:c\r\n"
    "a=ssrc:1 msid:- 5d5c\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"
    "a=mid:1\r\n"
    "a=sendonly\r\n"
    "a=rtpmap:96 VP8/90000\r\n"
    "a=rtcp-fb:* nack\r\n"
    "a=rtcp-fb:96 nack pli\r\n"
    "a=rtpmap:97 rtx/90000\r\n"
    "a=fmtp:97 apt=96\r\n"
    "a=simulcast:send q;~h;f\r\n"
    "a=rid:f send\r\n"
    "a=rid:q send\r\n"
    "a=rid:h send\r\n"
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
    "a=mid:2\r\n"
    "a=sctp-port:5000\r\n"
    "a=max-message-size:262144\r\n";

TEST(Sdp, ReadsWhatABrowserOffers) {
  const auto session = parse(kOffer);
  ASSERT_TRUE(session) << to_string(session.error().reason) << " line " << session.error().line;
  EXPECT_EQ(session->bundle, (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_TRUE(session->extmap_allow_mixed);
  ASSERT_EQ(session->media.size(), 3u);

  const Media& audio = session->media[0];
  EXPECT_EQ(audio.kind, Kind::audio);
  EXPECT_EQ(audio.direction, Direction::sendonly);
  EXPECT_EQ(audio.ice->ufrag, "abcd");
  EXPECT_EQ(audio.fingerprint->digest, (std::vector<std::uint8_t>{0x0a, 0xff}));
  EXPECT_EQ(audio.setup, Setup::actpass);
  EXPECT_EQ(audio.msid, "- 5d5c");
  ASSERT_EQ(audio.formats.size(), 2u);
  EXPECT_EQ(audio.formats[0].channels, 2u);
  EXPECT_EQ(audio.formats[0].feedback, std::vector<std::string>{"transport-cc"});
  EXPECT_EQ(audio.formats[1].fmtp, "111/111");
  EXPECT_EQ(audio.extensions[1].id, 4);
  EXPECT_EQ(audio.sources[0].msid, "- 5d5c");

  const Media& data = session->media[2];
  EXPECT_EQ(data.kind, Kind::application);
  EXPECT_EQ(data.sctp_port, 5000);
  EXPECT_EQ(data.max_message_size, 262144u);
}

TEST(Sdp, OrdersRidsAsSimulcastPrefersThemAndForgetsThatOneIsPaused) {
  const auto session = parse(kOffer);
  ASSERT_TRUE(session);
  const Media& video = session->media[1];
  ASSERT_EQ(video.rids.size(), 3u);
  EXPECT_EQ(video.rids[0].id, "q");
  EXPECT_EQ(video.rids[1].id, "h");
  EXPECT_EQ(video.rids[2].id, "f");
}

TEST(Sdp, SpreadsAStarredFeedbackOverAllFormats) {
  const auto session = parse(kOffer);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->media[1].formats[1].feedback, std::vector<std::string>{"nack"});
  EXPECT_EQ(session->media[1].formats[0].feedback, (std::vector<std::string>{"nack", "nack pli"}));
}

TEST(Sdp, PrintsWhatItReadsBackTheSame) {
  const auto first = parse(kOffer);
  ASSERT_TRUE(first);
  const std::string text = print(*first);
  const auto second = parse(text);
  ASSERT_TRUE(second) << text;
  EXPECT_EQ(print(*second), text);
  EXPECT_EQ(second->media[1].rids[1].id, "h");
  EXPECT_EQ(second->media[0].formats[0].fmtp, "minptime=10;useinbandfec=1");
}

TEST(Sdp, SessionLevelIceAndFingerprintCountForEverySection) {
  const auto session = parse(
      "v=0\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\na=fingerprint:SHA-256 01\r\na=setup:active\r\n"
      "m=audio 9 X 0\r\nm=video 9 X 96\r\na=ice-ufrag:own\r\na=ice-pwd:pw\r\n");
  ASSERT_TRUE(session);
  EXPECT_EQ(session->media[0].ice->ufrag, "u");
  EXPECT_EQ(session->media[0].fingerprint->algorithm, "sha-256");
  EXPECT_EQ(session->media[1].ice->ufrag, "own");
  EXPECT_EQ(session->media[1].setup, Setup::active);
}

TEST(Sdp, SaysWhichLineItCouldNotRead) {
  struct Case {
    std::string_view text;
    ParseError::Reason reason;
    std::size_t line;
  };
  for (const Case& c :
       {Case{"", ParseError::Reason::not_sdp, 1}, Case{"hello", ParseError::Reason::not_sdp, 1},
        Case{"v=0\nnonsense", ParseError::Reason::bad_line, 2},
        Case{"v=0\nm=audio x RTP 0", ParseError::Reason::bad_media_line, 2},
        Case{"v=0\nm=audio 9 RTP 200", ParseError::Reason::bad_media_line, 2},
        Case{"v=0\nm=audio 9 RTP 96\na=rtpmap:96 opus", ParseError::Reason::bad_attribute, 3},
        Case{"v=0\nm=audio 9 RTP 0\na=mid:0\nm=audio 9 RTP 0\na=mid:0",
             ParseError::Reason::repeated_mid, 5},
        Case{"v=0\na=fingerprint:sha-256 0", ParseError::Reason::bad_attribute, 2}}) {
    const auto session = parse(c.text);
    ASSERT_FALSE(session) << c.text;
    EXPECT_EQ(session.error().reason, c.reason) << c.text;
    EXPECT_EQ(session.error().line, c.line) << c.text;
  }
  EXPECT_EQ(parse(std::string(kMaxSize + 1, 'x')).error().reason, ParseError::Reason::too_large);
}

TEST(Sdp, FindsValuesInFmtp) {
  EXPECT_EQ(fmtp_value("profile-level-id=42e01f; packetization-mode=1", "packetization-mode"), "1");
  EXPECT_EQ(fmtp_value("apt=96", "apt"), "96");
  EXPECT_FALSE(fmtp_value("111/111", "apt"));
}

}  // namespace
}  // namespace parley::sdp
