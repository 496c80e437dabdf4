#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <utility>

#include "sim/audio.h"
#include "sim/call.h"
#include "sim/families.h"
#include "sim/meeting.h"

// What redundancy that the server makes (media/redundancy) does for a voice on a lossy path.
namespace parley::sim {
namespace {

using testing::IsEmpty;

constexpr std::uint32_t kSeeds = 10;

World& world() {
  static World shared;
  return shared;
}

media::CodecBinding codec(media::Codec which, std::uint8_t payload_type) {
  media::CodecBinding out;
  out.codec = which;
  out.payload_type = payload_type;
  return out;
}

Numbers numbers(std::uint8_t opus, std::uint8_t red) {
  Numbers out;
  out.payload_type = opus;
  out.red_payload_type = red;
  return out;
}

/// Ann speaks plain Opus, Bob hears her; what he lacks is not sent again, as with browsers of one
/// peer connection, or is.
class Voice {
 public:
  Voice(std::uint64_t seed, const LinkConfig& to_bob, bool red, bool nack = false)
      : call_(world(), seed),
        ann_(call_.join({.up = {.delay = 25ms}, .down = {.delay = 25ms}})),
        bob_(call_.join({.up = {.delay = 25ms}, .down = {.delay = 25ms}})),
        source_(ann_.client, seed, numbers(109, 0)),
        sink(bob_.client, kSsrc, numbers(111, 63)) {
    call_.run(2s);
    media::AddStream microphone;
    microphone.stream = media::StreamId(50);
    microphone.transport = ann_.transport;
    microphone.codecs = {codec(media::Codec::opus, 109)};
    microphone.layers = {{"", 0, 0}};
    microphone.layers[0].ssrc = source_.ssrc();
    call_.command(microphone);
    subscribe_.subscription = media::SubscriptionId(1);
    subscribe_.stream = microphone.stream;
    subscribe_.transport = bob_.transport;
    subscribe_.ssrc = kSsrc;
    subscribe_.codecs = {codec(media::Codec::opus, 111), codec(media::Codec::red, 63)};
    subscribe_.may_add_red = red;
    subscribe_.nack = nack;
    subscribe();
    bob_.down.set(to_bob);
  }
  /// As after each negotiation.
  void subscribe() { call_.command(subscribe_); }

  void speak(Duration how_long) {
    for (const Time until = call_.now + how_long; call_.now < until;) {
      source_.advance(call_.now);
      call_.run(5ms);
      for (const ByteVector& packet : std::exchange(bob_.received, {})) {
        sink.on_rtp(packet, call_.now);
      }
      for (const ByteVector& compound : std::exchange(bob_.reports, {})) {
        sink.on_rtcp(compound, call_.now);
      }
      if (bob_.client.connected()) sink.advance(call_.now);
    }
  }
  void set(const LinkConfig& to_bob) { bob_.down.set(to_bob); }
  media::ShardCounters counters() const { return call_.shard.counters(); }
  /// Of all frames.
  double lost_for_good() const {
    return static_cast<double>(sink.gaps()) / static_cast<double>(sink.gaps() + sink.frames());
  }

 private:
  static constexpr std::uint32_t kSsrc = 1001;

  Call call_;
  Call::Peer& ann_;
  Call::Peer& bob_;
  AudioSource source_;
  media::Subscribe subscribe_;

