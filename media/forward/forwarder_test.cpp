#include "media/forward/forwarder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "base/random.h"
#include "media/forward/test_source.h"

namespace parley::media {
namespace {

using test::LayerSource;

constexpr Time start{1000s};
constexpr Duration kFrame = 33ms;
constexpr std::uint32_t kFrameTicks = 2970;

std::vector<CodecBinding> video(Codec codec, std::uint8_t payload_type) {
  return {test::binding(codec, payload_type)};
}

/// Three simulcast layers of one publisher and one subscriber of them.
class Simulcast {
 public:
  explicit Simulcast(Codec codec = Codec::vp8)
      : forwarder(Kind::video, PayloadMap(video(codec, 96), video(codec, 120)),
                  {.next_index = 500}) {
    for (std::uint8_t i = 0; i < 3; ++i) layers.emplace_back(pool, codec, i, 11u + i);
  }

  std::vector<Rewrite> push(std::uint8_t layer, LayerSource::Frame frame) {
    frame.at = now;
    std::vector<Rewrite> out;
    for (const PacketRef& packet : layers[layer].frame(frame)) {
      if (const auto rewrite = push(*packet)) out.push_back(*rewrite);
    }
    return out;
  }

  std::optional<Rewrite> push(const MediaPacket& packet) {
    source[packet.facts().layer].last_packet = now;
    return forwarder.decide(packet, source, now);
  }

  void tick() {
    now += kFrame;
    for (LayerSource& layer : layers) layer.advance(kFrameTicks);
  }

