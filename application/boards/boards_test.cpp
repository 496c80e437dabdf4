#include "application/boards/boards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "application/boards/pace.h"
#include "application/operation/testing/meeting.h"
#include "signaling/encoding/base64.h"

namespace parley::application::boards {
namespace {

using access::MeetingType;
using access::Role;
using meetings::Presence;
using operation::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string coded(std::string_view text) { return signaling::base64url_encode(as_bytes(text)); }
std::string text_of(const Json& data) {
  const auto bytes = signaling::base64url_decode_strict(data.get<std::string>());
  return bytes ? std::string(bytes->begin(), bytes->end()) : "not base64url";
}

class BoardsTest : public operation::testing::InMeeting {
 protected:
  BoardsTest() : InMeeting(board_operations()) {}

  static Names at(std::string_view board) { return {{"board", std::string(board)}}; }
  /// The number that it got; 0: refused.
  std::int64_t append(const Tab& tab, std::string_view text, std::string_view board = "notes") {
    now_ += 100ms;
    const Json body{{"document", nullptr}, {"data", coded(text)}};
    const auto outcome = call(tab, "appendBoardUpdate", at(board), body);
    if (!outcome) return 0;
    document_ = outcome->body.at("document");
    return outcome->body.at("number");
  }
  void append_many(const Tab& tab, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) EXPECT_GT(append(tab, "x"), 0);
  }
  std::string replace(const Tab& tab, std::int64_t number, std::string_view text) {
    now_ += 10s;
    return code(tab, "putBoardSnapshot", at("notes"),
                {{"document", document_}, {"number", number}, {"data", coded(text)}});
  }
  Json board(const Tab& tab, std::int64_t after = 0, std::string_view name = "notes") {
    return ask(tab, "readBoard", at(name), nullptr, {{"after", std::to_string(after)}});
  }
  /// Everything that a page reads which knows nothing yet.
  std::vector<std::string> read(const Tab& tab, std::string_view name = "notes") {
    std::vector<std::string> pieces;
    std::int64_t after = 0;
    for (bool more = true; more;) {
      const Json page = board(tab, after, name);
      if (!page.at("snapshot").is_null()) {
        pieces.push_back(text_of(page["snapshot"]["data"]));
        after = page["snapshot"]["number"];
      }
      for (const Json& one : page.at("updates")) {
        pieces.push_back(text_of(one.at("data")));
        EXPECT_EQ(one.at("number"), after + 1);
        after = one.at("number");
      }
      more = page.at("more");
    }
    return pieces;
  }

  std::string document_;
};
INSTANTIATE_TEST_SUITE_P(Engines, BoardsTest, store::testing::engines(),
                         store::testing::engine_name);

TEST_P(BoardsTest, AnUpdateIsNumberedToldToAllAndReadByWhoComesLater) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob", Role::viewer);
  EXPECT_TRUE(board(ann).at("document").is_null());
  EXPECT_EQ(append(ann, "one"), 1);
  EXPECT_EQ(append(host_, "two"), 2);
  const auto heard = hear(bob);
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].type, "board");
  EXPECT_EQ(
      heard[0].body,
      (Json{{"board", "notes"}, {"document", document_}, {"number", 1}, {"data", coded("one")}}));
  EXPECT_THAT(read(come("Late")), ElementsAre("one", "two"));
  EXPECT_EQ(board(bob).at("last"), 2);
  EXPECT_EQ(board(bob).at("document"), document_);
  EXPECT_EQ(board(bob, 1).at("updates").size(), 1U);
  EXPECT_THAT(journal(), Not(HasSubstr("board"))) << "a keystroke is kept once";
}

TEST_P(BoardsTest, NotesAndWhiteboardAreTwo) {
  const Tab ann = come("Ann");
  EXPECT_EQ(append(ann, "a word"), 1);
  EXPECT_EQ(append(ann, "a line", "whiteboard"), 1);
  EXPECT_THAT(read(ann), ElementsAre("a word"));
  EXPECT_THAT(read(ann, "whiteboard"), ElementsAre("a line"));
  EXPECT_EQ(code(ann, "readBoard", at("minutes")), "not_found");
}

