#include "sim/call.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "protocols/rtp/packet.h"

namespace parley::sim {
namespace {

using media::SubscriptionId;

World& world() {
  static World shared;
  return shared;
}

PeerConfig network(std::uint32_t loss_per_mille = 0, Duration delay = 25ms) {
  PeerConfig config;
  config.up.delay = config.down.delay = delay;
  config.up.loss_per_mille = config.down.loss_per_mille = loss_per_mille;
  return config;
}

std::string first_fault(const VideoSink& sink) {
  return sink.faults().empty() ? "" : sink.faults().front();
}

TEST(CallSim, APictureArrivesWholeWithinHalfASecondOfJoining) {
  Call call(world(), 1);
  Call::Peer& alice = call.join(network());
  Call::Peer& bob = call.join(network());
  const auto camera = call.publish(alice, 1);
  VideoSink& sink = call.watch(bob, camera, SubscriptionId(1));
  call.run(5s);
  ASSERT_TRUE(bob.connected);
  ASSERT_FALSE(sink.frames().empty());
  EXPECT_LT(sink.frames().front().complete - *bob.connected, 500ms);
  EXPECT_GT(sink.frames().size(), 120u);
  EXPECT_EQ(first_fault(sink), "");
  EXPECT_EQ(sink.nacked(), 0u);
}

TEST(CallSim, ReportsThatAreNotWholeAreCounted) {
  Call call(world(), 1);
  Call::Peer& alice = call.join(network());
  call.run(2s);
  ASSERT_TRUE(alice.connected);
  const auto counted = [&] {
    constexpr auto kAt = static_cast<std::size_t>(media::ShardDrop::malformed_rtcp);
    return call.shard.counters().drops[kAt];
  };
  // A picture loss indication, and another one that ends where its padding would be told.
  ByteVector reports{0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2};
  alice.client.send_rtcp(reports);
  call.run(100ms);
  EXPECT_EQ(counted(), 0u);
  reports.insert(reports.end(), {0xa1, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0});
  alice.client.send_rtcp(reports);
  call.run(100ms);
  EXPECT_EQ(counted(), 1u);
}

// Goal: loss on the way up is repaired by us, loss on the way down for the subscriber.
// Method: 5 % each way on 50 ms, 20 seeds, 10 s each.
TEST(CallSim, LossOnBothWaysIsRepaired) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Call call(world(), seed);
    Call::Peer& alice = call.join(network(50));
    Call::Peer& bob = call.join(network(50));
    const auto camera = call.publish(alice, 2);
    VideoSink& sink = call.watch(bob, camera, SubscriptionId(1));
    call.run(10s);
    EXPECT_EQ(first_fault(sink), "");
    EXPECT_GT(alice.source->resent(), 0u);
    EXPECT_GT(sink.recovered(), 0u);
    ASSERT_FALSE(sink.frames().empty());
    // From the first picture on all of them, but for those that are still being repaired.
    const auto seen = alice.source->frames() - sink.frames().front().slice.frame;
    EXPECT_GT(sink.frames().size() + 40, seen);
  }
}

// Goal: the picture goes on without a seam while the subscriber changes its mind under loss.
// Method: three layers, another wish every 700 ms, 3 % loss each way, 10 seeds.
TEST(CallSim, LayersChangeWithoutASeamUnderLoss) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Call call(world(), seed);
    Call::Peer& alice = call.join(network(30));
    Call::Peer& bob = call.join(network(30));
    const auto camera = call.publish(alice, 3);
    VideoSink& sink = call.watch(bob, camera, SubscriptionId(1));
    for (int i = 0; i < 15; ++i) {
      call.command(media::ConfigureSubscription{SubscriptionId(1), false,
                                                static_cast<std::uint8_t>(i % 3), 7});
      call.run(700ms);
    }
    EXPECT_EQ(first_fault(sink), "");
    std::set<std::uint8_t> layers;
    for (const auto& frame : sink.frames()) layers.insert(frame.slice.layer);
    EXPECT_EQ(layers.size(), 3u);
    EXPECT_GT(sink.frames().size(), 200u);
  }
}

