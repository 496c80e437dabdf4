#include "sim/load_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <fmt/format.h>

#include "load/frames/samples.h"
#include "sim/meeting.h"

namespace parley::sim {
namespace {

using testing::IsEmpty;
using State = load::Client::State;

World& world() {
  static World shared;
  return shared;
}

const load::Material& sample(load::Codec codec) {
  static const load::Material vp8 = *load::load_samples(load::Codec::vp8, true, "");
  static const load::Material h264 = *load::load_samples(load::Codec::h264, true, "");
  static const load::Material av1 = *load::load_samples(load::Codec::av1, false, "");
  static const load::Material opus = *load::load_samples(load::Codec::opus, false, "");
  switch (codec) {
    case load::Codec::vp8:
      return vp8;
    case load::Codec::h264:
      return h264;
    case load::Codec::av1:
      return av1;
    case load::Codec::opus:
      return opus;
  }
  return vp8;
}

load::Plan publisher(bool single_peer, load::Codec codec = load::Codec::vp8) {
  return {.identity = "publisher",
          .single_peer = single_peer,
          .subscribes = false,
          .publishes = {&sample(codec), &sample(load::Codec::opus)}};
}

load::Plan watcher(bool single_peer, std::string identity = "watcher") {
  return {.identity = std::move(identity), .single_peer = single_peer};
}

struct Gathering {
  explicit Gathering(std::uint64_t seed) : meeting(world(), seed), seed_(seed) {}

  LoadClient& join(load::Plan plan, const LinkConfig& network = {.delay = 25ms},
                   bool full_ice = false) {
    const auto number = static_cast<std::uint16_t>(meeting.participants.size());
    auto made = std::make_unique<LoadClient>(world(), number, std::move(plan), network,
                                             seed_ * 1000 + number);
    LoadClient& client = *made;
    meeting.add(std::move(made));
    client.disable_ice_lite = full_ice;
    client.join(meeting.now);
    return client;
  }

  Meeting meeting;

 private:
  std::uint64_t seed_;
};

/// A clean network leaves nothing to be found fault with.
void expect_spotless(const LoadClient& watcher) {
  const load::Counts& counts = watcher.counts;
  EXPECT_EQ(watcher.client.state(), State::joined) << watcher.client.reason();
  EXPECT_THAT(watcher.client.problems(), IsEmpty());
  EXPECT_EQ(counts.lost, 0u);
  EXPECT_EQ(counts.incomplete, 0u);
  EXPECT_EQ(counts.undecodable, 0u);
  EXPECT_EQ(counts.mistimed, 0u);
  EXPECT_EQ(counts.unstamped, 0u);
}

TEST(LoadClientSim, AWatcherGetsEveryFrameOnEitherPath) {
  for (const bool single_peer : {true, false}) {
    for (const load::Codec codec : {load::Codec::vp8, load::Codec::h264, load::Codec::av1}) {
      SCOPED_TRACE(fmt::format("single peer {}, codec {}", single_peer, static_cast<int>(codec)));
      Gathering gathering(7);
      LoadClient& sends = gathering.join(publisher(single_peer, codec));
      gathering.meeting.run(1s);
      LoadClient& sees = gathering.join(watcher(single_peer));
      gathering.meeting.run(10s);
      EXPECT_TRUE(sends.client.ready());
      ASSERT_TRUE(sees.client.ready());
      EXPECT_EQ(sees.client.tracks_with_media(), 2u);
      EXPECT_EQ(sees.client.silent_tracks(gathering.meeting.now, 1s), 0u);
      expect_spotless(sees);
      // 30 pictures and 50 sounds a second, from when it was in.
      EXPECT_GT(sees.counts.frames, 8u * 80u);
      EXPECT_LT(*sees.client.time_to_media(), 2s);
      // 25 ms up and 25 ms down; a turn of the server lasts a millisecond.
      EXPECT_GE(sees.counts.delay.quantile(0.01), 49ms);
      EXPECT_LE(sees.counts.delay.quantile(0.95), 56ms);
    }
  }
}

TEST(LoadClientSim, AServerWithAFullAgentIsReachedOnEitherPath) {
  for (const bool single_peer : {true, false}) {
    SCOPED_TRACE(fmt::format("single peer {}", single_peer));
    Gathering gathering(9);
    LoadClient& sends = gathering.join(publisher(single_peer), {.delay = 25ms}, true);
    LoadClient& sees = gathering.join(watcher(single_peer), {.delay = 25ms}, true);
    gathering.meeting.run(10s);
    EXPECT_TRUE(sends.client.ready());
    ASSERT_TRUE(sees.client.ready());
    EXPECT_EQ(sees.client.tracks_with_media(), 2u);
    expect_spotless(sees);
  }
}

TEST(LoadClientSim, WhatIsLostIsAskedForAndComesAgain) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Gathering gathering(seed);
    LoadClient& sends = gathering.join(publisher(true), {.delay = 25ms, .loss_per_mille = 20});
    LoadClient& sees = gathering.join(watcher(true), {.delay = 25ms, .loss_per_mille = 20});
    gathering.meeting.run(20s);
    ASSERT_TRUE(sees.client.ready());
    EXPECT_GT(sends.client.sent().resent, 10u);
    EXPECT_GT(sees.counts.nacked, 10u);
    EXPECT_GT(sees.counts.recovered, 10u);
    EXPECT_LT(sees.counts.lost, sees.counts.packets / 500);
    EXPECT_GT(sees.counts.frames, 15u * 80u);
    EXPECT_EQ(sees.counts.mistimed, 0u);
  }
}

