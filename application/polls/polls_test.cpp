#include "application/polls/polls.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "application/operation/testing/meeting.h"
#include "application/polls/poll.h"
#include "application/polls/votes.h"

namespace parley::application::polls {
namespace {

using access::MeetingType;
using access::Role;
using operation::Json;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class PollsTest : public operation::testing::InMeeting {
 protected:
  PollsTest() : InMeeting(poll_operations()) {}

  static Json draft(std::string_view kind, const std::vector<std::string>& options,
                    bool anonymous = false) {
    Json body{
        {"question", "Where to?"}, {"kind", kind}, {"options", options}, {"anonymous", anonymous}};
    if (kind == "quiz") body["correct"] = {1};
    return body;
  }
  /// The id of a new poll that takes votes.
  std::string opened(std::string_view kind = "single", bool anonymous = false,
                     const std::vector<std::string>& options = {"Sea", "Hills", "Home"}) {
    const Json poll = ask(host_, "createPoll", {}, draft(kind, options, anonymous));
    const std::string id = poll.at("id");
    ask(host_, "openPoll", {{"poll", id}});
    return id;
  }
  Json vote(const Tab& tab, const std::string& poll, const Json& choices) {
    now_ += 1s;
    return ask(tab, "vote", {{"poll", poll}}, {{"choices", choices}});
  }
  std::string refused(const Tab& tab, const std::string& poll, const Json& choices) {
    now_ += 1s;
    return code(tab, "vote", {{"poll", poll}}, {{"choices", choices}});
  }
  std::string refused_draft(const Json& body) { return code(host_, "createPoll", {}, body); }
  /// As somebody's state has it; null: they see none.
  Json seen(const Tab& tab, const std::string& poll) {
    const Json all = state(tab, polls_state);
    for (const Json& one : all) {
      if (one.at("id") == poll) return one;
    }
    return nullptr;
  }
  static std::vector<Json> votes(const Json& poll) {
    std::vector<Json> all;
    for (const Json& option : poll.at("options")) all.push_back(option.at("votes"));
    return all;
  }
  using Votes = std::vector<Json>;
};
INSTANTIATE_TEST_SUITE_P(Engines, PollsTest, store::testing::engines(),
                         store::testing::engine_name);

TEST_P(PollsTest, ADraftIsSeenByThoseWhoMakePolls) {
  const Tab ann = come("Ann");
  const Tab sue = come("Sue", Role::speaker);
  const Json poll = ask(host_, "createPoll", {}, draft("single", {"Sea", "Hills"}));
  const std::string id = poll.at("id");
  EXPECT_EQ(poll.at("question"), "Where to?");
  EXPECT_EQ(poll.at("kind"), "single");
  EXPECT_EQ(poll.at("state"), "draft");
  EXPECT_EQ(poll.at("shared"), false);
  EXPECT_EQ(poll.at("voters"), 0);
  EXPECT_TRUE(poll.at("mine").is_null());
  EXPECT_TRUE(poll.at("correct").is_null());
  EXPECT_EQ(poll.at("created_at"), operation::instant(now_));
  EXPECT_EQ(seen(sue, id), poll);
  EXPECT_TRUE(seen(ann, id).is_null());
  EXPECT_THAT(hear(ann), IsEmpty());
  const auto heard = hear(sue);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].type, "poll");
  EXPECT_EQ(heard[0].body.at("options")[1].at("text"), "Hills");
  EXPECT_FALSE(heard[0].body.contains("mine")) << "the page keeps what it knows";

  EXPECT_EQ(refused(ann, id, {0}), "not_found");
  EXPECT_EQ(refused(sue, id, {0}), "conflict");
  EXPECT_EQ(ask(sue, "deletePoll", {{"poll", id}}), nullptr) << "not hers, but she makes polls";
  EXPECT_THAT(hear(ann), IsEmpty()) << "who never saw it";
  EXPECT_EQ(hear(sue).back().type, "poll_deleted");
}

