#include "protocols/bwe/estimator.h"

#include <gtest/gtest.h>

#include <array>
#include <type_traits>
#include <vector>

#include "base/random.h"

namespace parley::bwe {
namespace {

// Thousands of them exist. Trivially copyable: it owns nothing on the heap.
static_assert(sizeof(Estimator) <= 1536);
static_assert(std::is_trivially_copyable_v<Estimator>);

Time at(Duration since_start) { return Time{} + since_start; }

constexpr Config kConfig{.start = 300'000, .min = 50'000, .max = 5'000'000};

/// A sender of `rate` and feedback each 50 ms, over a path that carries `capacity`.
class Sender {
 public:
  explicit Sender(const Config& config = kConfig) : estimator(config, at(0s)) {}

  Estimator estimator;
  double capacity = 100e6;
  Duration now{};

  void run(Duration duration, double rate) {
    const Duration end = now + duration;
    while (now < end) {
      std::vector<PacketResult> results;
      const Duration next = now + 50ms;
      for (; sent_ < next; sent_ += bits(1000 * 8, rate)) {
        estimator.on_sent(1000, at(sent_));
        free_at_ = std::max(free_at_, sent_) + bits(1000 * 8, capacity);
        results.push_back({.sent = at(sent_),
                           .arrived = free_at_ + 1h,
                           .bytes = 1000,
                           .sequence = sequence_++,
                           .probe = 0});
      }
      now = next;
      estimator.on_feedback(results, 40ms, at(now));
      estimator.on_tick(at(now));
    }
  }

