#include "media/room/speakers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"

// RFC 6464 levels, 0 the loudest and 127 silence, as microphones and clients make them.
namespace parley::media {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kSeeds = 20;
constexpr Duration kPacket = 20ms;
constexpr std::uint8_t kThreshold = 35;

/// What is heard at a moment.
using Sound = std::function<std::uint8_t(Duration at)>;

/// Gathers packets into ticks as media/ingest does, for any number of people.
class Listener {
 public:
  void add(std::string sid, Sound sound, Duration first = {}) {
    people_.push_back({std::move(sid), std::move(sound), first});
  }

  /// Returns what was told, in order: "ann+", "ann-".
  std::vector<std::string> run(Duration how_long) {
    std::vector<std::string> told;
    for (const Duration end = at_ + how_long; at_ < end; at_ += Speakers::kTick) {
      for (const Person& person : people_) {
        AudioLevel level{StreamId(1), {}, {}, 127};
        for (Duration t = at_; t < at_ + Speakers::kTick; t += kPacket) {
          if (t < person.first) continue;
          const std::uint8_t value = person.sound(t - person.first);
          level.observed += kPacket;
          if (value <= kThreshold) level.active += kPacket;
          level.loudest = std::min(level.loudest, value);
        }
        if (level.observed > Duration::zero()) speakers_.observe(person.sid, level);
      }
      for (const livekit::SpeakerInfo& info : speakers_.tick()) {
        bool& active = active_[info.sid()];
        if (info.active() == active) continue;
        active = info.active();
        told.push_back(info.sid() + (active ? "+" : "-"));
      }
    }
    return told;
  }
  std::vector<livekit::SpeakerInfo> active() const { return speakers_.active(); }

 private:
  struct Person {
    std::string sid;
    Sound sound;
    Duration first;
  };
  Speakers speakers_;
  std::vector<Person> people_;
  std::map<std::string, bool> active_;
  Duration at_{};
};

/// Syllables of 80 to 240 ms with a voice's dips between them, and a breath now and then.
Sound voice(std::uint64_t seed, std::uint8_t level = 18) {
  SeededRandom random(seed);
  std::vector<std::uint8_t> levels;
  while (levels.size() < 3000) {
    const std::size_t syllable = 4 + random.below(9);
    for (std::size_t i = 0; i < syllable; ++i) {
      levels.push_back(static_cast<std::uint8_t>(level + random.below(9)));
    }
    const std::size_t dip = random.below(12) == 0 ? 15 : random.below(4);
    levels.insert(levels.end(), dip, 55);
  }
  return [levels](Duration at) { return levels.at(static_cast<std::size_t>(at / kPacket)); };
}

/// Loud for so long, then quiet.
Sound burst(Duration how_long, std::uint8_t level = 5) {
  return [=](Duration at) -> std::uint8_t { return at < how_long ? level : 70; };
}

TEST(Speakers, AVoiceIsHeardWithinASecondAndGoesOnThroughItsPauses) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Listener listener;
    listener.add("ann", voice(seed), std::chrono::milliseconds(20 * (seed % 20)));
    EXPECT_THAT(listener.run(1600ms), ElementsAre("ann+"));
    EXPECT_THAT(listener.run(20s), IsEmpty()) << "no flicker";
  }
}

TEST(Speakers, WhoStopsIsToldOnce) {
  Listener listener;
  listener.add("ann", [](Duration at) -> std::uint8_t { return at < 4s ? 20 : 127; });
  EXPECT_THAT(listener.run(4s), ElementsAre("ann+"));
  EXPECT_THAT(listener.run(2s), ElementsAre("ann-"));
  EXPECT_THAT(listener.run(10s), IsEmpty());
}

// At each moment of a tick that it can fall upon.
TEST(Speakers, ACoughOrADoorIsNobodySpeaking) {
  for (Duration first{}; first < Speakers::kTick; first += kPacket) {
    for (const Duration length : {60ms, 200ms, 340ms, 500ms}) {
      SCOPED_TRACE(to_ms(first) * 1000 + to_ms(length));
      Listener listener;
      listener.add("ann", burst(length), first);
      EXPECT_THAT(listener.run(4s), IsEmpty());
    }
  }
}

TEST(Speakers, ACoughInSomebodysSpeechDoesNotTakeItsPlace) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Listener listener;
    listener.add("ann", voice(seed, 25));
    listener.add("ben", burst(460ms, 0), 5s + std::chrono::milliseconds(20 * seed));
    EXPECT_THAT(listener.run(12s), ElementsAre("ann+"));
  }
}

TEST(Speakers, MusicCountsAsSound) {
  Listener listener;
  listener.add("ann", [](Duration at) -> std::uint8_t { return at / 250ms % 2 != 0 ? 12 : 20; });
  EXPECT_THAT(listener.run(30s), ElementsAre("ann+")) << "for all the time that it lasts";
}

TEST(Speakers, TheNoiseOfARoomDoesNot) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    Listener listener;
    // A fan at -45 dBov, with a click above the threshold now and then.
    listener.add("ann", [&](Duration) {
      return static_cast<std::uint8_t>(random.below(30) == 0 ? 30 : 40 + random.below(12));
    });
    EXPECT_THAT(listener.run(60s), IsEmpty());
  }
}

TEST(Speakers, TwoAtOnceAreBothHeardTheLouderLouder) {
  Listener listener;
  listener.add("ann", voice(1, 8));
  listener.add("ben", voice(2, 22));
  EXPECT_THAT(listener.run(2s), testing::UnorderedElementsAre("ann+", "ben+"));
  const auto active = listener.active();
  ASSERT_THAT(active, testing::SizeIs(2));
  EXPECT_EQ(active[0].sid(), "ann");
  EXPECT_GT(active[0].level(), active[1].level());
  EXPECT_THAT(listener.run(10s), IsEmpty());
}

// A comfort noise packet every 400 ms, however loud it says it is.
TEST(Speakers, DtxIsSilence) {
  Speakers speakers;
  for (int tick = 0; tick < 50; ++tick) {
    speakers.observe("ann", {StreamId(1), 20ms, 20ms, 30});
    EXPECT_THAT(speakers.tick(), IsEmpty());
  }
}

TEST(Speakers, LevelsAreToldInEighths) {
  Listener listener;
  listener.add("ann", [](Duration) -> std::uint8_t { return 14; });
  listener.run(4s);
  ASSERT_THAT(listener.active(), testing::SizeIs(1));
  EXPECT_FLOAT_EQ(listener.active()[0].level(), 0.25);  // 10^(-14/20) is 0.2.
}

TEST(Speakers, WhoIsForgottenIsToldNoMore) {
  Speakers speakers;
  for (int tick = 0; tick < 3; ++tick) {
    speakers.observe("ann", {StreamId(1), 400ms, 400ms, 10});
    speakers.tick();
  }
  speakers.forget("ann");
  EXPECT_THAT(speakers.active(), IsEmpty());
  EXPECT_THAT(speakers.tick(), IsEmpty());
}

}  // namespace
}  // namespace parley::media
