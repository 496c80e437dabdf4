#include "application/timer/timer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "application/operation/testing/meeting.h"

namespace parley::application::timer {
namespace {

using access::Role;
using operation::Json;
using ::testing::IsEmpty;

class TimerTest : public operation::testing::InMeeting {
 protected:
  TimerTest() : InMeeting(timer_operations()) {}

  std::string refused(const Tab& tab, const Json& body) { return code(tab, "setTimer", {}, body); }
  Json shown(const Tab& tab) { return state(tab, timer_state); }
};
INSTANTIATE_TEST_SUITE_P(Engines, TimerTest, store::testing::engines(),
                         store::testing::engine_name);

TEST_P(TimerTest, IsSeenByAllUntilItHasRunOut) {
  const Tab ann = come("Ann");
  EXPECT_TRUE(shown(ann).is_null());
  const Json timer = ask(host_, "setTimer", {}, {{"seconds", 90}, {"label", "Group work"}});
  EXPECT_EQ(timer, (Json{{"ends_at", operation::instant(now_ + 90s)},
                         {"seconds", 90},
                         {"label", "Group work"}}));
  const auto heard = hear(ann);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].type, "timer");
  EXPECT_EQ(heard[0].body, timer);
  now_ += 89s;
  EXPECT_EQ(shown(come("Late")), timer);
  now_ += 1s;
  EXPECT_TRUE(shown(ann).is_null());
  EXPECT_THAT(hear(ann), IsEmpty()) << "each page counts by itself";
}

TEST_P(TimerTest, ANewOneTakesThePlaceOfTheOld) {
  ask(host_, "setTimer", {}, {{"seconds", 90}});
  now_ += 30s;
  ask(host_, "setTimer", {}, {{"seconds", 60}, {"label", "More"}});
  EXPECT_EQ(shown(host_).at("ends_at"), operation::instant(now_ + 60s));
  EXPECT_EQ(shown(host_).at("label"), "More");
}

TEST_P(TimerTest, IsStoppedOnce) {
  const Tab ann = come("Ann");
  ask(host_, "setTimer", {}, {{"seconds", 90}});
  hear(ann);
  ask(host_, "stopTimer");
  ask(host_, "stopTimer");
  EXPECT_TRUE(shown(ann).is_null());
  const auto heard = hear(ann);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].type, "timer");
  EXPECT_TRUE(heard[0].body.is_null());
}

TEST_P(TimerTest, IsSetByWhoMayAndForADayAtMost) {
  const Tab ann = come("Ann", Role::speaker);
  EXPECT_EQ(refused(ann, {{"seconds", 90}}), "forbidden");
  ask(host_, "setTimer", {}, {{"seconds", 5}});
  EXPECT_EQ(code(ann, "stopTimer"), "forbidden");
  EXPECT_EQ(refused(come("Cara", Role::cohost), {{"seconds", 1}, {"label", ""}}), "");
  EXPECT_EQ(refused(host_, {{"seconds", 0}}), "bad_input");
  EXPECT_EQ(refused(host_, {{"seconds", -5}}), "bad_input");
  EXPECT_EQ(refused(host_, {{"seconds", kLongest + 1}}), "bad_input");
  EXPECT_EQ(refused(host_, {{"seconds", kLongest}}), "");
  EXPECT_EQ(refused(host_, {{"seconds", 5}, {"label", std::string(kMaxLabel + 1, 'x')}}),
            "bad_input");
  EXPECT_EQ(refused(host_, {{"seconds", 5}, {"label", "a\nb"}}), "bad_input");
  EXPECT_EQ(refused(host_, {{"seconds", 5}, {"label", "\xff"}}), "bad_input");
  EXPECT_EQ(shown(host_).at("seconds"), kLongest);
}

TEST_P(TimerTest, DoesNotRunOnInTheNextMeetingOfARoom) {
  ask(host_, "setTimer", {}, {{"seconds", 3600}});
  begin_again();
  EXPECT_TRUE(shown(host_).is_null());
  ask(host_, "stopTimer");
  ask(host_, "setTimer", {}, {{"seconds", 60}});
  EXPECT_EQ(shown(host_).at("seconds"), 60);
}

}  // namespace
}  // namespace parley::application::timer
