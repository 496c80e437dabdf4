#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <vector>

#include "sim/call.h"
#include "sim/families.h"

// Whole calls over paths that carry less than everything: ICE, DTLS, SRTP, forwarding, feedback,
// estimation, probes with padding, layers. The estimator by itself, over thousands of paths, is in
// bwe_sim_test.cpp.
namespace parley::sim {
namespace {

using media::SubscriptionId;

constexpr std::uint64_t kSeeds = 10;

World& world() {
  static World shared;
  return shared;
}

PeerConfig network(std::uint64_t down = 0, std::uint32_t loss_per_mille = 0) {
  PeerConfig config;
  config.up.delay = config.down.delay = 25ms;
  config.down.bits_per_second = down;
  config.down.queue_bytes = down == 0 ? 64 * 1024 : down / 8 * 3 / 10;  // 300 ms.
  config.down.loss_per_mille = loss_per_mille;
  return config;
}

/// One publishes three layers of 144, 480 and 1656 kbit/s, two watch: `bob` behind the path in
/// question, `carol` behind none.
struct Watching {
  Watching(std::uint64_t seed, const PeerConfig& path)
      : call(world(), seed, true), alice(call.join(network())), bob(call.join(path)) {
    Call::Peer& carol = call.join(network());
    const auto camera = call.publish(alice, 3);
    sink = &call.watch(bob, camera, SubscriptionId(1));
    other = &call.watch(carol, camera, SubscriptionId(2));
    sink->set_jumps(true);
  }

  void set_down(std::uint64_t down) { bob.down.set(network(down).down); }
  std::size_t frames() const { return sink->frames().size(); }

  /// Of the frames since then: how many were of this layer or a higher one.
  double share_of(std::uint8_t layer, std::size_t since) const {
    const auto& all = sink->frames();
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(since);
    const auto good = std::count_if(from, all.end(),
                                    [&](const auto& frame) { return frame.slice.layer >= layer; });
    return all.end() == from ? 0
                             : static_cast<double>(good) / static_cast<double>(all.end() - from);
  }
  /// The longest time without a frame since then, in seconds.
  double longest_pause(Time since) const {
    Time last = since;
    Duration longest{};
    for (const auto& frame : sink->frames()) {
      if (frame.complete < since) continue;
      longest = std::max(longest, frame.complete - last);
      last = frame.complete;
    }
    return std::chrono::duration<double>(std::max(longest, call.now - last)).count();
  }
  /// Seconds until it has settled on a layer, i.e. `layer` has come for a second without another.
  std::optional<double> settled_on(std::uint8_t layer, Duration within) {
    const Time began = call.now;
    Time since = call.now;
    std::size_t seen = frames();
    while (call.now < began + within + 1s) {
      call.run(100ms);
      for (; seen < frames(); ++seen) {
        if (sink->frames()[seen].slice.layer != layer) since = call.now;
      }
      if (call.now - since >= 1s && frames() > 0 && sink->frames().back().slice.layer == layer) {
        return std::chrono::duration<double>(since - began).count();
      }
    }
    return std::nullopt;
  }

  Call call;
  Call::Peer& alice;
  Call::Peer& bob;
  VideoSink* sink;
  VideoSink* other;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}
double worst(const std::vector<double>& values) { return std::ranges::max(values); }

TEST(BandwidthSim, AWidePathHasTheHighestLayerWithinTwoSeconds) {
  std::vector<double> took;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Watching watching(seed, network());
    const auto seconds = watching.settled_on(2, 10s);
    ASSERT_TRUE(seconds);
    took.push_back(*seconds);
    EXPECT_TRUE(watching.sink->faults().empty());
  }
  std::printf("wide: top after %.2f s, worst %.2f\n", median(took), worst(took));
  EXPECT_LT(worst(took), 2);
}

TEST(BandwidthSim, SettlesOnTheLayerThatFitsAndStaysThere) {
  for (const auto& [down, layer] : {std::pair{300'000u, 0u}, {800'000u, 1u}, {2'500'000u, 2u}}) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      SCOPED_TRACE(testing::Message() << down << " bit/s, seed " << seed);
      Watching watching(seed, network(down));
      watching.call.run(10s);
      const std::size_t before = watching.frames();
      watching.call.run(20s);
      const double at_least = watching.share_of(static_cast<std::uint8_t>(layer), before);
      const double above = watching.share_of(static_cast<std::uint8_t>(layer + 1), before);
      EXPECT_GT(at_least, 0.95);
      EXPECT_LT(above, 0.05);
      EXPECT_GT(watching.frames() - before, 570u);  // Of 600.
      EXPECT_EQ(watching.other->frames().back().slice.layer, 2);
    }
  }
}

