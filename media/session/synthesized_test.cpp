#include "media/session/synthesized.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace parley::media {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kHead =
    "v=0\r\no=rtc 1 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
    "a=setup:actpass\r\na=ice-ufrag:Ml8H\r\na=ice-pwd:2Ri4RcErLk3Wq6Fyz9sCBn\r\n"
    "a=fingerprint:sha-256 0A:0B\r\n";

sdp::Session offer_of(const std::string& sections) {
  auto offer = sdp::parse(std::string(kHead) + sections);
  EXPECT_TRUE(offer);
  return *offer;
}

std::string audio(int mid, std::string_view fmtp = "minptime=10;useinbandfec=1",
                  std::string_view direction = "sendonly") {
  return "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:" + std::to_string(mid) +
         "\r\na=" + std::string(direction) + "\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 " +
         std::string(fmtp) + "\r\n";
}
std::string video(int mid, std::string_view more = {}) {
  return "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:" + std::to_string(mid) +
         "\r\na=sendonly\r\na=rtpmap:96 H264/90000\r\n" + std::string(more);
}

TEST(Synthesized, NamesOneCameraAndOneMicrophone) {
  const auto tracks = synthesized_tracks(
      offer_of(audio(0) + "a=msid:obs obs-audio\r\n" + video(1) + "a=msid:obs obs-video\r\n"));
  ASSERT_TRUE(tracks);
  ASSERT_EQ(tracks->size(), 2u);
  const livekit::AddTrackRequest& sound = (*tracks)[0];
  EXPECT_EQ(sound.name(), "synthesized-microphone");
  EXPECT_EQ(sound.source(), livekit::MICROPHONE);
  EXPECT_EQ(sound.cid(), "obs-audio");
  EXPECT_EQ(sound.stream(), "camera");
  EXPECT_TRUE(sound.disable_dtx());
  EXPECT_FALSE(sound.stereo());
  const livekit::AddTrackRequest& picture = (*tracks)[1];
  EXPECT_EQ(picture.name(), "synthesized-camera");
  EXPECT_EQ(picture.source(), livekit::CAMERA);
  EXPECT_EQ(picture.stream(), "camera");
  ASSERT_EQ(picture.layers_size(), 1);
  EXPECT_EQ(picture.layers(0).quality(), livekit::HIGH);
}

TEST(Synthesized, HearsOfStereo) {
  const auto tracks = synthesized_tracks(offer_of(audio(0, "minptime=10;sprop-stereo=1")));
  ASSERT_TRUE(tracks);
  EXPECT_TRUE((*tracks)[0].stereo());
}

// OBS numbers its encoders from the full picture down.
TEST(Synthesized, KnowsThatObsCountsDownwards) {
  const auto tracks = synthesized_tracks(offer_of(
      video(0, "a=rid:0 send\r\na=rid:1 send\r\na=rid:2 send\r\na=simulcast:send 0;~1;2\r\n")));
  ASSERT_TRUE(tracks);
  std::vector<std::string> rids;
  for (const auto& layer : (*tracks)[0].layers()) rids.push_back(layer.rid());
  EXPECT_THAT(rids, ElementsAre("2", "1", "0"));
  EXPECT_EQ((*tracks)[0].layers(0).quality(), livekit::LOW);
  EXPECT_EQ((*tracks)[0].layers(2).quality(), livekit::HIGH);
}

TEST(Synthesized, TakesTheSecondOfAKindForAScreen) {
  const auto tracks = synthesized_tracks(offer_of(video(0) + video(1) + audio(2) + audio(3)));
  ASSERT_TRUE(tracks);
  std::vector<livekit::TrackSource> sources;
  for (const auto& track : *tracks) sources.push_back(track.source());
  EXPECT_THAT(sources, ElementsAre(livekit::CAMERA, livekit::SCREEN_SHARE, livekit::MICROPHONE,
                                   livekit::SCREEN_SHARE_AUDIO));
}

TEST(Synthesized, KeepsTracksApartThatHaveOneNameOrNone) {
  const auto tracks = synthesized_tracks(
      offer_of(video(0, "a=msid:s same\r\n") + audio(1) + "a=msid:s same\r\n" + video(2)));
  ASSERT_TRUE(tracks);
  std::vector<std::string> cids;
  for (const auto& track : *tracks) cids.push_back(track.cid());
  EXPECT_THAT(cids, ElementsAre("same", "mid 1", "mid 2"));
}

TEST(Synthesized, LeavesOutWhatTheClientOnlyReceives) {
  const auto tracks = synthesized_tracks(offer_of(audio(0, "minptime=10", "recvonly") + video(1)));
  ASSERT_TRUE(tracks);
  EXPECT_EQ(tracks->size(), 1u);
}

TEST(Synthesized, SaysWhyAnOfferWillNotDo) {
  EXPECT_THAT(synthesized_tracks(offer_of("")).error(), HasSubstr("neither audio nor video"));
  EXPECT_THAT(synthesized_tracks(offer_of(video(0) + video(1) + video(2))).error(),
              HasSubstr("more than 2 video"));
}

}  // namespace
}  // namespace parley::media
