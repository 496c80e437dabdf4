#include "media/forward/target_selector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "base/random.h"
#include "media/forward/forwarder.h"
#include "media/forward/test_svc.h"

// One subscriber of a scalable stream, and a decoder that knows what refers to what.
namespace parley::media {
namespace {

using test::SvcSource;
using Mode = SvcSource::Mode;

constexpr Duration kPicture = 33ms;

/// The picture as the receiver has it: its highest decodable layer, if there is one.
struct Picture {
  std::optional<std::uint8_t> spatial{};
  std::uint8_t temporal = 0;
  bool ended = false;     ///< By a marker.
  bool keyframe = false;  ///< Of the publisher.
  std::size_t frames = 0;
  std::uint16_t told = 0;  ///< Active targets, in its first frame.
};

class SvcCall {
 public:
  explicit SvcCall(Mode mode, std::uint16_t first_frame = 65'500)
      : source(pool, mode, first_frame), forwarder(Kind::video, payloads(), {.next_index = 500}) {}

  static PayloadMap payloads() {
    const std::vector<CodecBinding> theirs{test::binding(Codec::av1, 96)};
    const std::vector<CodecBinding> ours{test::binding(Codec::av1, 120)};
    return {theirs, ours};
  }

  void want(std::uint8_t spatial, std::uint8_t temporal = 2) {
    forwarder.configure({.max_spatial = spatial, .max_temporal = temporal});
    forwarder.choose(layers);
  }

  /// The next picture of the publisher, who makes a key frame when it is asked to.
  Picture next(std::uint8_t published = 3) {
    const bool keyframe = !begun || (may_ask && forwarder.keyframe_wanted().has_value());
    begun = true;
    Picture out;
    out.keyframe = keyframe;
    for (const SvcSource::Frame& frame : source.picture(keyframe, now, published)) {
      layers[0].last_packet = now;
      const auto rewrite = forwarder.decide(*frame.packet, layers, now);
      if (!rewrite) continue;
      const PacketFacts& facts = frame.packet->facts();
      EXPECT_FALSE(out.ended) << "a frame behind the marker";
      if (out.frames++ == 0) out.told = rewrite->active_targets;
      out.ended = rewrite->marker;
      shift = static_cast<std::uint16_t>(rewrite->picture_id - frame.number);
      if (last) {
        EXPECT_EQ(rewrite->index, last->index + 1);
        EXPECT_GT(static_cast<std::int16_t>(rewrite->picture_id - last->picture_id), 0);
      }
      last = rewrite;
      const bool decodable = std::ranges::all_of(
          frame.refers_to, [&](std::uint16_t other) { return decoded.contains(other); });
      EXPECT_TRUE(decodable) << "frame " << frame.number << " of layer " << int{facts.spatial};
      if (!decodable) continue;
      decoded.insert(frame.number);
      out.spatial = facts.spatial;
      out.temporal = facts.temporal;
    }
    EXPECT_EQ(out.ended, out.frames > 0) << "the picture has no end";
    now += kPicture;
    return out;
  }

  PacketPool pool;
  SvcSource source;
  std::array<SourceLayer, 1> layers;
  Forwarder forwarder;
  Time now{1000s};
  bool begun = false;
  bool may_ask = true;  ///< For key frames.
  std::set<std::uint16_t> decoded;
  std::optional<Rewrite> last;
  std::uint16_t shift = 0;
};

TEST(TargetSelector, ALowerLayerThatHigherOnesBuildOnIsThereAtOnce) {
  SvcCall call(Mode::full);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(call.next().spatial, 2);
  call.want(0);
  EXPECT_EQ(call.forwarder.keyframe_wanted(), std::nullopt);
  const Picture next = call.next();
  EXPECT_EQ(next.spatial, 0);
  EXPECT_FALSE(next.keyframe);
  EXPECT_EQ(call.forwarder.keyframe_wanted(), std::nullopt);
}

TEST(TargetSelector, ALowerLayerOfItsOwnComesWithAKeyframeAndTheHigherOneGoesOnUntilThen) {
  SvcCall call(Mode::key);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(call.next().spatial, 2);
  call.want(0);
  EXPECT_TRUE(call.forwarder.keyframe_wanted()) << "at once";
  call.may_ask = false;
  EXPECT_EQ(call.next().spatial, 2);
  call.may_ask = true;
  const Picture next = call.next();
  EXPECT_TRUE(next.keyframe);
  EXPECT_EQ(next.spatial, 0);
  EXPECT_EQ(call.forwarder.keyframe_wanted(), std::nullopt);
}

TEST(TargetSelector, InBetweenKeyframesAHigherLayerComesAlone) {
  SvcCall call(Mode::key);
  EXPECT_EQ(call.next().frames, 3u);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(call.next().frames, 1u);
}

TEST(TargetSelector, AHigherLayerComesWithAKeyframe) {
  for (const Mode mode : {Mode::full, Mode::key, Mode::simulcast}) {
    SvcCall call(mode);
    call.want(0);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(call.next().spatial, 0);
    call.want(2);
    EXPECT_TRUE(call.forwarder.keyframe_wanted()) << "at once";
    EXPECT_EQ(call.next().spatial, 2);
    EXPECT_EQ(call.forwarder.keyframe_wanted(), std::nullopt);
  }
}

// A picture without its marker never ends for the receiver, which then asks for another key frame.
TEST(TargetSelector, TheVeryFirstPictureEndsAtTheLayerThatIsSent) {
  for (const Mode mode : {Mode::full, Mode::key, Mode::simulcast}) {
    SvcCall call(mode);
    call.want(0);
    EXPECT_TRUE(call.next().ended);
  }
}

TEST(TargetSelector, TemporalLayersGoAtOnceAndComeBackWithoutAKeyframe) {
  for (const Mode mode : {Mode::full, Mode::key, Mode::simulcast}) {
    SvcCall call(mode);
    for (int i = 0; i < 6; ++i) call.next();
    call.want(2, 0);
    int sent = 0;
    for (int i = 0; i < 8; ++i) {
      const Picture picture = call.next();
      EXPECT_FALSE(picture.keyframe);
      EXPECT_EQ(picture.temporal, 0);
      sent += picture.spatial.has_value() ? 1 : 0;
    }
    EXPECT_EQ(sent, 2);
    call.want(2, 2);
    sent = 0;
    for (int i = 0; i < 12; ++i) {
      const Picture picture = call.next();
      EXPECT_FALSE(picture.keyframe);
      sent += picture.spatial.has_value() ? 1 : 0;
    }
    EXPECT_GE(sent, 12 - 3) << "four pictures are a period, which begins with the lowest layer";
  }
}

TEST(TargetSelector, FollowsThePublisherThatStopsItsHighestLayer) {
  SvcCall full(Mode::full);
  for (int i = 0; i < 5; ++i) full.next();
  EXPECT_EQ(full.next(2).spatial, 1) << "at once where the layer is there";
  SvcCall key(Mode::key);
  for (int i = 0; i < 5; ++i) key.next();
  EXPECT_EQ(key.next(2).spatial, std::nullopt);
  EXPECT_TRUE(key.forwarder.keyframe_wanted());
  EXPECT_EQ(key.next(2).spatial, 1);
}

TEST(TargetSelector, TellsTheReceiverWhichTargetsItCanDecode) {
  SvcCall call(Mode::full);
  EXPECT_EQ(call.next().told, 0) << "all: as the publisher says";
  for (int i = 0; i < 4; ++i) EXPECT_EQ(call.next().told, 0);
  call.want(1, 0);
  Picture slow;
  for (int i = 0; i < 4; ++i) {
    if (const Picture picture = call.next(); picture.frames > 0) slow = picture;
  }
  EXPECT_EQ(slow.told, 0b000'001'001) << "layers 0 and 1, at the lowest rate";

  SvcCall alone(Mode::key);
  for (int i = 0; i < 9; ++i) alone.next();
  EXPECT_EQ(alone.next().told, 0b111'000'000) << "the lower ones were left out";
}

// With the structure there must be a mask if not all is active (A.4.4).
TEST(TargetSelector, SaysWithAKeyframeWhatComes) {
  SvcCall call(Mode::key);
  call.want(0);
  EXPECT_EQ(call.next().told, 0b000'000'111);
}

// 16 bits of a stream of 90 frames a second are half way round in six minutes.
TEST(TargetSelector, FrameNumbersGoOnAfterALongPause) {
  SvcCall call(Mode::full);
  for (int i = 0; i < 5; ++i) call.next();
  const std::uint16_t before = call.last->picture_id;
  call.forwarder.configure({.paused = true});
  for (int i = 0; i < 12'000; ++i) call.next();
  call.forwarder.configure({});
  call.next();
  EXPECT_EQ(call.last->picture_id, static_cast<std::uint16_t>(before + 3));
  EXPECT_NE(call.shift, 0);
}

TEST(TargetSelector, FrameNumbersGoOnWithAnotherPublisherUnderTheSameSsrc) {
  SvcCall first(Mode::full, 60'000);
  for (int i = 0; i < 5; ++i) first.next();
  SvcCall second(Mode::full, 30'000);
  second.forwarder = Forwarder(Kind::video, SvcCall::payloads(), first.forwarder.tail());
  second.last = first.last;
  second.next();
  EXPECT_EQ(second.last->picture_id, static_cast<std::uint16_t>(first.last->picture_id + 3));
}

// What is late and of before the key frame says nothing of what comes after it.
TEST(TargetSelector, ALateFrameOfBeforeTheKeyframeChangesNothing) {
  SvcCall call(Mode::full);
  for (int i = 0; i < 4; ++i) call.next();
  const auto held = call.source.picture(false, call.now);
  call.source.source().lose(0);
  call.forwarder.interrupt();
  call.next();
  for (const SvcSource::Frame& frame : held) {
    EXPECT_FALSE(call.forwarder.decide(*frame.packet, call.layers, call.now));
  }
  for (int i = 0; i < 8; ++i) EXPECT_EQ(call.next().spatial, 2);
}

// Goal: whatever a subscriber asks for, all that it gets can be decoded, each picture has an end,
// and what it asks for is there soon. The checks of each frame are in SvcCall::next.
TEST(TargetSelectorSim, NoSwitchLeavesAFrameThatCannotBeDecoded) {
  for (const Mode mode : {Mode::full, Mode::key, Mode::simulcast}) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      SCOPED_TRACE(testing::Message() << "mode " << int(mode) << " seed " << seed);
      SeededRandom random(seed);
      SvcCall call(mode, static_cast<std::uint16_t>(random.below(65'536)));
      int keyframes = 0;
      int without_picture = 0;
      for (int i = 0; i < 500; ++i) {
        const auto spatial = static_cast<std::uint8_t>(random.below(3));
        const auto temporal = static_cast<std::uint8_t>(random.below(3));
        call.want(spatial, temporal);
        std::optional<Picture> seen;
        const auto pictures = static_cast<int>(random.below(12));
        for (int j = 0; j < pictures; ++j) {
          const Picture picture = call.next();
          keyframes += picture.keyframe ? 1 : 0;
          if (picture.spatial) {
            seen = picture;
            without_picture = 0;
          } else {
            ASSERT_LT(++without_picture, 5) << "more than a period of the lowest rate";
          }
        }
        if (pictures > 8) {
          EXPECT_EQ(seen->spatial, spatial);
          EXPECT_LE(seen->temporal, temporal);
        }
      }
      EXPECT_LT(keyframes, 500);
    }
  }
}

}  // namespace
}  // namespace parley::media