// Goal: a player that cannot negotiate goes over to another publisher, and for it nothing ends.
// Method: two publishers, 2 % loss each way, back and forth under one SSRC every other second, 10
// seeds.
TEST(CallSim, AnotherPublisherUnderTheSameSsrcIsTheSameStream) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Call call(world(), seed);
    Call::Peer& alice = call.join(network(20));
    Call::Peer& bob = call.join(network(20));
    Call::Peer& carol = call.join(network(20));
    const std::array cameras{call.publish(alice, 1), call.publish(bob, 2)};
    VideoSink& sink = call.watch(carol, cameras[0], SubscriptionId(1));
    call.run(2s);
    for (std::uint64_t i = 1; i <= 8; ++i) {
      const std::size_t before = sink.frames().size();
      call.command(media::Unsubscribe{SubscriptionId(i)});
      call.command(sink.subscribe(SubscriptionId(i + 1), cameras[i % 2], carol.transport));
      call.run(2s);
      EXPECT_GT(sink.frames().size(), before + 10);
    }
    EXPECT_EQ(first_fault(sink), "");
    for (std::size_t i = 1; i < sink.frames().size(); ++i) {
      const auto step =
          static_cast<std::int32_t>(sink.frames()[i].timestamp - sink.frames()[i - 1].timestamp);
      EXPECT_GT(step, 0);
      // A request for a key frame that is lost is made again after a second.
      EXPECT_LT(step, 135'000) << "frame " << i;
    }
  }
}

TEST(CallSim, APausedPictureComesBackWithAKeyframe) {
  Call call(world(), 7);
  Call::Peer& alice = call.join(network());
  Call::Peer& bob = call.join(network());
  const auto camera = call.publish(alice, 1);
  VideoSink& sink = call.watch(bob, camera, SubscriptionId(1));
  call.run(2s);
  call.command(media::ConfigureSubscription{SubscriptionId(1), true, 2, 7});
  call.run(100ms);
  const std::size_t before = sink.frames().size();
  call.run(2s);
  EXPECT_EQ(sink.frames().size(), before);
  call.command(media::ConfigureSubscription{SubscriptionId(1), false, 2, 7});
  call.run(1s);
  ASSERT_GT(sink.frames().size(), before + 20);
  EXPECT_TRUE(sink.frames()[before].slice.keyframe);
  EXPECT_EQ(first_fault(sink), "");
}

TEST(CallSim, FallsBackWhenThePublisherStopsALayer) {
  Call call(world(), 8);
  Call::Peer& alice = call.join(network());
  Call::Peer& bob = call.join(network());
  const auto camera = call.publish(alice, 3);
  VideoSink& sink = call.watch(bob, camera, SubscriptionId(1));
  call.run(3s);
  EXPECT_EQ(sink.frames().back().slice.layer, 2);
  alice.source->layers()[2].enabled = false;
  call.run(2s);
  EXPECT_EQ(sink.frames().back().slice.layer, 1);
  alice.source->layers()[2].enabled = true;
  call.run(3s);
  EXPECT_EQ(sink.frames().back().slice.layer, 2);
  EXPECT_EQ(first_fault(sink), "");
}

TEST(CallSim, AHundredJoinInTheSameMillisecond) {
  Call call(world(), 9);
  Call::Peer& alice = call.join(network());
  const auto camera = call.publish(alice, 1);
  call.run(2s);
  const std::uint64_t before = alice.source->key_requests();
  std::vector<VideoSink*> sinks;
  for (std::uint64_t i = 0; i < 100; ++i) {
    sinks.push_back(&call.watch(call.join(network()), camera, SubscriptionId(i + 1)));
  }
  call.run(3s);
  for (const VideoSink* sink : sinks) {
    ASSERT_FALSE(sink->frames().empty());
    EXPECT_EQ(first_fault(*sink), "");
    EXPECT_GT(sink->frames().size(), 50u);
  }
  // However many ask, the publisher hears it about once.
  EXPECT_LE(alice.source->key_requests() - before, 4u);
  const auto counters = call.shard.counters();
  EXPECT_EQ(counters.transports, 101u);
  EXPECT_EQ(counters.subscriptions, 100u);
}

