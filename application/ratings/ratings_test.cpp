#include "application/ratings/ratings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "application/operation/testing/meeting.h"

namespace parley::application::ratings {
namespace {

using access::Role;
using meetings::Presence;
using operation::Json;
using ::testing::IsEmpty;

class RatingsTest : public operation::testing::InMeeting {
 protected:
  RatingsTest() : InMeeting(rating_operations()) {}

  std::string rate(const Tab& tab, const Json& rating) {
    return code(tab, "rateMeeting", {}, rating);
  }
  Json read() { return ask(host_, "getRatings"); }
  void end() {
    write([this, here = meeting()](store::Transaction& t) { end_meeting(t, here, now_); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, RatingsTest, store::testing::engines(),
                         store::testing::engine_name);

TEST_P(RatingsTest, AreSummedUpForTheHostWithoutNames) {
  EXPECT_EQ(read(),
            (Json{{"count", 0},
                  {"average", nullptr},
                  {"reasons", {{"sound", 0}, {"picture", 0}, {"connection", 0}, {"other", 0}}},
                  {"texts", Json::array()}}));
  const Tab ann = come("Ann");
  const Tab ben = come("Ben");
  EXPECT_EQ(rate(ann, {{"stars", 5}}), "");
  now_ += 1s;
  EXPECT_EQ(
      rate(ben, {{"stars", 2}, {"reasons", {"sound", "other"}}, {"text", "An echo.\nOften."}}), "");
  now_ += 1s;
  EXPECT_EQ(rate(host_, {{"stars", 3}, {"reasons", {"sound", "sound"}}, {"text", "Late"}}), "");
  const Json ratings = read();
  EXPECT_EQ(ratings.at("count"), 3);
  EXPECT_DOUBLE_EQ(ratings.at("average").get<double>(), 10.0 / 3.0);
  EXPECT_EQ(ratings.at("reasons"),
            (Json{{"sound", 2}, {"picture", 0}, {"connection", 0}, {"other", 1}}));
  EXPECT_EQ(ratings.at("texts"), (Json{"Late", "An echo.\nOften."})) << "the newest first";
  EXPECT_THAT(hear(host_), IsEmpty()) << "nobody is told who rates";
}

TEST_P(RatingsTest, APersonRatesOnceWhateverTheTabAndMayChangeIt) {
  const Tab ann = come("Ann");
  const Tab ann_too = come_again(ann, "Ann again");
  rate(ann, {{"stars", 1}, {"reasons", {"picture"}}, {"text", "Black"}});
  EXPECT_EQ(rate(ann_too, {{"stars", 4}}), "");
  EXPECT_EQ(read().at("count"), 1);
  EXPECT_EQ(read().at("average"), 4.0);
  EXPECT_EQ(read().at("reasons").at("picture"), 0) << "the earlier one is gone, all of it";
  EXPECT_THAT(read().at("texts"), IsEmpty());
}

TEST_P(RatingsTest, ComeFromWhoTookPartAndFromNobodyElse) {
  const Tab ann = come("Ann");
  for (const Presence presence : {Presence::inside, Presence::left, Presence::ended}) {
    set_presence(ann, presence);
    EXPECT_EQ(rate(ann, {{"stars", 5}}), "") << to_string(presence);
  }
  for (const Presence presence :
       {Presence::waiting, Presence::denied, Presence::removed, Presence::banned}) {
    set_presence(ann, presence);
    EXPECT_EQ(rate(ann, {{"stars", 1}}), "forbidden") << to_string(presence);
  }
  EXPECT_EQ(read().at("average"), 5.0);
}

TEST_P(RatingsTest, AreTakenUntilADayAfterTheEnd) {
  const Tab ann = come("Ann");
  now_ += std::chrono::hours(48);
  EXPECT_EQ(rate(ann, {{"stars", 5}}), "") << "it is still on";
  end();
  now_ += kAfterEnd;
  EXPECT_EQ(rate(ann, {{"stars", 4}}), "");
  now_ += 1s;
  EXPECT_EQ(rate(ann, {{"stars", 1}}), "conflict");
  EXPECT_EQ(read().at("average"), 4.0) << "read they can be for longer";
}

TEST_P(RatingsTest, AreReadByTheOwnerFromAnywhereAndByWhoMayChangeSettings) {
  const Tab ann = come("Ann", Role::cohost);
  EXPECT_EQ(code(ann, "getRatings"), "forbidden");
  set_role(ann, Role::host);
  EXPECT_EQ(code(ann, "getRatings"), "");
  set_role(host_, Role::attendee);
  set_presence(host_, Presence::left);
  EXPECT_EQ(code(host_, "getRatings"), "");
}

TEST_P(RatingsTest, HaveStarsReasonsAndATextOfABoundedLength) {
  for (const Json& wrong :
       {Json{{"stars", 0}}, Json{{"stars", 6}}, Json{{"stars", -1}},
        Json{{"stars", 3}, {"reasons", {"weather"}}},
        Json{{"stars", 3}, {"text", std::string(kMaxText + 1, 'x')}},
        Json{{"stars", 3}, {"text", "\xff"}}, Json{{"stars", 3}, {"text", "\x01"}}}) {
    EXPECT_EQ(rate(host_, wrong), "bad_input");
  }
  EXPECT_EQ(read().at("count"), 0);
  EXPECT_EQ(rate(host_, {{"stars", 3}, {"text", ""}, {"reasons", Json::array()}}), "");
  EXPECT_THAT(read().at("texts"), IsEmpty());
}

TEST_P(RatingsTest, AreNotGivenByTheHundred) {
  for (std::int64_t i = 0; i < kPace.burst; ++i) EXPECT_EQ(rate(host_, {{"stars", 1}}), "");
  EXPECT_EQ(rate(host_, {{"stars", 5}}), "too_many");
  now_ += kPace.pause;
  EXPECT_EQ(rate(host_, {{"stars", 5}}), "");
}

TEST_P(RatingsTest, OfTheRunBeforeDoNotCountInTheNext) {
  rate(host_, {{"stars", 1}, {"text", "Once"}});
  begin_again();
  EXPECT_EQ(read().at("count"), 0);
  rate(host_, {{"stars", 5}});
  EXPECT_EQ(read().at("average"), 5.0);
  EXPECT_THAT(read().at("texts"), IsEmpty());
}

}  // namespace
}  // namespace parley::application::ratings
