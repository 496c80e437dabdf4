#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "sim/bwe_path.h"
#include "sim/families.h"

// The bandwidth estimator over many paths. Each family is a kind of path; its seeds differ in
// everything that the kind leaves open. What is asserted are medians and percentiles over the
// seeds, and each family prints its table.
//
//   PARLEY_BWE_VERBOSE=1    one line for each seed; how many, and which: families.h
namespace parley::sim {
namespace {

constexpr std::uint32_t kSeeds = 80;

bool verbose() { return std::getenv("PARLEY_BWE_VERBOSE") != nullptr; }

void print_seed(std::uint32_t seed, const BwePathConfig& path,
                std::initializer_list<const Column*> columns) {
  if (!verbose()) return;
  std::printf("seed=%u rate=%.0f delay=%.0f loss=%u burst=%.1f queue=%.0f:", seed,
              static_cast<double>(path.rates.back().rate), static_cast<double>(to_ms(path.delay)),
              path.loss_per_mille, path.burst, static_cast<double>(to_ms(path.queue)));
  for (const Column* column : columns)
    std::printf(" %s %.3f", column->name().c_str(), column->last());
  std::printf("\n");
}

constexpr bwe::Config kConfig{.start = 300'000, .min = 50'000, .max = 25'000'000};

BwePathConfig any_path(Draw& draw, double least_rate, double most_rate) {
  BwePathConfig path;
  path.rates = {{0s, static_cast<std::uint64_t>(draw.logarithmic(least_rate, most_rate))}};
  path.delay = draw.ms(5, 150);
  path.queue = draw.log_ms(50, 2000);
  path.feedback_every = draw.ms(50, 100);
  return path;
}

/// What every family asks: is the path used, is its queue short, do picture and sound flow?
struct Measures {
  Column utilisation{"utilisation"};
  Column queue_median{"queue p50 ms"};
  Column queue_high{"queue p95 ms"};
  Column queue_excess{"queue p95 / allowed"};
  Column refused{"lost to congestion"};
  Column stalled{"stalled"};
  Column audio_gap{"audio gap ms"};