TEST_P(PollsTest, GoesFromDraftToOpenToClosedAndNotBack) {
  const Json poll = ask(host_, "createPoll", {}, draft("single", {"Sea", "Hills"}));
  const Names path{{"poll", poll.at("id")}};
  EXPECT_EQ(code(host_, "closePoll", path), "conflict");
  EXPECT_EQ(code(host_, "sharePoll", path), "conflict");
  EXPECT_EQ(ask(host_, "openPoll", path).at("state"), "open");
  hear(host_);
  EXPECT_EQ(ask(host_, "openPoll", path).at("state"), "open");
  EXPECT_THAT(hear(host_), IsEmpty()) << "it was open";
  EXPECT_EQ(ask(host_, "closePoll", path).at("state"), "closed");
  EXPECT_EQ(ask(host_, "closePoll", path).at("state"), "closed");
  EXPECT_EQ(code(host_, "openPoll", path), "conflict");
  EXPECT_EQ(ask(host_, "sharePoll", path).at("shared"), true);
}

TEST_P(PollsTest, CountsAreForThoseWhoMakePollsUntilTheyAreShared) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const std::string id = opened();
  hear(ann);
  hear(host_);
  const Json answer = vote(ann, id, {1});
  EXPECT_EQ(answer.at("mine"), Json({1}));
  EXPECT_THAT(votes(answer), Each(nullptr));
  EXPECT_EQ(answer.at("voters"), 1);
  vote(bob, id, {1});
  vote(host_, id, {0});

  EXPECT_EQ(votes(seen(host_, id)), (Votes{1, 2, 0}));
  EXPECT_THAT(votes(seen(ann, id)), Each(nullptr));
  EXPECT_EQ(seen(ann, id).at("voters"), 3);
  EXPECT_EQ(seen(ann, id).at("mine"), Json({1}));
  EXPECT_EQ(votes(hear(host_).back().body), (Votes{1, 2, 0}));
  const auto by_ann = hear(ann);
  for (const Heard& heard : by_ann) EXPECT_THAT(votes(heard.body), Each(nullptr));

  ask(host_, "closePoll", {{"poll", id}});
  EXPECT_THAT(votes(seen(ann, id)), Each(nullptr)) << "closed, not shared";
  ask(host_, "sharePoll", {{"poll", id}});
  EXPECT_EQ(votes(seen(ann, id)), (Votes{1, 2, 0}));
  EXPECT_EQ(votes(hear(ann).back().body), (Votes{1, 2, 0}));
  const Tab late = come("Late");
  EXPECT_EQ(votes(seen(late, id)), (Votes{1, 2, 0}));
  EXPECT_TRUE(seen(late, id).at("mine").is_null());
}

TEST_P(PollsTest, SharedWhileOpenTheCountsAreLiveForAll) {
  const Tab ann = come("Ann");
  const std::string id = opened();
  ask(host_, "sharePoll", {{"poll", id}});
  vote(host_, id, {2});
  EXPECT_EQ(votes(hear(ann).back().body), (Votes{0, 0, 1}));
}

TEST_P(PollsTest, APersonVotesOnceWhateverTheTabAndMayChangeIt) {
  const Tab ann = come("Ann");
  const Tab ann_too = come_again(ann, "Ann again");
  const Tab bob = come("Bob");
  const std::string id = opened();
  vote(ann, id, {0});
  hear(ann);
  hear(bob);
  vote(ann_too, id, {1});
  EXPECT_EQ(votes(seen(host_, id)), (Votes{0, 1, 0}));
  EXPECT_EQ(seen(host_, id).at("voters"), 1);
  EXPECT_EQ(seen(ann, id).at("mine"), Json({1}));
  const auto by_ann = hear(ann);
  ASSERT_EQ(by_ann.size(), 2U);
  EXPECT_FALSE(by_ann[0].body.contains("mine"));
  EXPECT_EQ(by_ann[1].body.at("mine"), Json({1})) << "told to the other tab";
  const auto by_bob = hear(bob);
  for (const Heard& heard : by_bob) EXPECT_FALSE(heard.body.contains("mine"));
  vote(ann, id, {1});
  EXPECT_THAT(hear(ann), IsEmpty()) << "nothing has changed";
}