TEST(LoadClientSim, AHoleThatNeverClosesIsCountedAsLoss) {
  Gathering gathering(3);
  gathering.join(publisher(true));
  LoadClient& sees = gathering.join(watcher(true));
  gathering.meeting.run(5s);
  ASSERT_TRUE(sees.client.ready());
  ASSERT_EQ(sees.counts.lost, 0u);
  // Nothing gets through for longer than anybody keeps what may be asked for again.
  sees.down.set({.delay = 25ms, .loss_per_mille = 1000});
  gathering.meeting.run(8s);
  sees.down.set({.delay = 25ms});
  gathering.meeting.run(6s);
  EXPECT_GT(sees.counts.lost, 100u);
  const std::uint64_t frames = sees.counts.frames;
  gathering.meeting.run(2s);
  EXPECT_GE(sees.counts.frames, frames + 2 * 75) << "goes on with the next key frame";
}

TEST(LoadClientSim, AMeetingSeesTheLayersThatItsTilesAskFor) {
  Gathering gathering(11);
  std::vector<LoadClient*> people;
  for (int i = 0; i < 4; ++i) {
    load::Plan plan = publisher(i % 2 == 0);
    plan.identity = fmt::format("person-{}", i);
    plan.subscribes = true;
    plan.view = load::View::grid;
    plan.tiles = 2;
    plan.others_on_camera = 3;
    people.push_back(&gathering.join(std::move(plan)));
  }
  gathering.meeting.run(15s);
  for (const LoadClient* const person : people) {
    SCOPED_TRACE(person->client.plan().identity);
    ASSERT_TRUE(person->client.ready());
    // Three voices and two of three cameras; the third is not sent.
    EXPECT_EQ(person->client.tracks_with_media(), 5u);
    expect_spotless(*person);
  }
}

TEST(LoadClientSim, WhoLeavesIsGoneForTheServer) {
  Gathering gathering(5);
  LoadClient& stays = gathering.join(publisher(true));
  LoadClient& goes = gathering.join(watcher(false));
  gathering.meeting.run(3s);
  ASSERT_TRUE(goes.client.ready());
  goes.client.leave(gathering.meeting.now);
  gathering.meeting.run(3s);
  EXPECT_EQ(goes.client.state(), State::left);
  EXPECT_EQ(stays.client.state(), State::joined);
  EXPECT_EQ(gathering.meeting.counters().subscriptions, 0u);
}

}  // namespace
}  // namespace parley::sim