  void add(const BwePath& path) {
    utilisation.add(path.utilisation());
    queue_median.add(path.queue_ms(50));
    queue_high.add(path.queue_ms(95));
    // On narrow paths two packets wait longer than 100 ms.
    const double two_packets_ms = 2 * 1200 * 8e3 / static_cast<double>(path.capacity());
    queue_excess.add(path.queue_ms(95) / std::max(100.0, two_packets_ms));
    refused.add(path.lost_to_congestion());
    stalled.add(path.stalled());
    audio_gap.add(path.longest_audio_gap_ms());
  }
  void print(const char* family) const {
    sim::print(family, {&utilisation, &queue_median, &queue_high, &queue_excess, &refused, &stalled,
                        &audio_gap});
  }
  /// Where nothing changes and nobody else is there.
  void expect_flow() const {
    EXPECT_GE(utilisation.at(50), 0.85);
    EXPECT_GE(utilisation.at(5), 0.80);
    EXPECT_LT(queue_high.at(50), 100);
    EXPECT_GE(queue_excess.share_below(1), 0.9);
    EXPECT_LT(stalled.mean(), 0.005);
    EXPECT_LT(audio_gap.at(95), 200);
  }
  void print_seed(std::uint32_t seed, const BwePathConfig& path) const {
    sim::print_seed(
        seed, path,
        {&utilisation, &queue_median, &queue_high, &queue_excess, &refused, &stalled, &audio_gap});
  }
};

TEST(BweSim, IsTheSameForASeed) {
  const auto run = [](std::uint64_t seed) {
    BwePathConfig path;
    path.rates = {{0s, 1'000'000}};
    path.loss_per_mille = 50;
    BwePath world(path, {}, kConfig, seed);
    world.run_until(5s);
    return world.estimator().target();
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST(BweSim, SteadyPathsAreUsedWithoutAQueue) {
  Measures measures;
  for (const std::uint32_t seed : seeds(kSeeds)) {
    Draw draw(seed);
    BwePathConfig path = any_path(draw, 100e3, 20e6);
    path.loss_per_mille = static_cast<std::uint32_t>(draw.uniform(0, 150));
    path.burst = draw.uniform(0, 1) < 0.5 ? 1 : draw.uniform(1, 4);
    BwePath world(path, {}, kConfig, seed);
    world.run_until(10s);
    world.measure();
    world.run_until(30s);
    measures.add(world);
    measures.print_seed(seed, path);
  }
  measures.print("steady");
  measures.expect_flow();
}

TEST(BweSim, LossThatIsThePathsOwnCostsNothing) {
  Measures measures;
  for (const std::uint32_t seed : seeds(kSeeds)) {
    Draw draw(seed);
    BwePathConfig path = any_path(draw, 300e3, 5e6);
    path.loss_per_mille = static_cast<std::uint32_t>(draw.uniform(50, 150));
    path.burst = draw.uniform(0, 1) < 0.5 ? 1 : draw.uniform(1, 4);
    BwePath world(path, {}, kConfig, seed);
    world.run_until(10s);
    world.measure();
    world.run_until(30s);
    measures.add(world);
    measures.print_seed(seed, path);
  }
  measures.print("loss of 5 to 15 %");
  measures.expect_flow();
}

void drop_and_restore(const char* family, bool layers) {
  Measures measures;
  Column down{"down, s"};
  Column drained{"queue gone, s"};
  Column up{"up, s"};
  Column then{"utilisation from then"};
  for (const std::uint32_t seed : seeds(kSeeds)) {
    Draw draw(seed);
    BwePathConfig path = any_path(draw, 1e6, 1e6);
    path.rates = {{0s, 5'000'000}, {10s, 400'000}, {20s, 2'000'000}};
    path.queue = draw.log_ms(100, 2000);
    BwePath world(path, {.layers = layers}, kConfig, seed);
    world.run_until(10s);
    world.measure();
    Duration at = 10s;
    const auto fits = [&] {
      return layers ? world.layer() == 0 : world.estimator().target() <= 400'000;
    };
    while (at < 20s && !fits()) world.run_until(at += 10ms);
    down.add(static_cast<double>(to_ms(at - 10s - 2 * path.delay)) / 1e3);
    // Once more than a frame or two waited, until less does.
    Duration empty = std::max<Duration>(at, 10s + 2 * path.delay + 300ms);
    world.run_until(empty);
    while (empty < 20s && world.queue() > 60ms) world.run_until(empty += 10ms);
    drained.add(static_cast<double>(to_ms(empty - 10s)) / 1e3);
    world.run_until(20s);
    at = 20s;
    const auto back = [&] {
      return layers ? world.layer() == 2 : world.estimator().target() > 1'600'000;
    };
    while (at < 30s && !back()) world.run_until(at += 10ms);
    up.add(static_cast<double>(to_ms(at - 20s)) / 1e3);
    world.run_until(30s);
    measures.add(world);
    world.measure();
    world.run_until(50s);
    then.add(world.utilisation());
    measures.print_seed(seed, path);
    print_seed(seed, path, {&down, &drained, &up, &then});
  }
  measures.print(family);
  print("", {&down, &drained, &up, &then});
  EXPECT_LT(down.at(50), 1);
  EXPECT_LT(down.at(95), 1);
  EXPECT_LE(up.at(50), 10);
  EXPECT_LE(up.at(95), 10);
  EXPECT_GE(then.at(50), 0.85);
  EXPECT_GE(then.at(5), 0.80);
  EXPECT_LT(measures.stalled.mean(), 0.005);
}

TEST(BweSim, FollowsAPathThatBecomesNarrowAndWideAgain) {
  drop_and_restore("drop, encoder", false);
}
TEST(BweSim, LayersFollowAPathThatBecomesNarrowAndWideAgain) {
  drop_and_restore("drop, layers", true);
}

TEST(BweSim, LayersThatFitAreReachedAndKept) {
  Measures measures;
  Column kept{"time at what fits"};
  Column above{"time above"};
  Column switches{"switches a minute"};
  Column padding{"padding"};
  for (const std::uint32_t seed : seeds(kSeeds)) {
    Draw draw(seed);
    BwePathConfig path = any_path(draw, 200e3, 5e6);
    path.loss_per_mille = static_cast<std::uint32_t>(draw.uniform(0, 100));
    BwePath world(path, {.layers = true}, kConfig, seed);
    const auto capacity = static_cast<double>(path.rates[0].rate);
    // With a tenth to spare.
    const int fits = capacity > 1.1 * 1'732e3 ? 2 : capacity > 1.1 * 532e3 ? 1 : 0;
    world.run_until(10s);
    world.measure();
    int at_it = 0;
    int above_it = 0;
    for (Duration at = 10s; at < 40s; at += 100ms) {
      world.run_until(at);
      if (world.layer() == fits) ++at_it;
      if (world.layer() > fits) ++above_it;
    }
    kept.add(at_it / 300.0);
    above.add(above_it / 300.0);
    switches.add(world.switches() * 2);
    padding.add(world.padding());
    measures.add(world);
    measures.print_seed(seed, path);
    print_seed(seed, path, {&kept, &above, &switches, &padding});
  }
  measures.print("layers");
  print("", {&kept, &above, &switches, &padding});
  EXPECT_GE(kept.at(50), 0.95);
  EXPECT_LE(switches.at(50), 2);
  EXPECT_LE(switches.at(95), 12);
  EXPECT_LT(padding.at(95), 0.05);
  EXPECT_LT(measures.queue_high.at(95), 100);
  EXPECT_LT(measures.audio_gap.at(95), 200);
}

TEST(BweSim, SharesWithATcpFlow) {
  Measures measures;
  Column share{"share"};
  Column tcp{"tcp"};
  for (const std::uint32_t seed : seeds(kSeeds)) {
    Draw draw(seed);
    BwePathConfig path = any_path(draw, 1e6, 10e6);
    path.delay = draw.ms(10, 80);
    path.queue = draw.log_ms(100, 1000);
    path.tcp_from = 10s;
    BwePath world(path, {}, kConfig, seed);
    world.run_until(15s);
    world.measure();
    world.run_until(45s);
    measures.add(world);
    share.add(world.utilisation());
    tcp.add(world.tcp_share());
    measures.print_seed(seed, path);
    print_seed(seed, path, {&share, &tcp});
  }
  measures.print("competing tcp");
  print("", {&share, &tcp});
  EXPECT_GE(share.at(50), 0.25);
  EXPECT_GE(share.at(5), 0.10);
  EXPECT_LT(measures.stalled.mean(), 0.005);
}

TEST(BweSim, ComesDownToWhatAPolicerLetsThrough) {
  Measures measures;
  Column down{"down, s"};
  Column over{"target, at most"};
  for (const std::uint32_t seed : seeds(kSeeds)) {
    Draw draw(seed);
    BwePathConfig path = any_path(draw, 200e3, 5e6);
    const std::uint64_t rate = path.rates[0].rate;
    path.bucket = draw.log_ms(20, 200);
    path.rates = {{0s, rate * 2}, {10s, rate}};
    BwePath world(path, {}, kConfig, seed);
    world.run_until(10s);
    Duration at = 10s;
    const auto wanted = static_cast<double>(rate) * 1.15;
    while (at < 20s && static_cast<double>(world.estimator().target()) > wanted) {
      world.run_until(at += 10ms);
    }
    down.add(static_cast<double>(to_ms(at - 10s - 2 * path.delay)) / 1e3);
    world.run_until(15s);
    world.measure();
    double most = 0;
    for (at = 15s; at < 35s; at += 100ms) {
      world.run_until(at);
      most = std::max(most, static_cast<double>(world.estimator().target()));
    }
    over.add(most / static_cast<double>(rate));
    measures.add(world);
    measures.print_seed(seed, path);
    print_seed(seed, path, {&down, &over});
  }
  measures.print("policer");
  print("", {&down, &over});
  measures.expect_flow();
  EXPECT_LT(measures.refused.at(50), 0.03);
  EXPECT_LT(measures.refused.at(95), 0.06);
  EXPECT_LT(down.at(50), 1);
  EXPECT_LT(down.at(95), 1.5);
}

TEST(BweSim, LayersUnderAPolicerAreSeldomTriedInVain) {
  Measures measures;
  Column above{"time above"};
  Column switches{"switches a minute"};
  for (const std::uint32_t seed : seeds(kSeeds / 2)) {
    Draw draw(seed);
    BwePathConfig path = any_path(draw, 600e3, 1.5e6);  // The second fits, the third does not.
    path.bucket = draw.log_ms(20, 200);
    BwePath world(path, {.layers = true}, kConfig, seed);
    world.run_until(10s);
    world.measure();
    int above_it = 0;
    for (Duration at = 10s; at < 70s; at += 100ms) {
      world.run_until(at);
      if (world.layer() > 1) ++above_it;
    }
    above.add(above_it / 600.0);
    switches.add(world.switches());
    measures.add(world);
    measures.print_seed(seed, path);
    print_seed(seed, path, {&above, &switches});
  }
  measures.print("policer, layers");
  print("", {&above, &switches});
  EXPECT_LT(above.at(50), 0.04);
  EXPECT_LT(above.at(95), 0.15);
  EXPECT_LE(switches.at(50), 6);
  EXPECT_LT(measures.refused.at(50), 0.02);
}

TEST(BweSim, LostFeedbackIsNoReason) {
  Measures measures;
  for (const std::uint32_t seed : seeds(kSeeds)) {
    Draw draw(seed);
    BwePathConfig path = any_path(draw, 100e3, 20e6);
    path.loss_per_mille = static_cast<std::uint32_t>(draw.uniform(0, 50));
    path.feedback_loss_per_mille = 200;
    BwePath world(path, {}, kConfig, seed);
    world.run_until(10s);
    world.measure();
    world.run_until(30s);
    measures.add(world);
    measures.print_seed(seed, path);
  }
  measures.print("feedback lost, 20 %");
  measures.expect_flow();
}

TEST(BweSim, ComesBackAfterSilence) {
  Measures measures;
  Column floor{"kbit/s in silence"};
  Column back{"back, s"};
  for (const std::uint32_t seed : seeds(kSeeds)) {
    Draw draw(seed);
    BwePathConfig path = any_path(draw, 500e3, 10e6);
    path.silent_from = 10s;
    path.silent_to = 20s;
    BwePath world(path, {}, kConfig, seed);
    world.run_until(10s);
    const double before = static_cast<double>(world.estimator().target());
    world.run_until(20s);
    floor.add(static_cast<double>(world.estimator().target()) / 1e3);
    world.measure();
    Duration at = 20s;
    while (at < 40s && static_cast<double>(world.estimator().target()) < 0.7 * before) {
      world.run_until(at += 10ms);
    }
    back.add(static_cast<double>(to_ms(at - 20s)) / 1e3);
    world.run_until(at + 10s);
    measures.add(world);
    measures.print_seed(seed, path);
    print_seed(seed, path, {&floor, &back});
  }
  measures.print("10 s of silence");
  print("", {&floor, &back});
  EXPECT_LT(floor.at(95), 100);
  EXPECT_LT(back.at(50), 2);
  EXPECT_LT(back.at(95), 5);
}

TEST(BweSim, ALongerWayIsNoQueue) {
  Measures measures;
  Column back{"back, s"};
  for (const std::uint32_t seed : seeds(kSeeds)) {
    Draw draw(seed);
    BwePathConfig path = any_path(draw, 500e3, 10e6);
    path.detour_from = 15s;
    path.detour = draw.ms(20, 200);
    BwePath world(path, {}, kConfig, seed);
    world.run_until(15s);
    const double before = static_cast<double>(world.estimator().target());
    world.run_until(17s);
    Duration at = 17s;
    while (at < 45s && static_cast<double>(world.estimator().target()) < 0.8 * before) {
      world.run_until(at += 10ms);
    }
    back.add(static_cast<double>(to_ms(at - 15s)) / 1e3);
    world.run_until(at += 2s);
    world.measure();
    world.run_until(at + 20s);
    measures.add(world);
    measures.print_seed(seed, path);
    print_seed(seed, path, {&back});
  }
  measures.print("a longer way");
  print("", {&back});
  EXPECT_LT(back.at(50), 6);
  EXPECT_LT(back.at(95), 12);
  measures.expect_flow();
}

TEST(BweSim, JitterOfARadioLinkIsNoCongestion) {
  Measures measures;
  for (const std::uint32_t seed : seeds(kSeeds)) {
    Draw draw(seed);
    BwePathConfig path = any_path(draw, 1e6, 20e6);
    path.delay = draw.ms(5, 60);
    path.queue = draw.log_ms(100, 1000);
    path.jitter = draw.ms(2, 30);
    path.pause = draw.ms(10, 60);
    path.between_pauses = draw.ms(200, 1500);
    path.loss_per_mille = static_cast<std::uint32_t>(draw.uniform(0, 30));
    BwePath world(path, {}, kConfig, seed);
    world.run_until(10s);
    world.measure();
    world.run_until(30s);
    measures.add(world);
    measures.print_seed(seed, path);
  }
  measures.print("radio");
  measures.expect_flow();
}

}  // namespace
}  // namespace parley::sim