TEST_P(PollsTest, VotesOnlyForWhatIsThereWhileItIsOpen) {
  const Tab ann = come("Ann");
  const std::string single = opened();
  const std::string quiz = opened("quiz");
  const std::string multiple = opened("multiple");
  const std::string ranked = opened("ranked");
  for (const Json& choices : {Json({3}), Json({-1}), Json::array(), Json({1, 1}), Json({0, 7})}) {
    for (const std::string& poll : {single, quiz, multiple, ranked}) {
      EXPECT_EQ(refused(ann, poll, choices), "bad_input") << choices;
    }
  }
  EXPECT_EQ(refused(ann, single, {0, 1}), "bad_input");
  EXPECT_EQ(refused(ann, "nothing", {0}), "not_found");
  const Tab viewer = come("Vi", Role::viewer);
  EXPECT_EQ(refused(viewer, single, {0}), "forbidden");
  ask(host_, "closePoll", {{"poll", single}});
  EXPECT_EQ(refused(ann, single, {0}), "conflict");
  for (const std::string& poll : {single, quiz, multiple, ranked}) {
    EXPECT_EQ(seen(host_, poll).at("voters"), 0);
  }
}

TEST_P(PollsTest, WhoDoesNotMakePollsDoesNothingToThem) {
  const Tab ann = come("Ann");
  const std::string id = opened();
  EXPECT_EQ(code(ann, "createPoll", {}, draft("single", {"a", "b"})), "forbidden");
  for (const char* operation : {"openPoll", "closePoll", "sharePoll", "deletePoll"}) {
    EXPECT_EQ(code(ann, operation, {{"poll", id}}), "forbidden");
    EXPECT_EQ(code(host_, operation, {{"poll", "nothing"}}), "not_found");
  }
  begin(MeetingType::consult);
  EXPECT_EQ(refused_draft(draft("single", {"a", "b"})), "forbidden") << "two people need no polls";
}

TEST_P(PollsTest, SeveralChoicesAreCountedEach) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  for (const char* kind : {"multiple", "quiz"}) {
    const std::string id = opened(kind);
    vote(ann, id, {2, 0});
    vote(bob, id, {2});
    EXPECT_EQ(votes(seen(host_, id)), (Votes{1, 0, 2}));
    EXPECT_EQ(seen(host_, id).at("voters"), 2);
    EXPECT_EQ(seen(ann, id).at("mine"), Json({0, 2})) << "they have no order";
    hear(ann);
    vote(ann, id, {0, 2});
    EXPECT_THAT(hear(ann), IsEmpty()) << "so nothing has changed";
  }
}

TEST_P(PollsTest, AnOrderIsShownByFirstPreferencesAndCountedByRunOffOnceClosed) {
  const Tab ann = come("Ann");
  const std::string id = opened("ranked");
  const auto people = {come("A"), come("B"), come("C"), come("D")};
  for (const Tab& tab : people) vote(tab, id, {0, 1});
  for (const char* name : {"E", "F", "G"}) vote(come(name), id, {1, 2});
  for (const char* name : {"H", "I"}) vote(come(name), id, {2, 1, 0});
  EXPECT_EQ(votes(seen(host_, id)), (Votes{4, 3, 2}));
  EXPECT_TRUE(seen(host_, id).at("run_off").is_null());
  ask(host_, "closePoll", {{"poll", id}});
  EXPECT_EQ(votes(seen(host_, id)), (Votes{4, 3, 2}));
  const Json run_off = seen(host_, id).at("run_off");
  EXPECT_EQ(run_off.at("winners"), Json({1}));
  ASSERT_EQ(run_off.at("rounds").size(), 2U);
  EXPECT_EQ(run_off.at("rounds")[0], (Json{{"votes", {4, 3, 2}}, {"out", {2}}}));
  EXPECT_EQ(run_off.at("rounds")[1], (Json{{"votes", {4, 5, nullptr}}, {"out", Json::array()}}));
  EXPECT_TRUE(seen(ann, id).at("run_off").is_null());
  ask(host_, "sharePoll", {{"poll", id}});
  EXPECT_EQ(seen(ann, id).at("run_off"), run_off);
}