  PacketPool pool;
  std::vector<LayerSource> layers;
  std::array<SourceLayer, 3> source;
  Forwarder forwarder;
  Time now = start;
};

TEST(Forwarder, BeginsWithAKeyframeAndTheSubscribersPayloadType) {
  Simulcast call;
  EXPECT_TRUE(call.push(0, {}).empty());
  EXPECT_EQ(call.forwarder.skipped(), Forwarder::Skip::awaits_keyframe);
  EXPECT_EQ(call.forwarder.keyframe_wanted(), 0);

  call.tick();
  const auto out = call.push(0, {.keyframe = true, .packets = 3});
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[0].index, 500u);
  EXPECT_EQ(out[2].index, 502u);
  EXPECT_EQ(out[0].payload_type, 120);
  EXPECT_FALSE(out[0].marker);
  EXPECT_TRUE(out[2].marker);
  EXPECT_EQ(call.forwarder.keyframe_wanted(), std::nullopt);
}

TEST(Forwarder, TakesAPacketTrailerOffForWhoDoesNotKnowIt) {
  Simulcast call;
  // A frame's number in a trailer: 11 bytes (codec/packet_trailer.h).
  const std::vector<std::uint8_t> trailer{0xfd, 0xfb, 0xff, 0xff, 0xff, 0xf6,
                                          0xf4, 'L',  'K',  'T',  'S'};
  const auto frame_end = [&](std::size_t size) {
    PacketDraft draft = call.layers[0].start(call.now);
    std::vector<std::uint8_t> bytes(size, 0x55);
    bytes.insert(bytes.end(), trailer.begin(), trailer.end());
    EXPECT_TRUE(draft.set_bytes(bytes));
    draft.facts().frame_start = draft.facts().keyframe_start = true;
    draft.facts().frame_end = draft.facts().marker = true;
    draft.facts().vp8.size = 6;
    return std::move(draft).freeze();
  };
  EXPECT_EQ(call.push(*frame_end(50))->payload_size, 61);
  call.forwarder.set_strips_trailers(true);
  EXPECT_EQ(call.push(*frame_end(50))->payload_size, 50);
  EXPECT_EQ(call.push(*frame_end(6))->payload_size, 17) << "the frame's end must not be lost";
}

TEST(Forwarder, LeavesTheFirstLayersNumbersAlone) {
  Simulcast call;
  for (const Rewrite& rewrite : call.push(0, {.keyframe = true})) EXPECT_FALSE(rewrite.vp8);
  call.tick();
  for (const Rewrite& rewrite : call.push(0, {})) EXPECT_FALSE(rewrite.vp8);
}

TEST(Forwarder, KeepsTheOldLayerUntilTheKeyframeOfTheNew) {
  Simulcast call;
  call.push(0, {.keyframe = true, .packets = 2});
  call.tick();
  call.push(2, {});
  call.forwarder.choose(call.source);
  EXPECT_EQ(call.forwarder.keyframe_wanted(), 2);
  EXPECT_EQ(call.push(0, {.packets = 2}).size(), 2u);
  EXPECT_EQ(call.push(2, {}).size(), 0u);

  call.tick();
  const auto old = call.push(0, {});
  const auto fresh = call.push(2, {.keyframe = true, .packets = 4});
  ASSERT_EQ(old.size(), 1u);
  ASSERT_EQ(fresh.size(), 4u);
  EXPECT_EQ(fresh[0].index, old[0].index + 1);
  EXPECT_GT(fresh[0].timestamp, old[0].timestamp);
  EXPECT_TRUE(fresh[0].vp8);
  EXPECT_EQ(fresh[0].picture_id, ((11 * 31 + 3) & 0x7fff) + 1);
  EXPECT_EQ(call.forwarder.current_layer(), 2);
  EXPECT_TRUE(call.push(0, {}).empty());
}

TEST(Forwarder, FallsToALowerLayerWhenTheCurrentOneGoesSilent) {
  Simulcast call;
  call.push(2, {.keyframe = true});
  call.push(0, {.keyframe = true});
  for (int i = 0; i < 30; ++i) {
    call.tick();
    call.push(0, {});
  }
  call.forwarder.choose(call.source);
  EXPECT_EQ(call.forwarder.keyframe_wanted(), 0);
  EXPECT_EQ(call.push(0, {.keyframe = true}).size(), 1u);
}

TEST(Forwarder, TakesAHigherLayerRatherThanNone) {
  Simulcast call;
  call.forwarder.configure({.max_spatial = 0});
  EXPECT_EQ(call.push(2, {.keyframe = true}).size(), 1u);
}

TEST(Forwarder, StaysBelowTheCeilingOfBandwidth) {
  Simulcast call;
  call.forwarder.set_ceiling(1);
  call.push(1, {.keyframe = true});
  call.tick();
  EXPECT_TRUE(call.push(2, {.keyframe = true}).empty());
  call.forwarder.set_ceiling(255);
  call.forwarder.choose(call.source);
  EXPECT_EQ(call.forwarder.keyframe_wanted(), 2);
}

TEST(Forwarder, AlignsTimestampsBySenderReports) {
  Simulcast call;
  // Layer 1's clock stands 12345 ticks from layer 0's; both reports name the same moment.
  const rtp::NtpTime ntp(rtp::NtpTime(0xe000'0000'0000'0000));
  for (std::uint8_t i = 0; i < 2; ++i) {
    call.source[i].clock = SenderClock{.ntp = ntp,
                                       .ticks = rtp::MediaTicks(call.layers[i].ticks()),
                                       .clock_rate = 90000,
                                       .received = start};
  }
  const auto first = call.push(0, {.keyframe = true});
  // The key frame of the other layer takes 150 ms longer to arrive than its capture is later.
  for (int i = 0; i < 2; ++i) call.tick();
  call.now += 150ms;
  call.source[0].last_packet = call.now;
  const auto second = call.push(1, {.keyframe = true});
  ASSERT_EQ(second.size(), 1u);
  EXPECT_NEAR(static_cast<double>(second[0].timestamp - first[0].timestamp), 2.0 * kFrameTicks,
              2.0);
}

TEST(Forwarder, AlignsTimestampsByElapsedTimeWithoutThem) {
  Simulcast call;
  const auto first = call.push(0, {.keyframe = true});
  call.tick();
  call.tick();
  const auto second = call.push(1, {.keyframe = true});
  ASSERT_EQ(second.size(), 1u);
  EXPECT_NEAR(static_cast<double>(second[0].timestamp - first[0].timestamp), 2.0 * kFrameTicks,
              2.0);
}

TEST(Forwarder, GoesStrictlyForwardEvenIfBothLayersAreOfOneMoment) {
  Simulcast call;
  const auto first = call.push(0, {.keyframe = true});
  const auto second = call.push(1, {.keyframe = true});
  EXPECT_EQ(second[0].timestamp, first[0].timestamp + 1);
}

TEST(Forwarder, GoesOnFromWhereAnotherStreamUnderItsSsrcEnded) {
  Simulcast first;
  first.push(0, {.keyframe = true});
  first.tick();
  const auto before = first.push(0, {});

  Simulcast second;
  second.forwarder =
      Forwarder(Kind::video, PayloadMap(video(Codec::vp8, 96), video(Codec::vp8, 120)),
                first.forwarder.tail());
  second.now = first.now + kFrame;
  second.layers[1].lose(30'000);
  EXPECT_TRUE(second.push(1, {}).empty());
  const auto after = second.push(1, {.keyframe = true});
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(after[0].index, before[0].index + 1);
  EXPECT_EQ(after[0].timestamp, before[0].timestamp + kFrameTicks);
  EXPECT_EQ(after[0].picture_id, (before[0].picture_id + 1) & 0x7fff);
  EXPECT_EQ(static_cast<std::uint8_t>(after[0].tl0_pic_idx - before[0].tl0_pic_idx), 1);
}

TEST(Forwarder, ResumesAfterAPauseWithAKeyframeAndTheTimeThatPassed) {
  Simulcast call;
  const auto before = call.push(0, {.keyframe = true});
  call.forwarder.configure({.paused = true});
  EXPECT_EQ(call.forwarder.keyframe_wanted(), std::nullopt);
  for (int i = 0; i < 10; ++i) {
    call.tick();
    EXPECT_TRUE(call.push(0, {}).empty());
  }
  call.forwarder.configure({});
  EXPECT_EQ(call.forwarder.keyframe_wanted(), 0);
  EXPECT_TRUE(call.push(0, {}).empty());
  const auto after = call.push(0, {.keyframe = true});
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(after[0].index, before[0].index + 1);
  EXPECT_EQ(after[0].timestamp, before[0].timestamp + 10 * kFrameTicks);
  EXPECT_EQ(after[0].picture_id, ((11 * 31 + 1) & 0x7fff) + 1);
}

TEST(Forwarder, ReproducesTheHolesOfLossButNotThoseOfPadding) {
  Simulcast call;
  const auto first = call.push(0, {.keyframe = true});
  EXPECT_FALSE(call.push(*call.layers[0].padding(call.now)));
  EXPECT_EQ(call.forwarder.skipped(), Forwarder::Skip::padding);
  call.tick();
  const auto second = call.push(0, {});
  EXPECT_EQ(second[0].index, first[0].index + 1);
  call.layers[0].lose(2);
  call.tick();
  EXPECT_EQ(call.push(0, {})[0].index, second[0].index + 3);
}

TEST(Forwarder, FillsAPromisedNumberThatTurnsOutToBePadding) {
  Simulcast call;
  const auto first = call.push(0, {.keyframe = true});
  const PacketRef padding = call.layers[0].padding(call.now);
  call.tick();
  call.push(0, {});
  const auto filler = call.push(*padding);
  ASSERT_TRUE(filler);
  EXPECT_EQ(filler->index, first[0].index + 1);
  EXPECT_EQ(filler->payload_size, 0);
}

TEST(Forwarder, LeavesOutHigherTemporalLayersWithoutATrace) {
  Simulcast call;
  call.forwarder.configure({.max_spatial = 0, .max_temporal = 0});
  std::vector<Rewrite> out = call.push(0, {.keyframe = true});
  for (int i = 1; i < 40; ++i) {
    call.tick();
    const auto frame = call.push(0, {.temporal = static_cast<std::uint8_t>(i % 2), .packets = 2});
    out.insert(out.end(), frame.begin(), frame.end());
  }
  ASSERT_EQ(out.size(), 1u + 19u * 2);
  for (std::size_t i = 1; i < out.size(); ++i) {
    EXPECT_EQ(out[i].index, out[i - 1].index + 1);
    EXPECT_EQ(out[i].picture_id, out[0].picture_id + (i + 1) / 2);
    EXPECT_EQ(static_cast<std::uint8_t>(out[i].tl0_pic_idx - out[0].tl0_pic_idx), (i + 1) / 2);
  }
}

TEST(Forwarder, AddsTemporalLayersOnlyWhereTheCodecAllowsIt) {
  Simulcast call;
  call.forwarder.configure({.max_spatial = 0, .max_temporal = 0});
  call.push(0, {.keyframe = true});
  call.forwarder.configure({.max_spatial = 0, .max_temporal = 1});
  call.tick();
  EXPECT_EQ(call.push(0, {.temporal = 1}).size(), 0u);
  call.tick();
  EXPECT_EQ(call.push(0, {.temporal = 0}).size(), 1u);
  call.tick();
  EXPECT_EQ(call.push(0, {.temporal = 1, .switch_up = true}).size(), 1u);
  call.tick();
  EXPECT_EQ(call.push(0, {.temporal = 1}).size(), 1u);
}

TEST(Forwarder, BandwidthLimitsTemporalLayersAsWishesDo) {
  Simulcast call;
  call.forwarder.set_ceiling(0, 0);
  EXPECT_EQ(call.push(0, {.keyframe = true}).size(), 1u);
  call.tick();
  EXPECT_EQ(call.push(0, {.temporal = 1, .switch_up = true}).size(), 0u);
  call.forwarder.set_ceiling(0, 1);
  call.tick();
  EXPECT_EQ(call.push(0, {.temporal = 1, .switch_up = true}).size(), 1u);
  call.tick();
  EXPECT_EQ(call.push(0, {.temporal = 2, .switch_up = true}).size(), 0u);
  call.forwarder.configure({.max_spatial = 0, .max_temporal = 0});
  call.tick();
  EXPECT_EQ(call.push(0, {.temporal = 0}).size(), 1u);
  call.tick();
  EXPECT_EQ(call.push(0, {.temporal = 1}).size(), 0u);
}

TEST(Forwarder, WithoutRoomForItNothingGoesOutUntilAKeyFrame) {
  Simulcast call;
  call.forwarder.configure({.max_spatial = 0});
  const auto before = call.push(0, {.keyframe = true});
  ASSERT_EQ(before.size(), 1u);
  call.forwarder.set_congested(true);
  call.tick();
  EXPECT_EQ(call.push(0, {.keyframe = true}).size(), 0u);
  EXPECT_EQ(call.forwarder.skipped(), Forwarder::Skip::congested);
  EXPECT_EQ(call.forwarder.keyframe_wanted(), std::nullopt);
  EXPECT_EQ(call.forwarder.current_layer(), std::nullopt);
  call.forwarder.set_congested(false);
  EXPECT_EQ(call.forwarder.keyframe_wanted(), 0);
  call.tick();
  EXPECT_EQ(call.push(0, {}).size(), 0u);
  call.tick();
  const auto after = call.push(0, {.keyframe = true});
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(after[0].index, before[0].index + 1);
}

TEST(Forwarder, TreatsANewSsrcAsANewEncoder) {
  Simulcast call;
  const auto first = call.push(0, {.keyframe = true});
  call.layers[0].set_ssrc(99);
  call.layers[0].advance(1'000'000);
  call.now += kFrame;
  EXPECT_TRUE(call.push(0, {}).empty());
  EXPECT_EQ(call.forwarder.keyframe_wanted(), 0);
  const auto second = call.push(0, {.keyframe = true});
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].index, first[0].index + 1);
  EXPECT_NEAR(static_cast<double>(second[0].timestamp - first[0].timestamp), kFrameTicks, 2.0);
  EXPECT_EQ(call.forwarder.keyframe_wanted(), std::nullopt);
}

// After a long outage ingest counts on from far above: the receiver must not see that.
TEST(Forwarder, BeginsAnewWhereTheNumberingOfItsSourceDoes) {
  Simulcast call;
  const auto first = call.push(0, {.keyframe = true});
  call.layers[0].lose(2 << 16);
  call.tick();
  EXPECT_TRUE(call.push(0, {}).empty());
  EXPECT_EQ(call.forwarder.keyframe_wanted(), 0);
  const auto second = call.push(0, {.keyframe = true, .packets = 2});
  ASSERT_EQ(second.size(), 2u);
  EXPECT_EQ(second[0].index, first[0].index + 1);
  call.tick();
  EXPECT_EQ(call.push(0, {}).size(), 1u);
  EXPECT_EQ(call.forwarder.keyframe_wanted(), std::nullopt);
}

TEST(Forwarder, GoesOnWithSoundWhereItsNumberingBeginsAnew) {
  PacketPool pool;
  LayerSource source(pool, Codec::opus, 0, 3);
  const std::vector<CodecBinding> opus = {test::binding(Codec::opus, 96)};
  Forwarder forwarder(Kind::audio, PayloadMap(opus, opus), {.next_index = 77});
  const std::array<SourceLayer, 1> layers{};
  EXPECT_EQ(forwarder.decide(*source.start(start).freeze(), layers, start)->index, 77u);
  source.lose(2 << 16);
  EXPECT_EQ(forwarder.decide(*source.start(start).freeze(), layers, start)->index, 78u);
  source.lose(100);
  EXPECT_EQ(forwarder.decide(*source.start(start).freeze(), layers, start)->index, 179u);
}

/// VP9 with spatial layers in one stream.
std::optional<Rewrite> push_svc(Simulcast& call, std::uint8_t spatial, std::uint8_t top,
                                bool keyframe) {
  PacketDraft draft = call.layers[0].start(call.now);
  PacketFacts& facts = draft.facts();
  facts.spatial = spatial;
  facts.frame_start = facts.frame_end = true;
  facts.keyframe_start = keyframe && spatial == 0;
  facts.inter_layer_dependency = spatial > 0;
  facts.marker = spatial == top;
  return call.push(*std::move(draft).freeze());
}

TEST(Forwarder, EndsThePictureAtTheHighestSpatialLayerThatItSends) {
  Simulcast call(Codec::vp9);
  call.forwarder.configure({.max_spatial = 1});
  std::vector<Rewrite> out;
  for (int picture = 0; picture < 5; ++picture) {
    for (std::uint8_t spatial = 0; spatial < 3; ++spatial) {
      if (const auto rewrite = push_svc(call, spatial, 2, picture == 0)) out.push_back(*rewrite);
    }
    call.tick();
  }
  ASSERT_EQ(out.size(), 10u);
  // The first picture's end is unknown until its top layer was seen.
  for (std::size_t i = 2; i < out.size(); ++i) {
    EXPECT_EQ(out[i].index, out[i - 1].index + 1);
    EXPECT_EQ(out[i].marker, i % 2 == 1) << i;
  }
}

TEST(Forwarder, AddsSpatialLayersAtAKeyframeAndAsksForIt) {
  Simulcast call(Codec::vp9);
  call.forwarder.configure({.max_spatial = 0});
  for (std::uint8_t s = 0; s < 3; ++s) push_svc(call, s, 2, true);
  call.tick();
  call.forwarder.configure({.max_spatial = 2});
  EXPECT_TRUE(push_svc(call, 0, 2, false));
  EXPECT_FALSE(push_svc(call, 1, 2, false));
  EXPECT_EQ(call.forwarder.keyframe_wanted(), 0);
  call.tick();
  for (std::uint8_t s = 0; s < 3; ++s) EXPECT_TRUE(push_svc(call, s, 2, true));
  EXPECT_EQ(call.forwarder.keyframe_wanted(), std::nullopt);
}

TEST(Forwarder, FollowsDecodeTargetsOfADependencyDescriptor) {
  Simulcast call(Codec::av1);
  call.forwarder.configure({.max_spatial = 0, .max_temporal = 0});
  std::uint16_t frame = 0;
  const auto push = [&](std::uint8_t temporal, bool keyframe) {
    PacketDraft draft = call.layers[0].start(call.now);
    PacketFacts& facts = draft.facts();
    facts.frame_start = facts.frame_end = facts.marker = true;
    facts.keyframe_start = keyframe;
    facts.temporal = temporal;
    DependencyFacts dependency;
    dependency.frame_number = ++frame;
    dependency.structure_attached = keyframe;
    dependency.target_count = 2;
    dependency.target_layers = {0x00, 0x01};
    // Target 0 needs temporal layer 0 alone; both may begin at a frame of it.
    dependency.indications = temporal == 0 ? 0b1010 : 0b1100;
    facts.dependency = dependency;
    call.tick();
    return call.push(*std::move(draft).freeze());
  };
  EXPECT_TRUE(push(0, true));
  EXPECT_FALSE(push(1, false));
  EXPECT_TRUE(push(0, false));
  EXPECT_FALSE(push(1, false));
  call.forwarder.configure({.max_spatial = 0, .max_temporal = 1});
  EXPECT_FALSE(push(1, false));  // Not a switch point for the larger target.
  EXPECT_TRUE(push(0, false));
  EXPECT_TRUE(push(1, false));
}

TEST(Forwarder, PassesAudioFromTheFirstPacketOn) {
  PacketPool pool;
  LayerSource source(pool, Codec::opus, 0, 3);
  std::vector<CodecBinding> opus = {test::binding(Codec::opus, 96)};
  std::vector<CodecBinding> theirs = {test::binding(Codec::opus, 111)};
  Forwarder forwarder(Kind::audio, PayloadMap(opus, theirs), {.next_index = 77});
  const std::array<SourceLayer, 1> layers{};
  for (std::uint64_t i = 0; i < 5; ++i) {
    const auto out = forwarder.decide(*source.start(start).freeze(), layers, start);
    ASSERT_TRUE(out);
    EXPECT_EQ(out->index, 77 + i);
    EXPECT_EQ(out->payload_type, 111);
    EXPECT_EQ(out->payload_size, 100);
  }
  EXPECT_EQ(forwarder.keyframe_wanted(), std::nullopt);
}

TEST(Forwarder, UnwrapsRedForASubscriberThatHasOnlyOpus) {
  PacketPool pool;
  LayerSource source(pool, Codec::red, 0, 3);
  std::vector<CodecBinding> red = {test::binding(Codec::red, 96), test::binding(Codec::opus, 111)};
  std::vector<CodecBinding> opus = {test::binding(Codec::opus, 109)};
  Forwarder forwarder(Kind::audio, PayloadMap(red, opus), {.next_index = 1});
  PacketDraft draft = source.start(start);
  // One redundant block of three bytes, then the primary one.
  const std::vector<std::uint8_t> payload = {0x80 | 111, 0x0f, 0x00, 0x03, 111, 1, 2, 3, 7, 8};
  ASSERT_TRUE(draft.set_bytes(payload));
  const PacketRef packet = std::move(draft).freeze();
  const auto out = forwarder.decide(*packet, {}, start);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->payload_type, 109);
  EXPECT_EQ(out->payload_offset, 8);
  EXPECT_EQ(out->payload_size, 2);

  PacketDraft broken = source.start(start);
  ASSERT_TRUE(broken.set_bytes(std::vector<std::uint8_t>{0xff}));
  EXPECT_FALSE(forwarder.decide(*std::move(broken).freeze(), {}, start));
  EXPECT_EQ(forwarder.skipped(), Forwarder::Skip::malformed);
}

TEST(Forwarder, LeavesOutItsPublishersRedundancyWhereThatIsTooMuch) {
  PacketPool pool;
  LayerSource source(pool, Codec::red, 0, 3);
  const std::vector<CodecBinding> both = {test::binding(Codec::red, 96),
                                          test::binding(Codec::opus, 111)};
  Forwarder forwarder(Kind::audio, PayloadMap(both, both), {.next_index = 1});
  const auto next = [&] {
    PacketDraft draft = source.start(start);
    const std::vector<std::uint8_t> payload = {0x80 | 111, 0x0f, 0x00, 0x03, 111, 1, 2, 3, 7, 8};
    EXPECT_TRUE(draft.set_bytes(payload));
    return *forwarder.decide(*std::move(draft).freeze(), {}, start);
  };
  EXPECT_EQ(next().payload_type, 96);
  EXPECT_FALSE(forwarder.leaves_out_redundancy());
  forwarder.set_plain(true);
  const Rewrite plain = next();
  EXPECT_TRUE(forwarder.leaves_out_redundancy());
  EXPECT_EQ(plain.payload_type, 111);
  EXPECT_EQ(plain.payload_offset, 8);
  EXPECT_EQ(plain.payload_size, 2);
  EXPECT_EQ(plain.index, 2u) << "one stream, whatever is in it";
  forwarder.set_plain(false);
  EXPECT_EQ(next().payload_size, 10);
}

// Goal: the four promises of the class comment, whatever happens to the source.
// Method: 100 seeds, three layers of 20 s with loss, reordering, padding, key frames now and then,
// and a subscriber that changes its mind.
TEST(ForwarderSim, OutgoingStreamHasNoSeams) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    SeededRandom random(seed);
    Simulcast call;
    struct Sent {
      Rewrite rewrite;
      std::uint64_t source = 0;
      std::uint8_t layer = 0;
      bool keyframe = false;
      bool empty = false;
    };
    std::map<std::uint64_t, Sent> sent;
    std::set<std::pair<std::uint8_t, std::uint64_t>> lost;
    std::vector<PacketRef> delayed;