 public:
  AudioSink sink;
};

LinkConfig lossy(std::uint32_t per_mille) { return {.delay = 25ms, .loss_per_mille = per_mille}; }

// Goal: what is lost of a voice comes with the next packets.
// Method: a minute of each seed, with and without, the first seconds in which the loss is found
// included. How much is lost and how far it is are the seed's.
TEST(RedSim, LittleOfAVoiceIsLostForGoodOnALossyPath) {
  struct Family {
    double from;
    double to;
    double median;
    double p95;
    double most;
  };
  for (const Family& one :
       {Family{30, 40, 0.006, 0.015, 0.02}, Family{40, 80, 0.008, 0.015, 0.02},
        Family{80, 150, 0.012, 0.02, 0.03}, Family{150, 250, 0.03, 0.05, 0.06}}) {
    Column without{"% lost for good without"};
    Column with{"% lost for good with"};
    for (const std::uint32_t seed : seeds(kSeeds)) {
      Draw draw(seed);
      LinkConfig path = lossy(static_cast<std::uint32_t>(draw.uniform(one.from, one.to)));
      path.delay = draw.ms(5, 150);
      path.jitter = draw.ms(0, 20);
      SCOPED_TRACE(testing::Message() << path.loss_per_mille << " of 1000, seed " << seed);
      Voice plain(seed, path, false);
      Voice redundant(seed, path, true);
      plain.speak(60s);
      redundant.speak(60s);
      EXPECT_EQ(plain.sink.redundant_packets(), 0u);
      EXPECT_EQ(plain.counters().red_made, 0u);
      EXPECT_GT(redundant.sink.recovered(), 0u);
      EXPECT_THAT(plain.sink.faults(), IsEmpty());
      EXPECT_THAT(redundant.sink.faults(), IsEmpty());
      EXPECT_NEAR(plain.lost_for_good(), path.loss_per_mille / 1000.0, 0.03);
      without.add(100 * plain.lost_for_good());
      with.add(100 * redundant.lost_for_good());
    }
    std::printf("%.0f to %.0f %% lost: ", one.from / 10, one.to / 10);
    print("redundancy", {&without, &with});
    EXPECT_LT(with.at(50), 100 * one.median);
    EXPECT_LT(with.at(95), 100 * one.p95);
    EXPECT_LT(with.at(100), 100 * one.most);
  }
}

TEST(RedSim, APathThatLosesNothingCarriesNothingMore) {
  Voice voice(1, lossy(0), true);
  voice.speak(60s);
  EXPECT_EQ(voice.counters().red_sent, 0u);
  EXPECT_EQ(voice.sink.gaps(), 0u);

  voice.set(lossy(50));
  voice.speak(30s);
  const std::uint64_t sent = voice.counters().red_sent;
  EXPECT_GT(sent, 1000u);
  voice.set(lossy(0));
  voice.speak(60s);
  const std::uint64_t then = voice.counters().red_sent;
  EXPECT_LT(then - sent, 1500u);
  voice.speak(10s);
  EXPECT_EQ(voice.counters().red_sent, then) << "it has ended";
  EXPECT_THAT(voice.sink.faults(), IsEmpty());
}

// 64 kbit/s carry the voice (57 with all that goes around it), and not twice: what is added is
// taken back, and tried again ever more seldom.
TEST(RedSim, APathThatIsTooNarrowIsNotMadeWorse) {
  Column without{"% lost for good without"};
  Column with{"% lost for good with"};
  Column worse{"percent points worse"};
  for (const std::uint32_t seed : seeds(kSeeds)) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Draw draw(seed);
    const LinkConfig narrow{
        .delay = draw.ms(5, 150),
        .loss_per_mille = static_cast<std::uint32_t>(draw.uniform(20, 60)),
        .bits_per_second = static_cast<std::uint64_t>(draw.uniform(63e3, 70e3)),
        .queue_bytes = static_cast<std::size_t>(draw.logarithmic(1'200, 8'000))};
    Voice plain(seed, narrow, false);
    Voice redundant(seed, narrow, true);
    plain.speak(300s);
    redundant.speak(300s);
    without.add(100 * plain.lost_for_good());
    with.add(100 * redundant.lost_for_good());
    worse.add(with.last() - without.last());
    EXPECT_THAT(redundant.sink.faults(), IsEmpty());
  }
  print("narrow", {&without, &with, &worse});
  EXPECT_LT(worse.at(50), 0);
  EXPECT_LT(worse.at(95), 1);
  EXPECT_LT(worse.at(100), 2);
}

// What is known of a path's loss does not depend on what was negotiated last.
TEST(RedSim, NegotiatedAnewItGoesOn) {
  Voice voice(1, lossy(100), true);
  voice.speak(30s);
  const std::uint64_t before = voice.counters().red_sent;
  ASSERT_GT(before, 500u);
  voice.subscribe();
  voice.speak(1s);
  EXPECT_GE(voice.counters().red_sent, before + 48);
  EXPECT_THAT(voice.sink.faults(), IsEmpty());

  // And ends where the loss does, like any other.
  voice.set(lossy(0));
  voice.speak(60s);
  const std::uint64_t then = voice.counters().red_sent;
  voice.subscribe();
  voice.speak(10s);
  EXPECT_EQ(voice.counters().red_sent, then);
}

// Over a long way what was lost comes sooner with what follows it than by asking; where it does
// not, it comes too late either way.
TEST(RedSim, WhatRedundancyBringsSoonerIsNotSentAgain) {
  Column far{"resent, far"};
  Column near{"resent, near"};
  Column plain{"resent, far, no red"};
  Column lost{"% lost for good, far"};
  for (const std::uint32_t seed : seeds(kSeeds)) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Draw draw(seed);
    const auto resent_to = [&](Duration delay, bool red) {
      LinkConfig path = lossy(100);
      path.delay = delay;
      Voice voice(seed, path, red, true);
      voice.speak(20s);  // The loss is found, and the way.
      const std::uint64_t before = voice.counters().resent;
      voice.speak(40s);
      EXPECT_THAT(voice.sink.faults(), IsEmpty());
      if (red && delay > 100ms) lost.add(100 * voice.lost_for_good());
      return static_cast<double>(voice.counters().resent - before);
    };
    far.add(resent_to(draw.ms(160, 300), true));
    near.add(resent_to(draw.ms(10, 60), true));
    plain.add(resent_to(draw.ms(160, 300), false));
  }
  print("sound asked for again", {&far, &near, &plain, &lost});
  EXPECT_EQ(far.at(100), 0);
  EXPECT_GT(near.at(0), 100) << "of 200: soon enough";
  EXPECT_GT(plain.at(0), 100) << "late, but there is nothing else";
  EXPECT_LT(lost.at(95), 2);
}