TEST_P(PollsTest, AQuizTellsItsAnswerOnceClosed) {
  const Tab ann = come("Ann");
  const std::string id = opened("quiz");
  vote(ann, id, {0});
  EXPECT_EQ(seen(host_, id).at("correct"), Json({1}));
  EXPECT_TRUE(seen(ann, id).at("correct").is_null());
  const auto before = hear(ann);
  for (const Heard& heard : before) EXPECT_TRUE(heard.body.at("correct").is_null());
  ask(host_, "closePoll", {{"poll", id}});
  EXPECT_EQ(seen(ann, id).at("correct"), Json({1}));
  EXPECT_EQ(hear(ann).back().body.at("correct"), Json({1}));
  EXPECT_THAT(votes(seen(ann, id)), Each(nullptr)) << "the counts are another matter";
}

TEST_P(PollsTest, AnAnonymousVoteIsCountedAndFinalAndNobodysAnyMore) {
  const Tab ann = come("Ann");
  const Tab ann_too = come_again(ann, "Ann again");
  const Tab bob = come("Bob");
  const std::string id = opened("single", true);
  EXPECT_EQ(vote(ann, id, {2}).at("mine"), Json::array())
      << "voted; what, the server has forgotten";
  EXPECT_EQ(hear(ann_too).back().body.at("mine"), Json::array());
  EXPECT_EQ(refused(ann, id, {1}), "conflict");
  EXPECT_EQ(refused(ann_too, id, {1}), "conflict");
  EXPECT_EQ(refused(ann_too, id, {2}), "conflict");
  vote(bob, id, {2});
  EXPECT_EQ(seen(ann, id).at("mine"), Json::array());
  EXPECT_TRUE(seen(host_, id).at("mine").is_null());
  EXPECT_EQ(seen(host_, id).at("voters"), 2);
  EXPECT_THAT(votes(seen(host_, id)), Each(nullptr)) << "a moving count tells who moved it";
  const auto live = hear(host_);
  for (const Heard& heard : live) {
    EXPECT_TRUE(heard.body.at("state") == "draft" || votes(heard.body) == Votes(3));
  }
  ask(host_, "closePoll", {{"poll", id}});
  EXPECT_EQ(votes(seen(host_, id)), (Votes{0, 0, 2}));
  EXPECT_THAT(votes(seen(ann, id)), Each(nullptr));
}

TEST_P(PollsTest, NothingThatIsStoredLeadsFromAVoterToAnAnonymousVote) {
  for (const char* kind : {"single", "multiple", "ranked", "quiz"}) {
    begin(MeetingType::meeting);
    const std::string id = opened(kind, true);
    // By turns, so that any order which is kept would show.
    for (int i = 0; i < 12; ++i) {
      const int first = 2 - i % 3;
      const Json several{first, (first + 1) % 3};
      const bool takes_one = std::string_view(kind) == "single";
      vote(come(fmt::format("P{}", i)), id, takes_one ? Json({first}) : several);
    }
    write([&](store::Transaction& t) {
      EXPECT_TRUE(t.query("SELECT 1 FROM poll_choices WHERE poll = $1", {id}).empty());
      // Without ORDER BY the engine gives rows as it has them.
      std::vector<std::string> ballots;
      std::int64_t sum = 0;
      for (const store::Row& row :
           t.query("SELECT ballot, votes FROM poll_tallies WHERE poll = $1", {id})) {
        ballots.push_back(row.text(0));
        sum += row.integer(1);
      }
      EXPECT_EQ(ballots.size(), 3U) << "a row for each ballot, not for each vote";
      EXPECT_TRUE(std::ranges::is_sorted(ballots)) << kind;
      const bool each_option =
          std::string_view(kind) == "multiple" || std::string_view(kind) == "quiz";
      EXPECT_EQ(sum, each_option ? 24 : 12);
    });
    // Nor does the journal: its sums are null, and who voted is told no more than that.
    write([&](store::Transaction& t) {
      for (const store::Row& row : t.query("SELECT body FROM journal WHERE subject = $1", {id})) {
        const Json body = Json::parse(row.text(0));
        if (body.at("state") == "draft") continue;
        EXPECT_THAT(votes(body), Each(nullptr));
        EXPECT_EQ(body.value("mine", Json::array()), Json::array());
      }
    });
  }
}