    const auto deliver = [&](const PacketRef& packet) {
      const PacketFacts& facts = packet->facts();
      if (const auto out = call.push(*packet)) {
        const bool fresh =
            sent.emplace(out->index, Sent{*out, facts.index.value(), facts.layer,
                                          facts.keyframe_start, out->payload_size == 0})
                .second;
        EXPECT_TRUE(fresh) << "number used twice: " << out->index;
      }
    };

    for (int frame = 0; frame < 600; ++frame) {
      call.tick();
      if (random.below(40) == 0) {
        call.forwarder.configure({.paused = random.below(5) == 0,
                                  .max_spatial = static_cast<std::uint8_t>(random.below(3)),
                                  .max_temporal = static_cast<std::uint8_t>(random.below(2))});
        call.forwarder.choose(call.source);
      }
      for (std::uint8_t layer = 0; layer < 3; ++layer) {
        const bool keyframe =
            frame == 0 || call.forwarder.keyframe_wanted() == layer || random.below(100) == 0;
        std::vector<PacketRef> packets = call.layers[layer].frame(
            {.keyframe = keyframe,
             .temporal = static_cast<std::uint8_t>(keyframe ? 0 : frame % 2),
             .switch_up = random.below(4) == 0,
             .packets = 1 + random.below(4),
             .at = call.now});
        if (random.below(10) == 0) packets.push_back(call.layers[layer].padding(call.now));
        for (PacketRef& packet : packets) {
          const auto fate = random.below(20);
          if (fate == 0) {
            lost.emplace(layer, packet->facts().index.value());
          } else if (fate == 1) {
            delayed.push_back(std::move(packet));
          } else {
            deliver(packet);
          }
        }
      }
      while (!delayed.empty() && random.below(3) == 0) {
        const auto pick = random.below(delayed.size());
        deliver(delayed[pick]);
        delayed.erase(delayed.begin() + static_cast<std::ptrdiff_t>(pick));
      }
    }

