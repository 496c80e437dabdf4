#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/negotiation/answer.h"
#include "media/negotiation/offer.h"

namespace parley::media {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

LocalEnd local_end() {
  LocalEnd out;
  out.ice = {"us", "our-password-0123456789"};
  out.fingerprint = {"sha-256", {1, 2, 3}};
  out.candidates = {{Protocol::udp, *SocketAddress::parse("192.0.2.1:7882")},
                    {Protocol::tcp, *SocketAddress::parse("192.0.2.1:7881")}};
  return out;
}

constexpr std::string_view kSession =
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2\r\n"
    "a=extmap-allow-mixed\r\na=ice-ufrag:them\r\na=ice-pwd:their-password\r\n"
    "a=fingerprint:sha-256 0A:0B\r\na=setup:actpass\r\n";

constexpr std::string_view kAudio =
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0\r\na=mid:0\r\n"
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:99 urn:unknown\r\n"
    "a=sendonly\r\na=msid:- mic\r\na=rtcp-mux\r\n"
    "a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\na=fmtp:111 minptime=10\r\n"
    "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\na=rtpmap:9 G722/8000\r\n";

constexpr std::string_view kVideo =
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 45\r\na=mid:1\r\na=sendonly\r\na=msid:s cam\r\n"
    "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtcp-fb:96 xyz\r\n"
    "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
    "a=rtpmap:102 H264/90000\r\n"
    "a=fmtp:102 packetization-mode=1;profile-level-id=42e01f\r\n"
    "a=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102\r\n"
    "a=rtpmap:45 AV1/90000\r\n"
    "a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\na=simulcast:send f;h;q\r\n";

constexpr std::string_view kData =
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\na=sctp-port:5000\r\n";

sdp::Session parsed(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (std::string_view part : parts) text += part;
  return *sdp::parse(text);
}

std::vector<std::uint8_t> payload_types(const sdp::Media& media) {
  std::vector<std::uint8_t> out;
  for (const sdp::Format& format : media.formats) out.push_back(format.payload_type);
  return out;
}

TEST(Answer, TakesWhatAPublisherOffersWithRedundancyFirst) {
  const sdp::Session offer = parsed({kSession, kAudio, kVideo, kData});
  const std::vector<SectionPlan> plans{{ReceivePlan{}, {}}, {ReceivePlan{Codec::vp8}, {}}, {}};
  const Answer out = answer(offer, plans, local_end());

  ASSERT_EQ(out.description.media.size(), 3u);
  const sdp::Media& audio = out.description.media[0];
  EXPECT_THAT(payload_types(audio), ElementsAre(63, 111, 0)) << "G722 is not ours";
  EXPECT_EQ(audio.formats[1].fmtp, "minptime=10;usedtx=1");
  EXPECT_EQ(audio.direction, sdp::Direction::recvonly);
  EXPECT_EQ(audio.setup, sdp::Setup::passive);
  EXPECT_EQ(audio.extensions.size(), 2u) << "only extensions that we know are answered";
  EXPECT_THAT(out.description.bundle, ElementsAre("0", "1", "2"));
  EXPECT_EQ(out.description.media[2].sctp_port, 5000);
  EXPECT_EQ(out.sections[0].extensions.audio_level, 1);
  EXPECT_EQ(out.sections[0].extensions.mid, 4);
}

TEST(Answer, PutsTheAnnouncedVideoCodecFirstAndMirrorsSimulcast) {
  const sdp::Session offer = parsed({kSession, kAudio, kVideo, kData});
  const std::vector<SectionPlan> plans{{ReceivePlan{}, {}}, {ReceivePlan{Codec::h264}, {}}, {}};
  const Answer out = answer(offer, plans, local_end());
  const sdp::Media& video = out.description.media[1];
  EXPECT_THAT(payload_types(video), ElementsAre(102, 103, 96, 97, 45));
  EXPECT_THAT(video.formats[2].feedback, ElementsAre("nack", "nack pli"));
  ASSERT_EQ(video.rids.size(), 3u);
  EXPECT_FALSE(video.rids[0].send);
  EXPECT_TRUE(video.simulcast);
  EXPECT_EQ(out.sections[1].codecs[0].rtx_payload_type, 103);
  EXPECT_TRUE(out.sections[1].nack);
}

TEST(Answer, PutsCandidatesIntoTheFirstSectionOfTheBundleOnly) {
  const Answer out = answer(parsed({kSession, kAudio, kData}),
                            std::vector<SectionPlan>{{ReceivePlan{}, {}}, {}}, local_end());
  EXPECT_THAT(out.description.media[0].candidates,
              ElementsAre("1 1 udp 2126729471 192.0.2.1 7882 typ host",
                          "2 1 tcp 1522749439 192.0.2.1 7881 typ host tcptype passive"));
  EXPECT_THAT(out.description.media[1].candidates, IsEmpty());
}

TEST(Answer, SendsOnASectionThatTheClientReceives) {
  std::string receiving(kVideo);
  receiving.replace(receiving.find("a=sendonly"), 10, "a=recvonly");
  const std::vector<CodecBinding> stream{
      {Codec::h264, 125, 107, 90000, "packetization-mode=1;profile-level-id=42e033"}};
  SectionPlan plan;
  plan.send = SendPlan{"PA_a|camera", "TR_b", 77, 78, stream, false};
  const Answer out = answer(parsed({kSession, receiving}), std::vector{plan}, local_end());
  const sdp::Media& video = out.description.media[0];
  EXPECT_EQ(video.direction, sdp::Direction::sendonly);
  EXPECT_THAT(payload_types(video), ElementsAre(102, 103))
      << "the client's number for the stream's codec";
  EXPECT_EQ(video.msid, "PA_a|camera TR_b");
  EXPECT_THAT(video.source_groups[0].ssrcs, ElementsAre(77, 78));
  EXPECT_TRUE(out.sections[0].sends);
}

TEST(Answer, LeavesASectionInactiveWhenTheClientCannotDecodeTheStream) {
  std::string receiving(kVideo);
  receiving.replace(receiving.find("a=sendonly"), 10, "a=recvonly");
  const std::vector<CodecBinding> stream{{Codec::vp9, 98, 99, 90000, "profile-id=0"}};
  SectionPlan plan;
  plan.send = SendPlan{"PA_a|camera", "TR_b", 77, 78, stream, false};
  const Answer out = answer(parsed({kSession, receiving}), std::vector{plan}, local_end());
  EXPECT_EQ(out.description.media[0].direction, sdp::Direction::inactive);
  EXPECT_NE(out.description.media[0].port, 0) << "it stays usable for another track";
  EXPECT_FALSE(out.sections[0].sends);
}

TEST(Answer, RejectsStoppedAndUnknownSections) {
  const Answer out =
      answer(parsed({kSession, "m=video 0 X 96\r\na=mid:0\r\n", "m=text 9 X 1\r\na=mid:1\r\n"}),
             std::vector<SectionPlan>(2), local_end());
  EXPECT_EQ(out.description.media[0].port, 0);
  EXPECT_EQ(out.description.media[1].port, 0);
  EXPECT_THAT(out.description.bundle, IsEmpty());
  EXPECT_TRUE(sdp::parse(sdp::print(out.description)));
}

TEST(Layers, AreListedLowestFirstByTheNamesClientsUse) {
  const sdp::Session offer = parsed({kSession, kVideo});
  const auto layers = layers_of(offer.media[0]);
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_EQ(layers[0].rid, "q");
  EXPECT_EQ(layers[2].rid, "f");
  EXPECT_EQ(track_id_of(offer.media[0]), "cam");
}

TEST(Layers, OfMoreThanThreeTheBestAndTheLowestTwoAreUsed) {
  const sdp::Session offer = parsed(
      {kSession,
       "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=sendonly\r\na=rtpmap:96 H264/90000\r\n"
       "a=rid:0 send\r\na=rid:1 send\r\na=rid:2 send\r\na=rid:3 send\r\n"});
  const auto layers = layers_of(offer.media[0]);
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_EQ(layers[0].rid, "3");
  EXPECT_EQ(layers[1].rid, "2");
  EXPECT_EQ(layers[2].rid, "0");
}

TEST(Layers, OfASimGroupCarryTheirRetransmissionStreams) {
  const auto layers = layers_of(parsed({kSession,
                                        "m=video 9 X 96\r\na=ssrc-group:SIM 1 "
                                        "2\r\na=ssrc-group:FID 2 20\r\na=ssrc:1 cname:c\r\n"})
                                    .media[0]);
  ASSERT_EQ(layers.size(), 2u);
  EXPECT_EQ(layers[0].ssrc, 1u);
  EXPECT_EQ(layers[1].rtx_ssrc, 20u);
}

TEST(Offer, ListsDataFirstAndReadsBackWhatTheClientTook) {
  const std::vector<CodecBinding> vp8{{Codec::vp8, 120, 121, 90000, ""}};
  const std::vector<CodecBinding> red{{Codec::red, 63, std::nullopt, 48000, "111/111"},
                                      {Codec::opus, 111, std::nullopt, 48000, "minptime=10"}};
  const std::vector<OfferedSection> sections{
      {"0", Kind::video, SendPlan{"PA_a|camera", "TR_v", 1, 2, vp8, false}},
      {"1", Kind::audio, SendPlan{"PA_a|camera", "TR_a", 3, 0, red, true}},
      {"2", Kind::video, std::nullopt}};
  const sdp::Session text = *sdp::parse(sdp::print(offer(sections, "data", local_end())));
  ASSERT_EQ(text.media.size(), 4u);
  EXPECT_EQ(text.media[0].kind, sdp::Kind::application);
  EXPECT_THAT(payload_types(text.media[1]), ElementsAre(96, 97))
      << "our numbers, not the publisher's";
  EXPECT_THAT(payload_types(text.media[2]), ElementsAre(63, 111));
  EXPECT_EQ(text.media[3].direction, sdp::Direction::inactive);

  sdp::Session reply = text;
  for (sdp::Media& media : reply.media) media.direction = sdp::mirrored(media.direction);
  reply.media[2].formats.erase(reply.media[2].formats.begin());  // A client without RED.
  const auto results = read_answer(sections, *sdp::parse(sdp::print(reply)));
  ASSERT_EQ(results.size(), 3u);
  EXPECT_TRUE(results[0].sends);
  EXPECT_EQ(results[0].codecs[0].rtx_payload_type, 97);
  ASSERT_EQ(results[1].codecs.size(), 1u);
  EXPECT_EQ(results[1].codecs[0].codec, Codec::opus);
  EXPECT_FALSE(results[2].sends);
}

TEST(RepairPackets, AreOfferedBesideAPictureAndReadBack) {
  const std::vector<CodecBinding> vp8{{Codec::vp8, 120, 121, 90000, ""}};
  SendPlan plan{"PA_a|camera", "TR_v", 1, 2, vp8, false};
  plan.fec_ssrc = 3;
  const std::vector<OfferedSection> sections{{"0", Kind::video, plan}};
  const sdp::Session text = *sdp::parse(sdp::print(offer(sections, "data", local_end())));
  EXPECT_THAT(payload_types(text.media[1]), ElementsAre(96, 97, 49));
  ASSERT_EQ(text.media[1].source_groups.size(), 2u);
  EXPECT_EQ(text.media[1].source_groups[1].semantics, "FEC-FR");
  EXPECT_THAT(text.media[1].source_groups[1].ssrcs, ElementsAre(1, 3));

  sdp::Session reply = text;
  for (sdp::Media& media : reply.media) media.direction = sdp::mirrored(media.direction);
  EXPECT_EQ(read_answer(sections, reply)[0].fec_payload_type, 49);
  EXPECT_EQ(read_answer(sections, reply)[0].codecs.size(), 1u);
  reply.media[1].formats.pop_back();
  EXPECT_FALSE(read_answer(sections, reply)[0].fec_payload_type);
}

TEST(RepairPackets, AreAgreedToWithTheClientsNumber) {
  const std::string video =
      "m=video 9 UDP/TLS/RTP/SAVPF 96 97 35\r\na=mid:0\r\na=recvonly\r\n"
      "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
      "a=rtpmap:35 flexfec-03/90000\r\na=fmtp:35 repair-window=10000000\r\n";
  const sdp::Session offered = parsed({kSession, video});
  const std::vector<CodecBinding> vp8{{Codec::vp8, 120, 121, 90000, ""}};
  std::vector<SectionPlan> plans(1);
  plans[0].send = SendPlan{"PA_a|camera", "TR_v", 1, 2, vp8, false};
  const auto without = answer(offered, plans, local_end());
  EXPECT_FALSE(without.sections[0].fec_payload_type);
  EXPECT_THAT(payload_types(without.description.media[0]), ElementsAre(96, 97));

  plans[0].send->fec_ssrc = 3;
  const auto with = answer(offered, plans, local_end());
  EXPECT_EQ(with.sections[0].fec_payload_type, 35);
  EXPECT_THAT(payload_types(with.description.media[0]), ElementsAre(96, 97, 35));
  EXPECT_THAT(with.description.media[0].source_groups.back().ssrcs, ElementsAre(1, 3));
}

TEST(RemoteEnd, IsFoundWhereverABundlePutsIt) {
  const auto remote = remote_end(parsed({kSession, kAudio}));
  ASSERT_TRUE(remote);
  EXPECT_EQ(remote->ice.ufrag, "them");
  EXPECT_EQ(remote->our_role, DtlsRole::passive);
  EXPECT_FALSE(remote_end(parsed({"v=0\r\n", kAudio})));
}

TEST(Codecs, TellH264ProfilesApart) {
  EXPECT_TRUE(compatible(Codec::h264, "packetization-mode=1;profile-level-id=42e01f",
                         "profile-level-id=42E033;packetization-mode=1"));
  EXPECT_FALSE(compatible(Codec::h264, "packetization-mode=0;profile-level-id=42e01f",
                          "packetization-mode=1;profile-level-id=42e01f"));
  EXPECT_FALSE(compatible(Codec::h264, "packetization-mode=1;profile-level-id=640032",
                          "packetization-mode=1;profile-level-id=42e01f"));
}

}  // namespace
}  // namespace parley::media
