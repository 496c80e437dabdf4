#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/meeting.h"

// A path that carries no picture: what a subscriber is told of it, what it goes on hearing, and how
// its picture comes back. Sharing by itself: media/allocate/allocator_test.cpp.
namespace parley::sim {
namespace {

using livekit::AUDIO;
using livekit::SignalResponse;
using livekit::StreamState;
using livekit::VIDEO;
using testing::IsEmpty;

constexpr std::uint64_t kSeeds = 5;
constexpr std::uint64_t kWide = 5'000'000;
constexpr std::uint64_t kNarrow = 60'000;

World& world() {
  static World shared;
  return shared;
}

LinkConfig path(std::uint64_t rate) {
  return {.delay = 25ms,
          .bits_per_second = rate,
          .queue_bytes = std::max<std::size_t>(rate / 8 * 3 / 10, 4'500)};  // 300 ms, or 3 packets.
}

/// `ann` is seen and heard by `bob`, whose path changes.
struct Call {
  Call(std::uint64_t seed, bool send_side, std::optional<bool> allow_pause = true,
       bool single_peer = true, std::size_t small_room = 32)
      : meeting(world(), seed, 2, small_room, send_side),
        ann(meeting.join({.identity = "ann", .up = {.delay = 25ms}, .down = {.delay = 25ms}})),
        bob(meeting.join({.identity = "bob",
                          .single_peer = single_peer,
                          .camera = false,
                          .microphone = false,
                          .allow_pause = allow_pause,
                          .up = {.delay = 25ms},
                          .down = path(kWide)})) {
    meeting.run(10s);
  }

  VideoSink& video() { return *bob.received("ann", VIDEO)->video; }
  AudioSink& audio() { return *bob.received("ann", AUDIO)->audio; }
  /// What bob was told last of ann's picture, if anything.
  std::optional<StreamState> told() const {
    std::optional<StreamState> out;
    for (const SignalResponse& response : bob.responses) {
      for (const auto& info : response.stream_state_update().stream_states()) {
        EXPECT_EQ(info.participant_sid(), ann.sid());
        EXPECT_EQ(info.track_sid(), bob.track_of("ann", VIDEO));
        out = info.state();
      }
    }
    return out;
  }
  std::size_t times_told() const { return bob.count(SignalResponse::kStreamStateUpdate); }
  /// Seconds until bob is told so.
  std::optional<double> until_told(StreamState state, Duration within) {
    const Time began = meeting.now;
    while (told() != state) {
      if (meeting.now > began + within) return std::nullopt;
      meeting.run(50ms);
    }
    return std::chrono::duration<double>(meeting.now - began).count();
  }

  Meeting meeting;
  Participant& ann;
  Participant& bob;
};

void falls_and_returns(bool send_side, double longest_until_paused, double longest_until_active) {
  double paused_after = 0;
  double active_after = 0;
  double seen_after = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Call call(seed, send_side, true, seed % 2 == 0, seed % 3 == 0 ? 0 : 32);
    ASSERT_FALSE(call.told()) << "all is well";
    ASSERT_GT(call.video().frames().size(), 200u);

    call.bob.down.set(path(kNarrow));
    const auto paused = call.until_told(StreamState::PAUSED, 20s);
    ASSERT_TRUE(paused);
    paused_after = std::max(paused_after, *paused);
    call.meeting.run(2s);  // What was under way.
    const std::size_t frames = call.video().frames().size();
    const std::size_t sounds = call.audio().frames();
    call.meeting.run(10s);
    EXPECT_EQ(call.video().frames().size(), frames);
    EXPECT_GE(call.audio().frames() - sounds, 495u);  // Of 500.

    call.bob.down.set(path(kWide));
    const auto active = call.until_told(StreamState::ACTIVE, 90s);
    ASSERT_TRUE(active);
    active_after = std::max(active_after, *active);
    const Time back = call.meeting.now;
    while (call.video().frames().size() == frames && call.meeting.now < back + 5s) {
      call.meeting.run(50ms);
    }
    seen_after =
        std::max(seen_after, std::chrono::duration<double>(call.meeting.now - back).count());
    EXPECT_TRUE(call.video().frames().at(frames).slice.keyframe);
    call.meeting.run(20s);
    EXPECT_GE(call.video().frames().back().slice.layer, 1);
    EXPECT_EQ(call.times_told(), 2u);
    EXPECT_LT(call.audio().longest_silence(), 700ms);
    EXPECT_THAT(call.video().faults(), IsEmpty());
    EXPECT_THAT(call.meeting.problems(), IsEmpty());
  }
  std::printf("paused after %.2f s, active again after %.2f s, seen %.2f s later (worst)\n",
              paused_after, active_after, seen_after);
  EXPECT_LT(paused_after, longest_until_paused);
  EXPECT_LT(active_after, longest_until_active);
  EXPECT_LT(seen_after, 0.5);
}

TEST(PauseSim, APathTooNarrowForPicturesCarriesSoundAndThePictureComesBack) {
  falls_and_returns(true, 2, 10);
}

TEST(PauseSim, TheSameWhereThePathIsOnlyLimited) { falls_and_returns(false, 8, 60); }

TEST(PauseSim, WithoutLeaveThePictureStays) {
  for (const std::optional<bool> allow : {std::optional<bool>(), std::optional<bool>(false)}) {
    Call call(1, true, allow);
    call.bob.down.set(path(200'000));
    call.meeting.run(10s);
    const std::size_t frames = call.video().frames().size();
    call.meeting.run(10s);
    EXPECT_EQ(call.times_told(), 0u);
    EXPECT_GT(call.video().frames().size(), frames + 50);
    EXPECT_EQ(call.video().frames().back().slice.layer, 0);
  }
}

TEST(PauseSim, AMutedPictureIsNotAPausedOne) {
  Call call(2, false);
  for (VideoSource::Layer& layer : call.ann.publisher().camera()->layers()) layer.enabled = false;
  call.meeting.run(10s);
  EXPECT_EQ(call.times_told(), 0u);
}

TEST(PauseSim, WhoResumesIsToldAgain) {
  Call call(3, false);
  call.bob.down.set(path(kNarrow));
  ASSERT_TRUE(call.until_told(StreamState::PAUSED, 20s));
  const std::size_t before = call.times_told();
  call.bob.lose_socket(500ms, false, call.meeting.now);
  call.meeting.run(3s);
  ASSERT_EQ(call.bob.resumes, 1u);
  EXPECT_EQ(call.times_told(), before + 1);
  EXPECT_EQ(call.told(), StreamState::PAUSED);

  // And what changes while nobody listens is told to who comes back.
  call.bob.down.set(path(kWide));
  call.bob.lose_socket(9s, false, call.meeting.now);
  const std::size_t frames = call.video().frames().size();
  call.meeting.run(40s);
  ASSERT_EQ(call.bob.resumes, 2u);
  EXPECT_GT(call.video().frames().size(), frames);
  EXPECT_EQ(call.told(), StreamState::ACTIVE);
}

}  // namespace
}  // namespace parley::sim