TEST(CallSim, SettlesOnWhatANarrowPathCarries) {
  Call call(world(), 10);
  Call::Peer& alice = call.join(network());
  PeerConfig narrow = network();
  narrow.down.bits_per_second = 800'000;
  Call::Peer& bob = call.join(narrow);
  Call::Peer& carol = call.join(network());
  const auto camera = call.publish(alice, 3);
  VideoSink& slow = call.watch(bob, camera, SubscriptionId(1));
  VideoSink& fast = call.watch(carol, camera, SubscriptionId(2));
  call.run(30s);
  const std::size_t before = slow.frames().size();
  call.run(60s);
  // Mostly the middle layer, with a few trials of the highest.
  std::size_t low = 0;
  std::size_t changes = 0;
  for (std::size_t i = before; i < slow.frames().size(); ++i) {
    if (slow.frames()[i].slice.layer < 2) ++low;
    if (slow.frames()[i].slice.layer != slow.frames()[i - 1].slice.layer) ++changes;
  }
  EXPECT_GT(slow.frames().size() - before, 1500u);
  EXPECT_GT(low * 10, (slow.frames().size() - before) * 8);
  EXPECT_LE(changes, 16u);
  EXPECT_EQ(fast.frames().back().slice.layer, 2);
}

TEST(CallSim, ObeysALimitFromControl) {
  Call call(world(), 11);
  Call::Peer& alice = call.join(network());
  Call::Peer& bob = call.join(network());
  const auto camera = call.publish(alice, 3);
  VideoSink& sink = call.watch(bob, camera, SubscriptionId(1));
  call.run(3s);
  EXPECT_EQ(sink.frames().back().slice.layer, 2);
  call.command(media::LimitBandwidth{bob.transport, 300'000});
  call.run(3s);
  EXPECT_EQ(sink.frames().back().slice.layer, 0);
  call.command(media::LimitBandwidth{bob.transport, 0});
  call.run(3s);
  EXPECT_EQ(sink.frames().back().slice.layer, 2);
  EXPECT_EQ(first_fault(sink), "");
}

TEST(CallSim, GoesOnAfterTheClientMovesToAnotherAddress) {
  Call call(world(), 12);
  Call::Peer& alice = call.join(network());
  Call::Peer& bob = call.join(network());
  const auto camera = call.publish(alice, 1);
  VideoSink& sink = call.watch(bob, camera, SubscriptionId(1));
  call.run(3s);
  const std::size_t before = sink.frames().size();
  call.move(bob, *SocketAddress::parse("192.0.2.77:999"));
  call.run(5s);
  EXPECT_GT(sink.frames().size(), before + 60);
}

// Goal: what our sender reports say of a frame's time is what the publisher's said, whichever layer
// flows, to within a few milliseconds: lip-sync rests on it.
TEST(CallSim, SenderReportsKeepThePublishersClock) {
  Call call(world(), 13);
  Call::Peer& alice = call.join(network());
  Call::Peer& bob = call.join(network());
  const auto camera = call.publish(alice, 3);
  VideoSink& sink = call.watch(bob, camera, SubscriptionId(1));
  call.run(4s);
  call.command(media::ConfigureSubscription{SubscriptionId(1), false, 0, 7});
  call.run(8s);
  ASSERT_GE(sink.reports().size(), 4u);
  EXPECT_LT(sink.reports()[1].received - sink.reports()[0].received, 1s);
  const auto seconds = [](std::uint64_t ntp) { return static_cast<double>(ntp) / 4294967296.0; };
  const auto& first = sink.reports().front();
  for (const auto& report : sink.reports()) {
    const double by_ntp = seconds(report.ntp - first.ntp);
    const double by_rtp = static_cast<std::uint32_t>(report.timestamp - first.timestamp) / 90000.0;
    EXPECT_NEAR(by_ntp, by_rtp, 0.005);
  }
}

TEST(CallSim, TellsOfTrafficEveryFiveSeconds) {
  Call call(world(), 14);
  Call::Peer& alice = call.join(network(20));
  Call::Peer& bob = call.join(network(20));
  const auto camera = call.publish(alice, 2);
  call.watch(bob, camera, SubscriptionId(1));
  call.run(16s);
  const auto stats = call.told<media::Stats>();
  ASSERT_GE(stats.size(), 3u);
  const auto& last = stats.back();
  ASSERT_EQ(last.streams.size(), 1u);
  EXPECT_GT(last.streams[0].packets, 400u);
  ASSERT_EQ(last.subscriptions.size(), 1u);
  EXPECT_GT(last.subscriptions[0].packets, 200u);
  EXPECT_NEAR(static_cast<double>(last.subscriptions[0].round_trip.count()), 50e6, 15e6);
}

// Goal: a voice in RED reaches one who knows RED as it is and one who does not as plain Opus, and
// control hears how loud it was.
TEST(CallSim, AVoiceReachesThoseWithAndWithoutRed) {
  Call call(world(), 16);
  Call::Peer& alice = call.join(network());
  Call::Peer& bob = call.join(network());
  Call::Peer& carol = call.join(network());
  const auto codec = [](media::Codec which, std::uint8_t payload_type) {
    media::CodecBinding out;
    out.codec = which;
    out.payload_type = payload_type;
    return out;
  };
  media::AddStream microphone;
  microphone.stream = media::StreamId(50);
  microphone.transport = alice.transport;
  microphone.codecs = {codec(media::Codec::red, 63), codec(media::Codec::opus, 111)};
  microphone.extensions.audio_level = 1;
  microphone.layers = {{"", 777, 0}};
  call.command(microphone);
  media::Subscribe subscribe;
  subscribe.subscription = SubscriptionId(1);
  subscribe.stream = microphone.stream;
  subscribe.transport = bob.transport;
  subscribe.ssrc = 1001;
  subscribe.codecs = microphone.codecs;
  call.command(subscribe);
  subscribe.subscription = SubscriptionId(2);
  subscribe.transport = carol.transport;
  subscribe.codecs = {codec(media::Codec::opus, 109)};
  call.command(subscribe);
  call.run(1s);

  for (std::uint16_t i = 0; i < 100; ++i) {
    ByteVector header(rtp::kFixedHeaderSize);
    rtp::write_fixed_header(header.data(),
                            {.payload_type = 63,
                             .sequence = rtp::WireSeq(i),
                             .timestamp = rtp::WireTimestamp(i * 960u),
                             .ssrc = 777},
                            true);
    const ByteVector level = {0xbe, 0xde, 0, 1, 1 << 4, 0x80 | 20, 0, 0};
    header.insert(header.end(), level.begin(), level.end());
    // RFC 2198: a redundant block of two bytes, then the primary one of four.
    const ByteVector red = {0x80 | 111, 0x0f, 0, 2, 111, 1, 2, 5, 6, 7, 8};
    alice.client.send_rtp(header, red);
    call.run(20ms);
  }
  call.run(500ms);

  ASSERT_EQ(bob.received.size(), 100u);
  ASSERT_EQ(carol.received.size(), 100u);
  std::uint16_t expected = rtp::parse(carol.received[0])->sequence.value();
  for (const ByteVector& bytes : carol.received) {
    const auto packet = rtp::parse(bytes);
    EXPECT_EQ(packet->payload_type, 109);
    EXPECT_EQ(to_vector(packet->payload), (ByteVector{5, 6, 7, 8}));
    EXPECT_EQ(packet->sequence.value(), expected++);
  }
  EXPECT_EQ(rtp::parse(bob.received[0])->payload_type, 63);
  EXPECT_EQ(rtp::parse(bob.received[0])->payload.size(), 11u);

  const auto told = call.told<media::AudioLevels>();
  ASSERT_GE(told.size(), 5u);
  EXPECT_EQ(told[1].levels.at(0).stream, microphone.stream);
  EXPECT_EQ(told[1].levels.at(0).loudest, 20);
  EXPECT_GT(told[1].levels.at(0).active, 300ms);
}

TEST(CallSim, NothingIsLeftOfThoseWhoLeave) {
  Call call(world(), 15);
  Call::Peer& alice = call.join(network());
  const auto camera = call.publish(alice, 3);
  for (std::uint64_t round = 0; round < 20; ++round) {
    Call::Peer& bob = call.join(network(30));
    call.watch(bob, camera, SubscriptionId(round + 1));
    call.run(700ms);
    call.leave(bob);
  }
  call.run(3s);
  auto counters = call.shard.counters();
  EXPECT_EQ(counters.transports, 1u);
  EXPECT_EQ(counters.subscriptions, 0u);
  call.leave(alice);
  counters = call.shard.counters();
  EXPECT_EQ(counters.transports, 0u);
  EXPECT_EQ(counters.streams, 0u);
  EXPECT_EQ(call.shard.next_deadline(), kNever);
}

}  // namespace
}  // namespace parley::sim
