#include "application/breakouts/breakouts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "application/operation/testing/meeting.h"

namespace parley::application::breakouts {
namespace {

using operation::Json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BreakoutsTest : public operation::testing::InMeeting {
 protected:
  BreakoutsTest() : InMeeting(breakout_operations()) {}
  void SetUp() override {
    InMeeting::SetUp();
    ann_ = come("Ann");
    bob_ = come("Bob");
  }
  Json two_rooms(bool may_hop = false, std::int64_t minutes = 0) {
    return {{"rooms", Json::array({{{"name", "Red"}, {"participants", {ann_.participant}}},
                                   {{"name", "Blue"}, {"participants", {bob_.participant}}}})},
            {"may_hop", may_hop},
            {"minutes", minutes}};
  }
  std::string where(const Tab& tab) {
    const auto m = meeting();
    return write(
        [&](store::Transaction& t) { return participant_by_id(t, m, tab.participant)->breakout; });
  }
  std::vector<std::string> types(const Tab& tab) {
    std::vector<std::string> out;
    for (const Heard& one : hear(tab)) out.push_back(one.type);
    return out;
  }

  Tab ann_;
  Tab bob_;
};
INSTANTIATE_TEST_SUITE_P(Engines, BreakoutsTest, store::testing::engines(),
                         store::testing::engine_name);

TEST_P(BreakoutsTest, APlanIsForThoseWhoMakeItUntilItOpens) {
  hear(ann_);
  ask(host_, "planBreakouts", {}, two_rooms());
  EXPECT_THAT(types(ann_), IsEmpty());
  EXPECT_EQ(state(ann_, breakouts_state), nullptr);
  const Json plan = state(host_, breakouts_state);
  EXPECT_EQ(plan["state"], "planned");
  EXPECT_EQ(plan["rooms"][0]["participants"], Json::array({ann_.participant}));
  EXPECT_EQ(where(ann_), "");
}

TEST_P(BreakoutsTest, OpeningMovesThoseWithAPlaceAndClosingBringsAllBack) {
  ask(host_, "planBreakouts", {}, two_rooms());
  hear(ann_);
  ask(host_, "openBreakouts");
  EXPECT_EQ(where(ann_), "b1");
  EXPECT_EQ(where(bob_), "b2");
  EXPECT_EQ(where(host_), "");
  EXPECT_THAT(types(ann_), ElementsAre("me", "participant", "participant", "breakouts"));
  EXPECT_EQ(state(ann_, breakouts_state)["rooms"][1]["participants"],
            Json::array({bob_.participant}));
  EXPECT_EQ(code(host_, "planBreakouts", {}, two_rooms()), "conflict");
  EXPECT_EQ(code(host_, "discardBreakouts"), "conflict");
  ask(host_, "closeBreakouts", {}, {{"seconds", 0}});
  EXPECT_EQ(where(ann_), "");
  EXPECT_EQ(state(host_, breakouts_state), nullptr);
}

TEST_P(BreakoutsTest, TheClockClosesThemAfterTheirMinutesOrACountdown) {
  const auto tick = [&] {
    return write([&](store::Transaction& t) { return on_time(t, now_).size(); });
  };
  ask(host_, "planBreakouts", {}, two_rooms(false, 5));
  EXPECT_EQ(tick(), 0U) << "a plan has no end";
  ask(host_, "openBreakouts");
  now_ += std::chrono::minutes(5) - 1s;
  EXPECT_EQ(tick(), 0U);
  now_ += 1s;
  EXPECT_EQ(tick(), 1U);
  EXPECT_EQ(where(ann_), "");
  EXPECT_EQ(tick(), 0U);

  ask(host_, "planBreakouts", {}, two_rooms());
  ask(host_, "openBreakouts");
  ask(host_, "closeBreakouts", {}, {{"seconds", 30}});
  EXPECT_EQ(state(ann_, breakouts_state)["state"], "closing");
  EXPECT_EQ(where(ann_), "b1");
  now_ += 30s;
  EXPECT_EQ(tick(), 1U);
  EXPECT_EQ(where(ann_), "");
}

TEST_P(BreakoutsTest, PeopleHopOnlyWhereThePlanSaysSoAndMayAlwaysComeBack) {
  const auto hop = [&](const Tab& who, const Tab& whom, const Json& to) {
    return code(who, "moveToBreakout", {{"participant", whom.participant}}, {{"breakout", to}});
  };
  EXPECT_EQ(hop(ann_, ann_, "b1"), "conflict") << "nothing is open";
  ask(host_, "planBreakouts", {}, two_rooms(false));
  ask(host_, "openBreakouts");
  EXPECT_EQ(hop(ann_, ann_, "b2"), "forbidden");
  EXPECT_EQ(hop(ann_, bob_, nullptr), "forbidden") << "others are not theirs to move";
  EXPECT_EQ(hop(ann_, ann_, nullptr), "");
  EXPECT_EQ(where(ann_), "");
  EXPECT_EQ(hop(host_, ann_, "b2"), "");
  EXPECT_EQ(where(ann_), "b2");
  EXPECT_EQ(hop(host_, ann_, "b9"), "bad_input");
  ask(host_, "closeBreakouts", {}, Json::object());
  ask(host_, "planBreakouts", {}, two_rooms(true));
  ask(host_, "openBreakouts");
  EXPECT_EQ(hop(ann_, ann_, "b2"), "");
  EXPECT_EQ(where(ann_), "b2");
}

TEST_P(BreakoutsTest, NobodyIsInTwoRoomsAndNobodyButHostsDecides) {
  Json twice = two_rooms();
  twice["rooms"][1]["participants"].push_back(ann_.participant);
  EXPECT_EQ(code(host_, "planBreakouts", {}, twice), "bad_input");
  for (const char* operation : {"openBreakouts", "closeBreakouts", "discardBreakouts"}) {
    EXPECT_EQ(code(ann_, operation), "forbidden") << operation;
  }
  EXPECT_EQ(code(ann_, "planBreakouts", {}, two_rooms()), "forbidden");
  EXPECT_EQ(code(ann_, "broadcast", {}, {{"text", "hi"}}), "forbidden");
  hear(bob_);
  ask(host_, "broadcast", {}, {{"text", "Two minutes"}});
  const auto heard = hear(bob_);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].body["text"], "Two minutes");
}

TEST_P(BreakoutsTest, WhoHasLeftHasNoPlaceAndWhoComesBackIsInTheMeetingsRoom) {
  set_presence(bob_, meetings::Presence::left);
  ask(host_, "planBreakouts", {}, two_rooms());
  EXPECT_EQ(state(host_, breakouts_state)["rooms"][1]["participants"], Json::array());
  ask(host_, "openBreakouts");
  set_presence(ann_, meetings::Presence::left);
  ask(host_, "closeBreakouts", {}, Json::object());
  EXPECT_EQ(where(ann_), "");
}

}  // namespace
}  // namespace parley::application::breakouts