TEST_P(PollsTest, AnAnonymousOrderIsCountedLikeOneWithNames) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    SeededRandom dice(seed);
    begin(MeetingType::meeting);
    const std::string open = opened("ranked", false, {"a", "b", "c", "d"});
    const std::string secret = opened("ranked", true, {"a", "b", "c", "d"});
    for (int i = 0; i < 15; ++i) {
      std::vector<int> order{0, 1, 2, 3};
      for (std::size_t k = order.size(); k > 1; --k) std::swap(order[k - 1], order[dice.below(k)]);
      order.resize(1 + dice.below(4));
      const Tab tab = come(fmt::format("P{}", i));
      vote(tab, open, order);
      vote(tab, secret, order);
    }
    for (const std::string& poll : {open, secret}) ask(host_, "closePoll", {{"poll", poll}});
    EXPECT_EQ(seen(host_, secret).at("options"), seen(host_, open).at("options"));
    EXPECT_EQ(seen(host_, secret).at("run_off"), seen(host_, open).at("run_off"));
  }
}

TEST_P(PollsTest, APollIsMadeOfTextAndOfTwoToTwentyOptions) {
  const auto with = [&](const char* member, const Json& value) {
    Json body = draft("single", {"a", "b"});
    body[member] = value;
    return refused_draft(body);
  };
  EXPECT_EQ(with("question", " "), "bad_input");
  EXPECT_EQ(with("question", "\xff"), "bad_input");
  EXPECT_EQ(with("question", std::string(kMaxQuestion + 1, 'x')), "bad_input");
  EXPECT_EQ(with("question", std::string(kMaxQuestion, 'x')), "");
  EXPECT_EQ(with("options", Json({"a"})), "bad_input");
  EXPECT_EQ(with("options", Json({"a", ""})), "bad_input");
  EXPECT_EQ(with("options", Json({"a", "a"})), "bad_input");
  EXPECT_EQ(with("options", Json({"a", "b\nc"})), "bad_input");
  EXPECT_EQ(with("options", Json({"a", std::string(kMaxOption + 1, 'x')})), "bad_input");
  Json many = Json::array();
  for (int i = 0; i < 20; ++i) many.push_back(fmt::format("{}", i));
  EXPECT_EQ(with("options", many), "");
  many.push_back("20");
  EXPECT_EQ(with("options", many), "bad_input");
  EXPECT_EQ(with("kind", "guess"), "bad_input");
  EXPECT_EQ(with("correct", Json::array({0})), "bad_input") << "it is no quiz";
  EXPECT_EQ(with("correct", nullptr), "");
  EXPECT_EQ(with("correct", Json::array()), "");
  Json quiz = draft("quiz", {"a", "b", "c"});
  quiz["correct"] = {0, 2};
  EXPECT_EQ(refused_draft(quiz), "");
  for (const Json& correct : {Json::array(), Json({3}), Json({0, 0}), Json(nullptr)}) {
    quiz["correct"] = correct;
    EXPECT_EQ(refused_draft(quiz), "bad_input") << correct;
  }
  quiz.erase("correct");
  EXPECT_EQ(refused_draft(quiz), "bad_input");
}

TEST_P(PollsTest, AMeetingHasAHundredPollsAtMost) {
  for (std::int64_t i = 0; i < kMostPolls; ++i) {
    EXPECT_EQ(refused_draft(draft("single", {"a", "b"})), "");
  }
  EXPECT_EQ(refused_draft(draft("single", {"a", "b"})), "conflict");
  const Json all = state(host_, polls_state);
  EXPECT_EQ(std::ssize(all), kMostPolls);
  ask(host_, "deletePoll", {{"poll", all[0].at("id")}});
  EXPECT_EQ(refused_draft(draft("single", {"a", "b"})), "");
}