TEST_P(BoardsTest, WhoOnlyWatchesReadsAndWhoIsNotInsideDoesNot) {
  const Tab ann = come("Ann");
  const Tab viewer = come("Vic", Role::viewer);
  const Tab waiting = come("Wes");
  set_presence(waiting, Presence::waiting);
  append(ann, "one");
  EXPECT_THAT(read(viewer), ElementsAre("one"));
  EXPECT_EQ(append(viewer, "two"), 0);
  EXPECT_EQ(code(viewer, "pointOnBoard", at("notes"), {{"data", coded("here")}}), "forbidden");
  EXPECT_EQ(replace(viewer, 1, "all"), "forbidden");
  EXPECT_EQ(code(waiting, "readBoard", at("notes")), "not_inside");
  EXPECT_EQ(append(waiting, "two"), 0);
  EXPECT_THAT(hear(waiting), IsEmpty());
  EXPECT_THAT(read(ann), ElementsAre("one"));
}

TEST_P(BoardsTest, ASnapshotIsReadInPlaceOfWhatItReplaces) {
  const Tab ann = come("Ann");
  append_many(ann, kFewestReplaced);
  hear(host_);
  EXPECT_EQ(replace(ann, kFewestReplaced, "all"), "");
  const auto heard = hear(host_);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].type, "board_snapshot");
  EXPECT_EQ(heard[0].body.at("participant"), ann.participant);
  append(ann, "more");
  EXPECT_THAT(read(come("Late")), ElementsAre("all", "more"));
  EXPECT_TRUE(board(ann, kFewestReplaced).at("snapshot").is_null())
      << "who has all of it needs none";
}

TEST_P(BoardsTest, ASnapshotThatIsNotOfTheLastUpdateOrComesTooSoonIsRefused) {
  const Tab ann = come("Ann");
  append_many(ann, kFewestReplaced - 1);
  EXPECT_EQ(replace(ann, kFewestReplaced - 1, "all"), "conflict") << "too soon";
  append(ann, "x");
  EXPECT_EQ(replace(ann, kFewestReplaced - 1, "all"), "conflict") << "not all";
  EXPECT_EQ(replace(ann, kFewestReplaced + 1, "all"), "conflict") << "more than all";
  const std::string known = std::exchange(document_, "another");
  EXPECT_EQ(replace(ann, kFewestReplaced, "all"), "conflict");
  document_ = known;
  EXPECT_EQ(replace(ann, kFewestReplaced, "all"), "");
  EXPECT_EQ(replace(ann, kFewestReplaced, "again"), "conflict");
}

TEST_P(BoardsTest, WhatASnapshotLostAHostBringsBack) {
  const Tab ann = come("Ann");
  append_many(ann, kFewestReplaced);
  EXPECT_EQ(replace(ann, kFewestReplaced, "nothing"), "");
  append_many(ann, kFewestReplaced);
  EXPECT_EQ(replace(ann, 2 * kFewestReplaced, "nothing again"), "");
  EXPECT_THAT(read(host_), ElementsAre("nothing again"));
  EXPECT_EQ(code(ann, "restoreBoard", at("notes")), "forbidden");
  hear(ann);
  EXPECT_EQ(code(host_, "restoreBoard", at("notes")), "");
  EXPECT_EQ(hear(ann).at(0).type, "board_restored");
  EXPECT_EQ(read(ann).size(), 2U * kFewestReplaced);
}

TEST_P(BoardsTest, WhatWasReplacedAWeekAgoIsForgottenButForTheLastStep) {
  const Tab ann = come("Ann");
  append_many(ann, kFewestReplaced);
  replace(ann, kFewestReplaced, "first");
  now_ += kKept;
  append_many(ann, kFewestReplaced);
  replace(ann, 2 * kFewestReplaced, "second");
  append_many(ann, kFewestReplaced);
  replace(ann, 3 * kFewestReplaced, "third");
  EXPECT_EQ(code(host_, "restoreBoard", at("notes")), "");
  const auto all = read(host_);
  ASSERT_EQ(all.size(), 1U + 2U * kFewestReplaced);
  EXPECT_EQ(all.front(), "first");
}

TEST_P(BoardsTest, IsThereInTheNextRunOfTheSameHostAndGoneInThatOfAnother) {
  const Tab ann = come("Ann");
  append(ann, "ours");
  begin_again();
  EXPECT_THAT(read(host_), ElementsAre("ours"));
  write([&](store::Transaction& t) { t.change("UPDATE meetings SET owner = 'somebody'"); });
  EXPECT_THAT(read(host_), IsEmpty());
  const std::string before = document_;
  EXPECT_EQ(code(host_, "appendBoardUpdate", at("notes"),
                 {{"document", before}, {"data", coded("late")}}),
            "conflict")
      << "what was written before the other one came does not get into theirs";
  EXPECT_EQ(append(host_, "theirs"), 1);
  EXPECT_NE(document_, before);
  EXPECT_THAT(read(host_), ElementsAre("theirs"));
}

