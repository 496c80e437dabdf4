#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/families.h"
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

constexpr std::uint32_t kSeeds = 15;
constexpr std::uint64_t kWide = 5'000'000;
constexpr std::uint64_t kNarrow = 60'000;

World& world() {
  static World shared;
  return shared;
}

LinkConfig path(std::uint64_t rate, Duration delay = 25ms, Duration queue = 300ms) {
  const double bytes = static_cast<double>(rate) / 8 * static_cast<double>(to_ms(queue)) / 1e3;
  return {
      .delay = delay,
      .bits_per_second = rate,
      .queue_bytes = std::max<std::size_t>(static_cast<std::size_t>(bytes), 4'500)};  // 3 packets
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double ms(Duration duration) { return 1e3 * seconds(duration); }

/// `ann` is seen and heard by `bob`, whose path changes.
struct Call {
  Call(std::uint64_t seed, bool send_side, std::optional<bool> allow_pause = true,
       bool single_peer = true, std::size_t small_room = 32, const LinkConfig& down = path(kWide))
      : meeting(world(), seed, 2, small_room, send_side),
        ann(meeting.join({.identity = "ann", .up = {.delay = 25ms}, .down = {.delay = 25ms}})),
        bob(meeting.join({.identity = "bob",
                          .single_peer = single_peer,
                          .camera = false,
                          .microphone = false,
                          .allow_pause = allow_pause,
                          .up = {.delay = down.delay},
                          .down = down})) {
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
    return seconds(meeting.now - began);
  }
  /// Runs on, and returns the longest time without sound in it.
  double sound_gap_ms(Duration how_long) {
    audio().forget_silence(meeting.now);
    meeting.run(how_long);
    return ms(std::max(audio().longest_silence(), meeting.now - audio().last_packet()));
  }

  Meeting meeting;
  Participant& ann;
  Participant& bob;
};

/// What a path that becomes too narrow for pictures does, over many such paths.
struct Fall {
  Column paused{"told of the pause, s"};
  Column gap_at_first{"sound gap at first, ms"};
  Column gap{"sound gap from then, ms"};
  Column heard{"of the sound"};
  Column active{"told of the return, s"};
  Column seen{"seen after that, s"};
  Column gap_after{"sound gap after, ms"};
  Column tried{"tried while narrow"};

  explicit Fall(bool send_side) : send_side_(send_side) {
    for (const std::uint32_t seed : seeds(kSeeds)) {
      SCOPED_TRACE(testing::Message() << "seed " << seed);
      run(seed);
    }
    print(send_side ? "pause, estimated" : "pause, limited",
          {&paused, &gap_at_first, &gap, &heard, &active, &seen, &gap_after, &tried});
  }

 private:
  void run(std::uint32_t seed) {
    Draw draw(seed);
    const Duration delay = draw.ms(5, 150);
    const Duration queue = draw.log_ms(100, 1000);
    const LinkConfig wide =
        path(static_cast<std::uint64_t>(draw.logarithmic(3e6, 8e6)), delay, queue);
    const LinkConfig narrow =
        path(static_cast<std::uint64_t>(draw.uniform(60e3, 90e3)), delay, queue);
    SCOPED_TRACE(testing::Message() << narrow.bits_per_second << " of " << wide.bits_per_second
                                    << " bit/s, " << ms(delay) << " ms, queue " << ms(queue));
    Call call(seed, send_side_, true, seed % 2 == 0, seed % 3 == 0 ? 0 : 32, wide);
    ASSERT_FALSE(call.told()) << "all is well";
    ASSERT_GT(call.video().frames().size(), 200u);

    call.audio().forget_silence(call.meeting.now);
    call.bob.down.set(narrow);
    const auto told_paused = call.until_told(StreamState::PAUSED, 20s);
    ASSERT_TRUE(told_paused);
    paused.add(*told_paused);
    call.meeting.run(2s + 2 * queue);  // What was under way.
    gap_at_first.add(ms(call.audio().longest_silence()));
    const std::size_t frames = call.video().frames().size();
    const std::size_t sounds = call.audio().frames();
    const double quiet = call.sound_gap_ms(10s);
    EXPECT_EQ(call.video().frames().size(), frames);
    // Who only hears of loss finds out by trying; what that does to the sound is another matter.
    tried.add(call.told() == StreamState::ACTIVE ? 1 : 0);
    if (tried.last() != 0) return;
    gap.add(quiet);
    heard.add(static_cast<double>(call.audio().frames() - sounds) / 500);

    call.audio().forget_silence(call.meeting.now);
    call.bob.down.set(wide);
    const auto told_active = call.until_told(StreamState::ACTIVE, 90s);
    ASSERT_TRUE(told_active) << "it never came back";
    active.add(*told_active);
    const Time back = call.meeting.now;
    while (call.video().frames().size() == frames && call.meeting.now < back + 5s) {
      call.meeting.run(20ms);
    }
    seen.add(seconds(call.meeting.now - back));
    ASSERT_GT(call.video().frames().size(), frames);
    EXPECT_TRUE(call.video().frames().at(frames).slice.keyframe);
    call.meeting.run(20s);
    gap_after.add(ms(call.audio().longest_silence()));
    EXPECT_GE(call.video().frames().back().slice.layer, 1);
    EXPECT_EQ(call.times_told(), 2u);
    EXPECT_THAT(call.video().faults(), IsEmpty());
    EXPECT_THAT(call.meeting.problems(), IsEmpty());
  }

  bool send_side_;
};

TEST(PauseSim, APathTooNarrowForPicturesCarriesSoundAndThePictureComesBack) {
  const Fall fall(true);
  EXPECT_LT(fall.paused.at(50), 1.1);
  EXPECT_LT(fall.paused.at(95), 1.5);
  EXPECT_LT(fall.paused.at(100), 2);
  EXPECT_LT(fall.active.at(50), 4);
  EXPECT_LT(fall.active.at(95), 6);
  EXPECT_LT(fall.active.at(100), 10);
  EXPECT_LT(fall.seen.at(100), 0.2);
  EXPECT_LT(fall.gap_at_first.at(50), 900);
  EXPECT_LT(fall.gap.at(95), 100);
  EXPECT_LT(fall.gap.at(100), 200);
  EXPECT_GE(fall.heard.at(0), 0.99);
  EXPECT_LT(fall.gap_after.at(100), 150);
  EXPECT_EQ(fall.tried.mean(), 0);
}

TEST(PauseSim, TheSameWhereThePathIsOnlyLimited) {
  const Fall fall(false);
  EXPECT_LT(fall.paused.at(50), 3);
  EXPECT_LT(fall.paused.at(95), 4);
  EXPECT_LT(fall.paused.at(100), 6);
  EXPECT_LT(fall.active.at(50), 15);
  EXPECT_LT(fall.active.at(95), 18);
  EXPECT_LT(fall.active.at(100), 20);
  EXPECT_LT(fall.seen.at(95), 0.2);
  EXPECT_LT(fall.seen.at(100), 1.5);
  EXPECT_LT(fall.gap_at_first.at(50), 900);
  EXPECT_LT(fall.gap.at(100), 100);
  EXPECT_GE(fall.heard.at(0), 0.99);
  EXPECT_LT(fall.gap_after.at(100), 100);
  EXPECT_LT(fall.tried.mean(), 0.02);
}

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
