#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "sim/meeting.h"

// A publisher that sends its sound twice (RED), as LiveKit's clients do, and a subscriber whose
// path has room for the sound and the least of the picture, but not for the sound twice.
namespace parley::sim {
namespace {

using livekit::AUDIO;
using livekit::VIDEO;
using testing::IsEmpty;

constexpr std::uint64_t kSeeds = 6;
constexpr std::uint64_t kWide = 5'000'000;

World& world() {
  static World shared;
  return shared;
}

LinkConfig path(std::uint64_t rate) {
  return {.delay = 25ms,
          .bits_per_second = rate,
          .queue_bytes = std::max<std::size_t>(rate / 8 * 3 / 10, 4'500)};
}

struct Call {
  explicit Call(std::uint64_t seed)
      : meeting(world(), seed, 2, seed % 2 == 0 ? 32 : 0, true),
        ann(meeting.join(
            {.identity = "ann", .red = true, .up = {.delay = 25ms}, .down = {.delay = 25ms}})),
        bob(meeting.join({.identity = "bob",
                          .single_peer = seed % 3 != 0,
                          .camera = false,
                          .microphone = false,
                          .red = true,
                          .up = {.delay = 25ms},
                          .down = path(kWide)})) {
    meeting.run(2s);
    ann.publisher().microphone()->redundant = true;
    meeting.run(10s);
  }
  AudioSink& audio() { return *bob.received("ann", AUDIO)->audio; }
  VideoSink& video() { return *bob.received("ann", VIDEO)->video; }

  Meeting meeting;
  Participant& ann;
  Participant& bob;
};

TEST(NarrowSoundSim, WhereSoundTwiceLeavesNoRoomForThePictureItIsSentOnce) {
  std::size_t worst_gaps = 0;
  std::size_t fewest_frames = 10'000;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Call call(seed);
    const std::uint64_t redundant = call.audio().redundant_packets();
    EXPECT_GT(redundant, 400u);
    EXPECT_EQ(call.meeting.counters().red_left_out, 0u) << "while there is room for all";

    call.bob.down.set(path(240'000));
    call.meeting.run(5s);
    const std::uint64_t before = call.audio().redundant_packets();
    const std::size_t frames = call.video().frames().size();
    const std::size_t gaps = call.audio().gaps();
    call.meeting.run(60s);
    const std::uint64_t last = call.audio().redundant_packets();
    EXPECT_LT(last - before, 1000u) << "of 3000: it is tried again now and then";
    EXPECT_GT(call.meeting.counters().red_left_out, 2000u);
    worst_gaps = std::max(worst_gaps, call.audio().gaps() - gaps);
    fewest_frames = std::min(fewest_frames, call.video().frames().size() - frames);

    call.bob.down.set(path(kWide));
    call.meeting.run(60s);
    EXPECT_GT(call.audio().redundant_packets(), last + 400) << "it is sent again";
    EXPECT_THAT(call.audio().faults(), IsEmpty());
    EXPECT_THAT(call.video().faults(), IsEmpty());
    EXPECT_THAT(call.meeting.problems(), IsEmpty());
  }
  std::printf("narrow: %zu of 3000 sounds lost, %zu pictures in 60 s (worst)\n", worst_gaps,
              fewest_frames);
  EXPECT_LT(worst_gaps, 30u);
  EXPECT_GT(fewest_frames, 1700u);
}

}  // namespace
}  // namespace parley::sim
