#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "sim/call.h"
#include "sim/meeting.h"

// Pictures on a path that is lossy and so long that what is sent again comes too late: what repair
// packets (protocols/fec) do for them.
namespace parley::sim {
namespace {

using media::SubscriptionId;
using testing::IsEmpty;

constexpr std::uint64_t kSeeds = 3;

World& world() {
  static World shared;
  return shared;
}

struct Seen {
  double late =
      0;  ///< Share of frames that were whole more than 200 ms after they might have been.
  double overhead = 0;  ///< Repair packets to one packet of the picture.
  std::uint64_t repaired = 0;
};

/// Bob watches Ann over a round trip of 400 ms, for two minutes after the first twenty seconds.
Seen watch(std::uint64_t seed, std::uint32_t loss_per_mille, bool repairs) {
  const PeerConfig near{.up = {.delay = 10ms}, .down = {.delay = 10ms}};
  const PeerConfig far{.up = {.delay = 200ms},
                       .down = {.delay = 200ms, .loss_per_mille = loss_per_mille}};
  Call call(world(), seed);
  Call::Peer& ann = call.join(near);
  Call::Peer& bob = call.join(far);
  const auto camera = call.publish(ann, 3);
  VideoSink& sink = call.watch(bob, camera, SubscriptionId(1), repairs);
  call.run(20s);
  const std::size_t first = sink.frames().size();
  call.run(120s);
  EXPECT_THAT(sink.faults(), IsEmpty());
  EXPECT_EQ(call.shard.counters().repairs > 0, repairs && loss_per_mille > 0);

  Seen out;
  const auto& frames = sink.frames();
  EXPECT_GT(frames.size(), first + 2500);
  const auto delay = [](const VideoSink::Frame& frame) {
    return frame.complete.time_since_epoch() - frame.slice.frame * VideoSource::kFrame;
  };
  Duration least = Duration::max();
  for (const auto& frame : frames) least = std::min<Duration>(least, delay(frame));
  const auto late = std::count_if(frames.begin() + static_cast<std::ptrdiff_t>(first), frames.end(),
                                  [&](const auto& frame) { return delay(frame) - least > 200ms; });
  out.late = static_cast<double>(late) / static_cast<double>(frames.size() - first);
  out.overhead = static_cast<double>(sink.repairs()) / static_cast<double>(sink.packets());
  out.repaired = sink.repaired();
  return out;
}

TEST(FecSim, PicturesOfFarAwayAreSeldomLate) {
  struct Case {
    std::uint32_t per_mille;
    double at_most;
  };
  for (const Case& one : {Case{20, 0.35}, Case{50, 0.5}}) {
    Seen without;
    Seen with;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      SCOPED_TRACE(testing::Message() << one.per_mille << " of 1000, seed " << seed);
      const Seen plain = watch(seed, one.per_mille, false);
      const Seen repaired = watch(seed, one.per_mille, true);
      EXPECT_GT(repaired.repaired, 100u);
      without.late += plain.late / kSeeds;
      with.late += repaired.late / kSeeds;
      with.overhead += repaired.overhead / kSeeds;
    }
    std::printf(
        "%.0f %% lost, round trip of 400 ms: %.1f %% of frames late without, %.1f %% with, "
        "for %.1f %% more packets\n",
        one.per_mille / 10.0, 100 * without.late, 100 * with.late, 100 * with.overhead);
    EXPECT_LT(with.late, without.late * one.at_most);
    EXPECT_LT(with.overhead, 0.4);
  }
}

TEST(FecSim, NegotiatedAnewTheyGoOn) {
  Call call(world(), 1);
  Call::Peer& ann = call.join({.up = {.delay = 10ms}, .down = {.delay = 10ms}});
  Call::Peer& bob =
      call.join({.up = {.delay = 200ms}, .down = {.delay = 200ms, .loss_per_mille = 50}});
  const auto camera = call.publish(ann, 1);
  VideoSink& sink = call.watch(bob, camera, SubscriptionId(1), true);
  call.run(30s);
  ASSERT_GT(call.shard.counters().repairs, 0u);
  call.command(sink.subscribe(SubscriptionId(1), camera, bob.transport));
  call.run(1s);
  const std::uint64_t before = call.shard.counters().repairs;
  // Nor do the first reports, which do not know the way yet, put an end to them.
  for (int i = 0; i < 8; ++i) {
    const std::uint64_t since = call.shard.counters().repairs;
    call.run(1s);
    EXPECT_GE(call.shard.counters().repairs, since + 5) << i << " s later";
  }
  EXPECT_GT(call.shard.counters().repairs, before);
  EXPECT_THAT(sink.faults(), IsEmpty());
}

TEST(FecSim, APathThatLosesNothingCarriesNothingMore) {
  const Seen seen = watch(1, 0, true);
  EXPECT_EQ(seen.overhead, 0);
  EXPECT_EQ(seen.late, 0);
}

}  // namespace
}  // namespace parley::sim