TEST(BandwidthSim, FallsWithinASecondAndIsBackWithinTen) {
  std::vector<double> fell;
  std::vector<double> rose;
  std::vector<double> paused;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Watching watching(seed, network(5'000'000));
    watching.call.run(8s);
    ASSERT_EQ(watching.sink->frames().back().slice.layer, 2);
    const Time drop = watching.call.now;
    watching.set_down(400'000);
    const auto down = watching.settled_on(0, 10s);
    ASSERT_TRUE(down);
    fell.push_back(*down);
    watching.call.run(10s);
    watching.set_down(2'500'000);
    const auto up = watching.settled_on(2, 20s);
    ASSERT_TRUE(up);
    rose.push_back(*up);
    paused.push_back(watching.longest_pause(drop));
  }
  std::printf("drop: low layer after %.2f s, worst %.2f; top again after %.2f s, worst %.2f\n",
              median(fell), worst(fell), median(rose), worst(rose));
  std::printf("      longest pause %.2f s, worst %.2f\n", median(paused), worst(paused));
  EXPECT_LT(worst(fell), 1);
  EXPECT_LT(worst(paused), 1);
  EXPECT_LT(median(rose), 5);
  EXPECT_LT(worst(rose), 10);
}

// Goal: a picture on a path that wavers is neither switched with each wave nor held low for it.
// Method: what the path carries goes up and down by a tenth to two fifths each one to eight
// seconds, for a minute; constants of Caution (media/allocate/caution.h) are judged by this.
TEST(BandwidthSim, APathThatWaversIsNotFollowedByEachWave) {
  Column switches{"switches a minute"};
  Column kept{"of the layer that fits"};
  Column pause{"longest pause, s"};
  Column shown{"frames of all"};
  for (const std::uint32_t seed : seeds(20)) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Draw draw(seed);
    const double middle = draw.logarithmic(600e3, 2.5e6);
    const double swing = draw.uniform(0.1, 0.4);
    const Duration half = draw.log_ms(1'000, 8'000);
    Watching watching(seed, network(static_cast<std::uint64_t>(middle)));
    watching.call.run(10s);
    const std::size_t before = watching.frames();
    const Time began = watching.call.now;
    double sign = draw.uniform(0, 1) < 0.5 ? -1 : 1;
    while (watching.call.now < began + 60s) {
      sign = -sign;
      watching.set_down(static_cast<std::uint64_t>(middle * (1 + sign * swing)));
      watching.call.run(half);
    }
    const double minutes = std::chrono::duration<double>(watching.call.now - began).count() / 60;
    const auto& frames = watching.sink->frames();
    std::size_t changes = 0;
    for (std::size_t i = before + 1; i < frames.size(); ++i) {
      if (frames[i].slice.layer != frames[i - 1].slice.layer) ++changes;
    }
    // With a tenth to spare at the bottom of each wave; 144, 480, 1656 kbit/s and what goes around.
    const double bottom = middle * (1 - swing) / 1.2;
    const std::uint8_t fits = bottom > 1'700e3 ? 2 : bottom > 500e3 ? 1 : 0;
    switches.add(static_cast<double>(changes) / minutes);
    kept.add(watching.share_of(fits, before));
    pause.add(watching.longest_pause(began));
    shown.add(static_cast<double>(frames.size() - before) / (1800 * minutes));
    EXPECT_TRUE(watching.sink->faults().empty());
  }
  print("wavering", {&switches, &kept, &pause, &shown});
  EXPECT_LE(switches.at(50), 10);
  EXPECT_LE(switches.at(95), 20);
  EXPECT_GT(kept.at(50), 0.9);
  EXPECT_GT(shown.at(50), 0.95);
  EXPECT_LT(pause.at(50), 0.6);
}

TEST(BandwidthSim, LossThatIsThePathsOwnCostsNoLayer) {
  for (const std::uint32_t loss : {50u, 100u}) {
    Column kept{"of the high layer"};
    for (const std::uint32_t seed : seeds(kSeeds)) {
      SCOPED_TRACE(testing::Message() << loss << " per mille, seed " << seed);
      Watching watching(seed, network(10'000'000, loss));
      watching.call.run(10s);
      const std::size_t before = watching.frames();
      watching.call.run(20s);
      kept.add(watching.share_of(2, before));
    }
    print("lossy", {&kept});
    EXPECT_GT(kept.at(50), 0.95);
    EXPECT_GT(kept.at(5), 0.7);  // A trial takes a layer for a moment.
  }
}

}  // namespace
}  // namespace parley::sim
