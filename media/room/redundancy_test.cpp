#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "media/room/room_fixture.h"

// Who is offered redundancy: of sound (RED, RFC 2198), and of pictures (repair packets).
namespace parley::media {
namespace {

using testing::SizeIs;

class RedundancyTest : public RoomTest {
 protected:
  RedundancyTest() : ann_(&join_active("ann")), ben_(&join_active("ben")) {}

  /// Ann's plain Opus, as a browser without RED sends it.
  void publish(const livekit::AddTrackRequest& track) {
    livekit::SignalRequest add;
    *add.mutable_add_track() = track;
    say(*ann_, add);
    offer(*ann_, {section("audio", 0, "sendonly", track.cid())});
  }
  static livekit::AddTrackRequest microphone() {
    livekit::AddTrackRequest out;
    out.set_cid("mic");
    out.set_type(livekit::AUDIO);
    out.set_source(livekit::MICROPHONE);
    return out;
  }
  /// Ben offers to receive, RED too, as browsers do.
  Subscribe listen() {
    offer(*ben_, {"m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\n"
                  "a=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"});
    EXPECT_THAT(shard_.all<Subscribe>(), SizeIs(1));
    return shard_.all<Subscribe>().at(0);
  }
  static bool has_red(const Subscribe& subscribe) {
    return std::ranges::any_of(subscribe.codecs, [](const CodecBinding& codec) {
      return codec.codec == Codec::red && codec.payload_type == 63;
    });
  }

  Session* ann_;
  Session* ben_;
};

TEST_F(RedundancyTest, SoundThatComesWithoutItMayBeGivenIt) {
  publish(microphone());
  const Subscribe given = listen();
  EXPECT_TRUE(given.may_add_red);
  EXPECT_TRUE(has_red(given));
  EXPECT_EQ(given.codecs.front().codec, Codec::opus) << "which is what mostly flows";
}

TEST_F(RedundancyTest, NotWhereThePublisherWantsNone) {
  auto track = microphone();
  track.set_disable_red(true);
  publish(track);
  const Subscribe given = listen();
  EXPECT_FALSE(given.may_add_red);
  EXPECT_FALSE(has_red(given));
}

TEST_F(RedundancyTest, NotToWhatIsEncryptedEndToEnd) {
  auto track = microphone();
  track.set_encryption(livekit::Encryption::GCM);
  publish(track);
  const Subscribe given = listen();
  EXPECT_FALSE(given.may_add_red);
  EXPECT_FALSE(has_red(given));
}

TEST_F(RedundancyTest, PicturesAreGivenRepairPacketsIfTheClientKnowsThem) {
  publish_camera(*ann_);
  offer(*ben_, {section("video", 0, "recvonly")});
  ASSERT_THAT(shard_.all<Subscribe>(), SizeIs(1));
  EXPECT_EQ(shard_.all<Subscribe>()[0].fec_ssrc, 0u);

  Session& cat = join_active("cat");
  offer(cat, {"m=video 9 UDP/TLS/RTP/SAVPF 96 49\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\n"
              "a=rtpmap:96 VP8/90000\r\na=rtpmap:49 flexfec-03/90000\r\n"});
  ASSERT_THAT(shard_.all<Subscribe>(), SizeIs(2));
  const Subscribe given = shard_.all<Subscribe>()[1];
  EXPECT_NE(given.fec_ssrc, 0u);
  EXPECT_NE(given.fec_ssrc, given.ssrc);
  EXPECT_EQ(given.fec_payload_type, 49);
}

}  // namespace
}  // namespace parley::media