// Whole meetings: descriptions agree on it by either path, and shards make it each for their own.
TEST(RedSim, ItIsAgreedOnInMeetings) {
  for (const bool single_peer : {true, false}) {
    for (const std::size_t small_room : {std::size_t{32}, std::size_t{0}}) {
      SCOPED_TRACE(testing::Message() << single_peer << " " << small_room);
      Meeting meeting(world(), 7, 2, small_room);
      meeting.join(
          {.identity = "ann", .camera = false, .up = {.delay = 20ms}, .down = {.delay = 20ms}});
      Participant& bob = meeting.join({.identity = "bob",
                                       .single_peer = single_peer,
                                       .camera = false,
                                       .microphone = false,
                                       .red = true,
                                       .up = {.delay = 20ms},
                                       .down = {.delay = 20ms, .loss_per_mille = 50}});
      Participant& cat = meeting.join({.identity = "cat",
                                       .single_peer = single_peer,
                                       .camera = false,
                                       .microphone = false,
                                       .up = {.delay = 20ms},
                                       .down = {.delay = 20ms, .loss_per_mille = 50}});
      meeting.run(30s);
      EXPECT_GT(bob.received("ann", livekit::AUDIO)->audio->redundant_packets(), 500u);
      EXPECT_EQ(cat.received("ann", livekit::AUDIO)->audio->redundant_packets(), 0u);
      EXPECT_THAT(meeting.problems(), IsEmpty());
    }
  }
}

}  // namespace
}  // namespace parley::sim