TEST_P(BoardsTest, GoesWithTheMeeting) {
  append(host_, "one");
  write([](store::Transaction& t) { t.change("DELETE FROM meetings"); });
  const auto rows = write(
      [](store::Transaction& t) { return t.query("SELECT number FROM board_updates").size(); });
  EXPECT_EQ(rows, 0U);
}

TEST_P(BoardsTest, WhatIsNoBase64urlIsRefusedByName) {
  const Tab ann = come("Ann");
  for (const auto* const data : {"a", "a+b/", "YQ==", "ä"}) {
    const auto outcome =
        call(ann, "appendBoardUpdate", at("notes"), {{"document", nullptr}, {"data", data}});
    ASSERT_FALSE(outcome) << data;
    EXPECT_EQ(outcome.error().member, "data");
  }
}

TEST_P(BoardsTest, ALargeUpdateIsToldByItsNumberAlone) {
  const Tab ann = come("Ann");
  append(ann, std::string(kMostTold + 1, 'x'));
  const auto heard = hear(host_);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].body.at("number"), 1);
  EXPECT_FALSE(heard[0].body.contains("data"));
}

TEST_P(BoardsTest, ADocumentTakesNoMoreThanItsShareUntilASnapshotMakesRoom) {
  const std::string large(kMostUpdate, 'x');
  const Tab ann = come("Ann");
  std::int64_t last = 0;
  while (true) {
    now_ += 10min;  // For the volume.
    const std::int64_t number = append(ann, large);
    if (number == 0) break;
    last = number;
  }
  EXPECT_EQ(last, static_cast<std::int64_t>(kMostDocument / kMostUpdate));
  EXPECT_EQ(
      code(ann, "appendBoardUpdate", at("notes"), {{"document", nullptr}, {"data", coded("x")}}),
      "too_large");
  EXPECT_EQ(replace(ann, last, "small"), "") << "few updates, but large ones";
  EXPECT_EQ(append(ann, "x"), last + 1);
}

TEST_P(BoardsTest, NobodyWritesWithoutPause) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Json body{{"document", nullptr}, {"data", coded("x")}};
  std::int64_t taken = 0;
  while (code(ann, "appendBoardUpdate", at("notes"), body).empty()) ++taken;
  EXPECT_EQ(taken, kUpdatePace.burst);
  EXPECT_EQ(code(ann, "appendBoardUpdate", at("notes"), body), "too_many");
  EXPECT_EQ(code(bob, "appendBoardUpdate", at("notes"), body), "") << "others are not held up";
  now_ += kUpdatePace.pause;
  EXPECT_EQ(code(ann, "appendBoardUpdate", at("notes"), body), "");
}

TEST_P(BoardsTest, NobodyWritesMoreThanTheirVolume) {
  const Tab ann = come("Ann");
  const std::string large(kMostUpdate, 'x');
  std::size_t bytes = 0;
  for (int i = 0; i < 100; ++i) {
    // Two documents: they have room for more than one person writes at once.
    if (append(ann, large, i % 2 == 0 ? "notes" : "whiteboard") > 0) bytes += large.size();
  }
  EXPECT_LE(bytes, static_cast<std::size_t>(kVolume.burst) * 1024 + kMostUpdate);
}

TEST_P(BoardsTest, APointerIsShownForNowToWhoSeesPeople) {
  begin(MeetingType::webinar);
  const Tab ann = come("Ann", Role::speaker);
  const Tab crowd = come("Cy");
  EXPECT_EQ(code(ann, "pointOnBoard", at("whiteboard"), {{"data", coded("here")}}), "");
  const auto heard = hear(host_);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].type, "board_presence");
  EXPECT_EQ(
      heard[0].body,
      (Json{{"board", "whiteboard"}, {"participant", ann.participant}, {"data", coded("here")}}));
  EXPECT_THAT(hear(crowd), IsEmpty());
  std::int64_t taken = 1;
  while (code(ann, "pointOnBoard", at("notes"), {{"data", coded("x")}}).empty()) ++taken;
  EXPECT_EQ(taken, kPresencePace.burst);
}

TEST(BoardsPace, ForgetsWhoIsFreeAgainWhenThereAreMany) {
  Pace pace({.burst = 1, .pause = std::chrono::milliseconds(100)});
  WallTime now{};
  for (std::size_t i = 0; i < Pace::kMostKeys; ++i) EXPECT_TRUE(pace.take(std::to_string(i), now));
  EXPECT_FALSE(pace.take("one more", now));
  EXPECT_TRUE(pace.take("one more", now + 101ms));
}

}  // namespace
}  // namespace parley::application::boards