TEST_P(PollsTest, WhatIsDeletedIsGoneWithItsVotesAndFromTheJournal) {
  const Tab ann = come("Ann");
  const std::string id = opened();
  const std::string secret = opened("ranked", true);
  vote(ann, id, {0});
  vote(ann, secret, {0, 1});
  for (const std::string& poll : {id, secret}) ask(host_, "deletePoll", {{"poll", poll}});
  const auto heard = hear(ann);
  ASSERT_EQ(heard.size(), 2U) << "who comes back hears no more of it";
  EXPECT_EQ(heard[0].type, "poll_deleted");
  EXPECT_EQ(heard[0].body, Json({{"id", id}}));
  EXPECT_EQ(refused(ann, id, {1}), "not_found");
  EXPECT_THAT(state(host_, polls_state), IsEmpty());
  EXPECT_THAT(journal(), Not(HasSubstr("Where to?")));
  write([&](store::Transaction& t) {
    for (const char* table :
         {"polls", "poll_options", "poll_voters", "poll_choices", "poll_tallies"}) {
      EXPECT_TRUE(t.query(fmt::format("SELECT 1 FROM {}", table)).empty()) << table;
    }
  });
}

TEST_P(PollsTest, ARoomThatBeginsAgainHasNoPolls) {
  const Tab ann = come("Ann");
  const std::string id = opened();
  begin_again();
  const Tab again = come_again(ann, "Ann");
  EXPECT_THAT(state(host_, polls_state), IsEmpty());
  EXPECT_EQ(refused(again, id, {0}), "not_found");
  EXPECT_EQ(code(host_, "sharePoll", {{"poll", id}}), "not_found");
}

TEST_P(PollsTest, VotingOverAndOverIsSlowedDown) {
  const Tab ann = come("Ann");
  const std::string id = opened();
  int votes = 0;
  while (votes < 100 && code(ann, "vote", {{"poll", id}}, {{"choices", {votes % 2}}}).empty()) {
    ++votes;
  }
  EXPECT_EQ(votes, 20);
  EXPECT_EQ(code(ann, "vote", {{"poll", id}}, {{"choices", {0}}}), "too_many");
  EXPECT_EQ(code(ann, "vote", {{"poll", id}}, {{"choices", {1}}}), "") << "it is this already";
}

// Goal: 200 voters, by two connections at once, are counted exactly, though each votes twice.
// Whoever is told that another transaction was faster asks again, as clients do.
TEST_P(PollsTest, TwoHundredVotersAtOnceAreCountedExactly) {
  constexpr int kVoters = 200;
  for (const bool anonymous : {false, true}) {
    begin(MeetingType::meeting);
    const std::string id = opened("single", anonymous);
    const auto here = meeting();
    const auto poll = write([&](store::Transaction& t) { return poll_by_id(t, here, id); }).value();
    const auto cast_one = [&](store::Database& database, int voter, std::size_t choice) {
      while (true) {
        const auto done = database.write([&](store::Transaction& t) {
          cast_vote(t, here, poll, fmt::format("g/{}", voter), {choice});
          journal::append(t, here, journal::Audience::inside(), "poll", Json::object(), now_);
        });
        if (done) return;
        ASSERT_EQ(done.error().kind, store::Error::Kind::conflict) << done.error().what;
      }
    };
    const auto cast = [&](int worker) {
      const auto database = open();
      for (int voter = worker; voter < kVoters; voter += 2) {
        cast_one(*database, voter, 0);
        cast_one(*database, voter, static_cast<std::size_t>(voter % 3));
      }
    };
    std::thread other(cast, 1);
    cast(0);
    other.join();
    ask(host_, "closePoll", {{"poll", id}});
    const Json result = seen(host_, id);
    EXPECT_EQ(result.at("voters"), kVoters);
    EXPECT_EQ(votes(result), anonymous ? (Votes{200, 0, 0}) : (Votes{67, 67, 66}));
  }
}

}  // namespace
}  // namespace parley::application::polls
