#include "application/webhooks/backlog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace parley::application::webhooks {
namespace {

using ::testing::ElementsAre;

constexpr Time kStart{1000s};

class BacklogTest : public ::testing::Test {
 protected:
  void add(std::uint64_t sequence, const std::string& order, Time expires = kNever) {
    ASSERT_TRUE(backlog_.wants(sequence));
    backlog_.add({sequence, order, {1, 2, 3}, now_, expires});
  }
  /// All that may go out now.
  std::vector<std::uint64_t> due() {
    std::vector<std::uint64_t> out;
    while (const auto* entry = backlog_.next(now_)) out.push_back(entry->sequence);
    return out;
  }

  Time now_ = kStart;
  SeededRandom random_{1};
  Backlog backlog_{plane::OutboxPlace()};
};

TEST_F(BacklogTest, SendsTheEntriesOfARoomOneAfterAnother) {
  add(1, "a");
  add(2, "a");
  add(3, "b");
  EXPECT_THAT(due(), ElementsAre(1, 3));
  backlog_.on_delivered(3);
  EXPECT_THAT(due(), ElementsAre());
  backlog_.on_delivered(1);
  EXPECT_THAT(due(), ElementsAre(2));
}

TEST_F(BacklogTest, TriesTheSameEntryAgainBeforeTheNextOfItsRoom) {
  add(1, "a");
  add(2, "a");
  due();
  backlog_.on_failed(1, now_, random_);
  EXPECT_THAT(due(), ElementsAre()) << "not at once";
  now_ = backlog_.next_deadline();
  EXPECT_THAT(due(), ElementsAre(1));
  backlog_.on_delivered(1);
  EXPECT_THAT(due(), ElementsAre(2));
}

TEST_F(BacklogTest, WaitsTwiceAsLongAfterEachFailureUpToAMinute) {
  add(1, "a");
  Duration longest = 1s;
  for (int i = 0; i < 12; ++i) {
    ASSERT_THAT(due(), ElementsAre(1));
    backlog_.on_failed(1, now_, random_);
    const Duration pause = backlog_.next_deadline() - now_;
    EXPECT_GE(pause, longest / 2) << i;
    EXPECT_LE(pause, longest) << i;
    now_ += pause;
    longest = std::min<Duration>(2 * longest, 60s);
  }
  // The next entry begins anew.
  add(2, "a");
  due();
  backlog_.on_delivered(1);
  ASSERT_THAT(due(), ElementsAre(2));
  backlog_.on_failed(2, now_, random_);
  EXPECT_LE(backlog_.next_deadline() - now_, 1s);
}

TEST_F(BacklogTest, AsksARecipientInTroubleOneThingAtATime) {
  for (std::uint64_t i = 1; i <= 40; ++i) add(i, "room" + std::to_string(i));
  EXPECT_EQ(due().size(), Backlog::kParallel);
  backlog_.on_failed(1, now_, random_);
  EXPECT_TRUE(due().empty());
  for (std::uint64_t i = 2; i <= Backlog::kParallel; ++i) backlog_.on_failed(i, now_, random_);
  now_ += 10s;
  EXPECT_THAT(due(), ElementsAre(1));
  backlog_.on_delivered(1);
  EXPECT_EQ(due().size(), Backlog::kParallel) << "well again";
}

TEST_F(BacklogTest, GivesUpOnWhatIsTooOld) {
  add(1, "a", now_ + 10s);
  add(2, "a", now_ + 20s);
  add(3, "a", now_ + 40s);
  due();
  backlog_.on_failed(1, now_, random_);
  EXPECT_EQ(backlog_.expire(now_ + 5s), 0U);
  now_ += 30s;
  EXPECT_EQ(backlog_.expire(now_), 2U);
  EXPECT_THAT(due(), ElementsAre(3));
  now_ += 30s;
  EXPECT_EQ(backlog_.expire(now_), 0U) << "it is on its way";
  backlog_.on_failed(3, now_, random_);
  EXPECT_EQ(backlog_.expire(now_), 1U);
  EXPECT_EQ(backlog_.waiting(), 0U);
  EXPECT_EQ(backlog_.next_deadline(), kNever);
}

TEST_F(BacklogTest, GoesOnInALaterLifeWhereItWas) {
  for (std::uint64_t i = 1; i <= 5; ++i) add(i, i % 2 == 1 ? "odd" : "even");
  due();
  backlog_.on_delivered(1);
  due();
  backlog_.on_delivered(3);
  const plane::OutboxPlace place = backlog_.place();
  EXPECT_EQ(place.read(), 5U);
  EXPECT_THAT(place.waiting(), ElementsAre(2, 4, 5));
  EXPECT_EQ(backlog_.first_needed(), 2U);

  Backlog next(place);
  EXPECT_EQ(next.next_to_read(), 2U);
  EXPECT_EQ(next.place().SerializeAsString(), place.SerializeAsString())
      << "even if killed at once";
  for (std::uint64_t i = 2; i <= 6; ++i) EXPECT_EQ(next.wants(i), i != 3) << i;
  next.add({2, "even", {}, now_, kNever});
  next.skip(3);
  next.add({4, "even", {}, now_, kNever});
  EXPECT_THAT(next.place().waiting(), ElementsAre(2, 4, 5));
  EXPECT_EQ(next.next(now_)->sequence, 2U);
  EXPECT_EQ(next.lost(), 0U);
}

TEST_F(BacklogTest, CountsWhatTheLogLetGoOf) {
  plane::OutboxPlace place;
  place.set_read(10);
  place.add_waiting(7);
  place.add_waiting(9);
  Backlog late(place);
  late.add({15, "a", {}, now_, kNever});
  EXPECT_EQ(late.lost(), 2U + 4U) << "7 and 9, and 11 to 14";
  EXPECT_THAT(late.place().waiting(), ElementsAre(15));

  backlog_.add({100, "a", {}, now_, kNever});
  EXPECT_EQ(backlog_.lost(), 0U) << "a new recipient begins with what there is";
}

TEST_F(BacklogTest, WantsNoMoreThanItCanHold) {
  for (std::uint64_t i = 1; i <= Backlog::kMaxEntries; ++i) {
    EXPECT_FALSE(backlog_.full());
    add(i, "a");
  }
  EXPECT_TRUE(backlog_.full());
  due();
  backlog_.on_delivered(1);
  EXPECT_FALSE(backlog_.full());
  add(Backlog::kMaxEntries + 1, "b");
  EXPECT_TRUE(backlog_.full());
}

}  // namespace
}  // namespace parley::application::webhooks