 private:
  static Duration bits(double n, double rate) {
    return Duration(static_cast<std::int64_t>(n * 1e9 / rate));
  }
  Duration sent_{};
  Duration free_at_{};
  std::uint16_t sequence_ = 0;
};

TEST(Estimator, StartsAsConfiguredAndWithAProbe) {
  Estimator estimator(kConfig, at(0s));
  EXPECT_EQ(estimator.target(), 300'000U);
  EXPECT_GT(estimator.pacing_rate(), estimator.target());
  EXPECT_TRUE(estimator.next_probe(at(0s)));
}

TEST(Estimator, GrowsWhileAllComesThrough) {
  Sender sender;
  for (int i = 0; i < 100; ++i) {
    sender.run(100ms, static_cast<double>(sender.estimator.target()));
  }
  EXPECT_GT(sender.estimator.target(), 700'000U);
  EXPECT_EQ(sender.estimator.cause(), Cause::none);
}

TEST(Estimator, IsNotLoweredBecauseLittleIsSent) {
  Sender sender;
  sender.run(20s, 30'000);
  EXPECT_EQ(sender.estimator.target(), 300'000U);
  EXPECT_EQ(sender.estimator.cause(), Cause::application);
}

TEST(Estimator, StepsBackFromAQueue) {
  Sender sender({.start = 2'000'000, .min = 50'000, .max = 5'000'000});
  sender.run(2s, 1'900'000);
  sender.capacity = 1'000'000;
  sender.run(400ms, 1'900'000);
  EXPECT_LT(sender.estimator.target(), 1'000'000U);
  EXPECT_EQ(sender.estimator.cause(), Cause::delay);
  EXPECT_GT(sender.estimator.queue(), 50ms);
}

TEST(Estimator, BacksOffInSilenceAndProbesWhenItEnds) {
  Sender sender({.start = 2'000'000, .min = 50'000, .max = 5'000'000});
  sender.run(2s, 1'900'000);
  const Duration silent_from = sender.now;
  sender.estimator.on_sent(1000, at(silent_from));
  for (Duration now = silent_from; now < silent_from + 5s; now += 100ms) {
    sender.estimator.on_tick(at(now));
  }
  EXPECT_EQ(sender.estimator.target(), 50'000U);
  EXPECT_EQ(sender.estimator.cause(), Cause::silence);
  EXPECT_FALSE(sender.estimator.next_probe(at(silent_from + 5s)));

  sender.run(100ms, 500'000);
  const auto probe = sender.estimator.next_probe(at(sender.now));
  ASSERT_TRUE(probe);
  EXPECT_GE(probe->bits_per_second, 1'900'000U);
}

TEST(Estimator, IsNotSilentBecauseNothingIsSent) {
  Sender sender;
  sender.run(1s, 300'000);
  for (Duration now = sender.now; now < sender.now + 20s; now += 100ms) {
    sender.estimator.on_tick(at(now));
  }
  EXPECT_GE(sender.estimator.target(), 300'000U);
}

TEST(Estimator, FollowsRembWhereThatIsAllThereIs) {
  Estimator estimator(kConfig, at(0s));
  estimator.on_remb(1'200'000, at(100ms));
  EXPECT_EQ(estimator.target(), 1'200'000U);
  estimator.on_remb(400'000, at(200ms));
  EXPECT_EQ(estimator.target(), 400'000U);
  EXPECT_EQ(estimator.cause(), Cause::remb);
  EXPECT_FALSE(estimator.next_probe(at(10s)));
}

TEST(Estimator, GrowsOnReceiverReportsAndStopsAtLoss) {
  Estimator estimator(kConfig, at(0s));
  std::uint64_t most = 0;
  const double capacity = 800'000;
  Duration now{};
  double lost = 0;
  for (int second = 0; second < 120; ++second) {
    const auto rate = static_cast<double>(estimator.target());
    const Duration step(static_cast<std::int64_t>(1000 * 8e9 / rate));
    for (Duration sent{}; sent < 1s; sent += step) estimator.on_sent(1000, at(now + sent));
    now += 1s;
    lost = std::max(0.0, 1 - capacity / rate);
    estimator.on_loss_report(static_cast<std::uint8_t>(lost * 256), 50ms, at(now));
    most = std::max(most, estimator.target());
  }
  EXPECT_GT(most, 700'000U);
  EXPECT_LT(most, 1'300'000U);
  EXPECT_GT(estimator.target(), 500'000U);
}

TEST(Estimator, WantsNoProbeForNothing) {
  Sender sender;
  sender.estimator.set_demand(0);
  sender.run(1s, 100'000);
  EXPECT_FALSE(sender.estimator.next_probe(at(sender.now + 10s)));
}

TEST(Estimator, StaysWithinItsBoundsWhateverIsSaid) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    SeededRandom random(seed);
    // Now and then a number of any size, otherwise a sensible one.
    const auto any = [&](std::int64_t sensible) {
      const std::uint64_t draw = random.next();
      switch (draw % 8) {
        case 0:
          return static_cast<std::int64_t>(random.next());
        case 1:
          return INT64_MAX;
        case 2:
          return INT64_MIN;
        case 3:
          return std::int64_t{0};
        default:
          return static_cast<std::int64_t>(draw >> 8U) % sensible;
      }
    };
    const auto unsigned_of = [&](std::int64_t n) { return static_cast<std::uint64_t>(any(n)); };
    const auto time = [&] { return Time(Duration(any(10'000'000'000))); };

    Estimator estimator({.start = unsigned_of(1'000'000),
                         .min = unsigned_of(100'000),
                         .max = unsigned_of(10'000'000)},
                        time());
    std::array<PacketResult, 32> results;
    for (int i = 0; i < 300; ++i) {
      std::optional<Probe> probe;
      switch (random.next() % 8) {
        case 0:
          estimator.on_sent(unsigned_of(1500), time());
          break;
        case 1:
          estimator.on_remb(unsigned_of(1'000'000), time());
          break;
        case 2:
          estimator.on_loss_report(static_cast<std::uint8_t>(random.next()),
                                   Duration(any(100'000'000)), time());
          break;
        case 3:
          estimator.set_demand(unsigned_of(1'000'000));
          break;
        case 4:
          estimator.on_tick(time());
          break;
        case 5:
          probe = estimator.next_probe(time());
          break;
        default: {
          const std::size_t count = random.next() % (results.size() + 1);
          for (std::size_t k = 0; k < count; ++k) {
            results[k] = {.sent = time(),
                          .arrived = std::nullopt,
                          .bytes = static_cast<std::uint32_t>(unsigned_of(1500)),
                          .sequence = static_cast<std::uint16_t>(random.next()),
                          .probe = static_cast<std::uint8_t>(random.next() % 3)};
            if (random.next() % 4 != 0) results[k].arrived = Duration(any(10'000'000'000));
            if (k > 0 && random.next() % 8 == 0) results[k] = results[k - 1];
          }
          estimator.on_feedback(std::span(results).first(count), Duration(any(100'000'000)),
                                time());
        }
      }
      ASSERT_GE(estimator.target(), 1'000U);
      ASSERT_LE(estimator.target(), 100'000'000'000U);
      ASSERT_GE(estimator.pacing_rate(), estimator.target());
      ASSERT_GE(estimator.queue(), 0ms);
      ASSERT_GE(estimator.own_loss(), 0);
      ASSERT_LE(estimator.own_loss(), LossControl::kMaxOwn);
      if (probe) {
        ASSERT_LE(probe->bytes, ProbePlanner::kMostBytes);
      }
    }
  }
}

}  // namespace
}  // namespace parley::bwe
