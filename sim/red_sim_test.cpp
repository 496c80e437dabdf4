#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <utility>

#include "sim/audio.h"
#include "sim/call.h"
#include "sim/meeting.h"

// What redundancy that the server makes (media/redundancy) does for a voice on a lossy path.
namespace parley::sim {
namespace {

using testing::IsEmpty;

constexpr std::uint64_t kSeeds = 5;

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

/// Ann speaks plain Opus, Bob hears her; what he lacks is not sent again, as with browsers.
class Voice {
 public:
  Voice(std::uint64_t seed, const LinkConfig& to_bob, bool red)
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
    media::Subscribe subscribe;
    subscribe.subscription = media::SubscriptionId(1);
    subscribe.stream = microphone.stream;
    subscribe.transport = bob_.transport;
    subscribe.ssrc = kSsrc;
    subscribe.codecs = {codec(media::Codec::opus, 111), codec(media::Codec::red, 63)};
    subscribe.may_add_red = red;
    call_.command(subscribe);
    bob_.down.set(to_bob);
  }

  void speak(Duration how_long) {
    for (const Time until = call_.now + how_long; call_.now < until;) {
      source_.advance(call_.now);
      call_.run(5ms);
      for (const ByteVector& packet : std::exchange(bob_.received, {})) {
        sink.on_rtp(packet, call_.now);
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

 public:
  AudioSink sink;
};

LinkConfig lossy(std::uint32_t per_mille) { return {.delay = 25ms, .loss_per_mille = per_mille}; }

// Goal: what is lost of a voice comes with the next packets.
// Method: five seeds of two minutes each, with and without; the first ten seconds, in which the
// loss is found, are in it.
TEST(RedSim, LittleOfAVoiceIsLostForGoodOnALossyPath) {
  struct Case {
    std::uint32_t per_mille;
    double at_most;
  };
  for (const Case& one : {Case{30, 0.004}, Case{50, 0.006}, Case{100, 0.008}, Case{200, 0.02}}) {
    double without = 0;
    double with = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      SCOPED_TRACE(testing::Message() << one.per_mille << " of 1000, seed " << seed);
      Voice plain(seed, lossy(one.per_mille), false);
      Voice redundant(seed, lossy(one.per_mille), true);
      plain.speak(120s);
      redundant.speak(120s);
      EXPECT_EQ(plain.sink.redundant_packets(), 0u);
      EXPECT_EQ(plain.counters().red_made, 0u);
      EXPECT_GT(redundant.sink.recovered(), 0u);
      EXPECT_THAT(plain.sink.faults(), IsEmpty());
      EXPECT_THAT(redundant.sink.faults(), IsEmpty());
      without += plain.lost_for_good() / kSeeds;
      with += redundant.lost_for_good() / kSeeds;
    }
    std::printf(
        "%4.1f %% lost on the path: %.2f %% of the voice without, %.2f %% with redundancy\n",
        one.per_mille / 10.0, 100 * without, 100 * with);
    EXPECT_NEAR(without, one.per_mille / 1000.0, 0.01);
    EXPECT_LT(with, one.at_most);
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
  const LinkConfig narrow{
      .delay = 25ms, .loss_per_mille = 30, .bits_per_second = 66'000, .queue_bytes = 2'500};
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Voice plain(seed, narrow, false);
    Voice redundant(seed, narrow, true);
    plain.speak(300s);
    redundant.speak(300s);
    std::printf("narrow: %.2f %% of the voice lost without, %.2f %% with redundancy\n",
                100 * plain.lost_for_good(), 100 * redundant.lost_for_good());
    EXPECT_LT(redundant.lost_for_good(), plain.lost_for_good() + 0.02);
    EXPECT_THAT(redundant.sink.faults(), IsEmpty());
  }
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
