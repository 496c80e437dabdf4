#include "media/room/e_model.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace parley::media::e_model {
namespace {

// G.107 annex B, table B.1.
TEST(EModel, RatingsStandForThePublishedOpinions) {
  constexpr std::array<std::pair<double, double>, 5> kTable{
      {{90, 4.34}, {80, 4.03}, {70, 3.60}, {60, 3.10}, {50, 2.58}}};
  for (const auto& [rating, score] : kTable) EXPECT_NEAR(opinion(rating), score, 0.01) << rating;
  EXPECT_DOUBLE_EQ(opinion(0), 1);
  EXPECT_DOUBLE_EQ(opinion(3), 1) << "never below the scale";
  EXPECT_DOUBLE_EQ(opinion(100), 4.5);
}

// G.113 appendix I, 2001: G.729A with VAD under loss. They are whole numbers, from which Ie 11 and
// Bpl 19 of the later editions were fitted.
TEST(EModel, LossImpairsACodecOfTelephonyAsPublished) {
  constexpr Codec kG729aWithVad{.impairment = 11, .robustness = 19};
  constexpr std::array<std::pair<double, double>, 9> kG729a{
      {{0, 11}, {0.5, 13}, {1, 15}, {1.5, 17}, {2, 19}, {3, 23}, {4, 26}, {8, 36}, {16, 49}}};
  for (const auto& [loss, impairment] : kG729a) {
    EXPECT_NEAR(loss_impairment(kG729aWithVad, loss), impairment, 1) << loss;
  }
}

// By hand from formula 7-27.
TEST(EModel, DelayBelowATenthOfASecondIsNotNoticedAndAboveItIs) {
  EXPECT_DOUBLE_EQ(delay_impairment(0ms), 0);
  EXPECT_DOUBLE_EQ(delay_impairment(100ms), 0);
  EXPECT_NEAR(delay_impairment(200ms), 3.04, 0.01);
  EXPECT_NEAR(delay_impairment(400ms), 24.07, 0.01);
  double before = 0;
  for (Duration delay = 100ms; delay < 3s; delay += 10ms) {
    const double impairment = delay_impairment(delay);
    EXPECT_GE(impairment, before);
    before = impairment;
  }
}

// G.114: up to 150 ms are fine for nearly all, 400 ms are the limit of what may be planned; G.109:
// "satisfied" ends at 80, "nearly all dissatisfied" begins at 60.
TEST(EModel, JudgesOpusAsG109And114SayOfDelay) {
  EXPECT_DOUBLE_EQ(rating(kOpus, 0ms, 0), kBest);
  EXPECT_GT(rating(kOpus, 150ms, 0), 90);
  EXPECT_LT(rating(kOpus, 400ms, 0), 80);
  EXPECT_GT(rating(kOpus, 400ms, 0), 60);
  EXPECT_DOUBLE_EQ(rating(kOpus, 10s, 100), 0);
}

TEST(EModel, HalfOfTheScaleIsGoneWhereTheRobustnessSays) {
  EXPECT_NEAR(loss_impairment(kOpus, kOpus.robustness), 95.0 / 2, 1e-9);
}

}  // namespace
}  // namespace parley::media::e_model
