#include "protocols/bwe/loss_control.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace parley::bwe {
namespace {

/// A sender at `target`, packets of 1200 bytes, feedback each 50 ms, and a path that loses.
class Lossy {
 public:
  static constexpr double kBytes = 1200;

  explicit Lossy(std::uint64_t seed) : random_(seed) {}

  double target = 1e6;
  double own = 0;        ///< Lost whatever is sent.
  double policed = 1e9;  ///< More bits per second than this are lost.
  LossControl loss;

  double rate() const { return std::min(target, loss.limit()); }
  void run(Duration duration) {
    const Time end = now_ + duration;
    while (now_ < end) {
      const Time next = now_ + 50ms;
      for (; sent_ < next; sent_ += Duration(static_cast<std::int64_t>(kBytes * 8e9 / rate()))) {
        const double dropped = std::max(0.0, 1 - policed / rate());
        const bool lost = chance() < own || chance() < dropped;
        loss.on_packet(sent_, lost, static_cast<std::uint32_t>(kBytes));
      }
      now_ = next;
      loss.update({.target = target, .round_trip = 0.05}, now_);
    }
  }

 private:
  double chance() { return static_cast<double>(random_.next() >> 11U) * 0x1p-53; }

  SeededRandom random_;
  Time now_{};
  Time sent_{};
};

TEST(LossControl, IsNoLimitWhereNothingIsLost) {
  Lossy path(1);
  path.run(10s);
  EXPECT_EQ(path.loss.limit(), LossControl::kNoLimit);
  EXPECT_EQ(path.loss.own(), 0);
}

TEST(LossControl, ToleratesALittle) {
  Lossy path(1);
  path.own = 0.01;
  path.run(20s);
  EXPECT_EQ(path.loss.limit(), LossControl::kNoLimit);
}

TEST(LossControl, LearnsThePathsOwnLossAndLetsItBe) {
  int limited = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Lossy path(seed);
    path.own = 0.1;
    path.run(15s);
    EXPECT_NEAR(path.loss.own(), 0.1, 0.07);
    if (path.rate() < 0.95 * path.target) ++limited;  // In a trial just now, or misled.
  }
  EXPECT_LE(limited, 5);
}

TEST(LossControl, FindsWhatAPolicerLetsThroughWithinASecondOrSo) {
  int right = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Lossy path(seed);
    path.run(2s);
    path.policed = 600'000;
    path.run(1500ms);
    EXPECT_LT(path.rate(), 1.3 * 600'000);
    EXPECT_GT(path.rate(), 0.4 * 600'000);
    EXPECT_LT(path.loss.own(), 0.05);
    if (path.rate() < 1.1 * 600'000 && path.rate() > 0.6 * 600'000) ++right;
  }
  EXPECT_GE(right, 40);
}

TEST(LossControl, TellsAPolicerOnALossyPath) {
  int right = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Lossy path(seed);
    path.own = 0.08;
    path.run(10s);
    path.policed = 600'000;
    path.run(4s);
    if (path.rate() < 1.25 * 600'000 && path.rate() > 0.5 * 600'000) ++right;
  }
  EXPECT_GE(right, 45);
}

TEST(LossControl, GrowsAgainWhenThePolicerIsGone) {
  Lossy path(1);
  path.run(1s);
  path.policed = 300'000;
  path.run(3s);
  EXPECT_LT(path.rate(), 330'000);
  path.policed = 1e9;
  path.run(20s);
  EXPECT_EQ(path.rate(), path.target);
}

TEST(LossControl, MassiveLossIsNeverThePathsOwn) {
  Lossy path(1);
  path.own = 0.8;
  path.run(10s);
  EXPECT_LE(path.loss.own(), LossControl::kMaxOwn);
  EXPECT_LT(path.rate(), 300'000);
}

TEST(LossControl, ForgetsWhatWasLostInSilence) {
  Lossy path(1);
  path.run(1s);
  for (int i = 0; i < 1000; ++i) path.loss.on_packet(Time{} + 1s, true, 1200);
  path.loss.forget_until(Time{} + 1s);
  path.run(1s);
  EXPECT_EQ(path.loss.limit(), LossControl::kNoLimit);
}

TEST(LossControl, ReadsReceiverReports) {
  LossControl loss;
  double rate = 1e6;
  Time now{};
  for (int i = 0; i < 30; ++i) {
    const double packets = rate / 8 / 1200;
    const double lost = packets * std::max(0.0, 1 - 600'000 / rate);
    loss.on_many(now, now + 1s, packets, lost, rate / 8);
    now += 1s;
    loss.update({.target = 1e6, .round_trip = 0.05}, now);
    rate = std::min(1e6, loss.limit());
  }
  EXPECT_LT(rate, 750'000);
}

}  // namespace
}  // namespace parley::bwe