    ASSERT_GT(sent.size(), 300u);
    EXPECT_TRUE(sent.begin()->second.keyframe);
    const Sent* before = nullptr;
    for (const auto& [index, now] : sent) {
      if (before != nullptr) {
        const auto ahead =
            static_cast<std::int32_t>(now.rewrite.timestamp - before->rewrite.timestamp);
        const bool switched = now.layer != before->layer;
        EXPECT_TRUE(switched ? ahead > 0 : ahead >= 0) << index;
        // A frame of 33 ms is 2970 ticks; nothing may jump by more than the pauses in this test.
        EXPECT_LT(ahead, 90000 * 20) << index;
        if (switched) {
          EXPECT_TRUE(now.keyframe || now.rewrite.index > before->rewrite.index + 1) << index;
        } else if (!now.keyframe) {
          // A hole in what went out is never wider than the source's own.
          EXPECT_LE(now.rewrite.index - before->rewrite.index, now.source - before->source)
              << index;
        }
        if (!now.empty && !before->empty) {
          const auto pictures = static_cast<std::int16_t>(static_cast<std::uint16_t>(
              (now.rewrite.picture_id - before->rewrite.picture_id) << 1));
          EXPECT_GE(pictures, 0) << index;
        }
      }
      before = now.empty ? before : &sent.at(index);
    }
  }
}

}  // namespace
}  // namespace parley::media
