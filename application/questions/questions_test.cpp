#include "application/questions/questions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "application/operation/testing/meeting.h"

namespace parley::application::questions {
namespace {

using access::MeetingType;
using access::Role;
using operation::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class QuestionsTest : public operation::testing::InMeeting {
 protected:
  QuestionsTest() : InMeeting(question_operations()) {}

  Json put(const Tab& tab, std::string_view text, bool anonymous = false) {
    now_ += 10s;
    return ask(tab, "askQuestion", {}, {{"text", text}, {"anonymous", anonymous}});
  }
  std::string refused(const Tab& tab, std::string_view text) {
    now_ += 10s;
    return code(tab, "askQuestion", {}, {{"text", text}, {"anonymous", false}});
  }
  std::string vote(const Tab& tab, const Json& question, bool votes_for_it = true) {
    now_ += 1s;
    return code(tab, "voteForQuestion", {{"question", question.at("id")}},
                {{"vote", votes_for_it}});
  }
  std::string answer(const Tab& tab, const Json& question, const Json& body) {
    return code(tab, "answerQuestion", {{"question", question.at("id")}}, body);
  }
  std::string remove(const Tab& tab, const Json& question) {
    return code(tab, "deleteQuestion", {{"question", question.at("id")}});
  }
  std::vector<std::string> texts(const Json& questions) {
    std::vector<std::string> all;
    for (const Json& question : questions) all.push_back(question.at("text"));
    return all;
  }
  std::vector<std::string> texts(const Tab& tab) { return texts(state(tab, questions_state)); }
  /// The one that was asked.
  Json only(const Tab& tab) { return state(tab, questions_state).at(0); }
};
INSTANTIATE_TEST_SUITE_P(Engines, QuestionsTest, store::testing::engines(),
                         store::testing::engine_name);

TEST_P(QuestionsTest, AQuestionIsHeardByAllAndSeenByWhoComesLater) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Json question = put(ann, "Why <i>so</i>?");
  EXPECT_EQ(question.at("text"), "Why <i>so</i>?");
  EXPECT_EQ(question.at("from_name"), "Ann");
  EXPECT_EQ(question.at("is_mine"), true);
  EXPECT_EQ(question.at("mine"), false);
  EXPECT_EQ(question.at("votes"), 0);
  EXPECT_EQ(question.at("answered"), false);
  EXPECT_TRUE(question.at("answer").is_null());
  EXPECT_EQ(question.at("at"), operation::instant(now_));
  const auto by_bob = hear(bob);
  ASSERT_EQ(by_bob.size(), 1U);
  EXPECT_EQ(by_bob[0].type, "question");
  EXPECT_EQ(by_bob[0].body.at("is_mine"), false);
  EXPECT_FALSE(by_bob[0].body.contains("mine")) << "the page keeps what it knows";
  EXPECT_EQ(hear(ann)[0].body.at("is_mine"), true);
  Json for_others = question;
  for_others["is_mine"] = false;
  EXPECT_EQ(only(come("Late")), for_others);
}

TEST_P(QuestionsTest, WithoutANameNobodyIsToldWhoAsked) {
  const Tab ann = come("Zacharias");
  const Json question = put(ann, "Who decided this?", true);
  EXPECT_TRUE(question.at("from_name").is_null());
  EXPECT_EQ(question.at("is_mine"), true);
  for (const Tab& tab : {host_, come("Mo", Role::cohost), come("Bob")}) {
    EXPECT_TRUE(only(tab).at("from_name").is_null());
    EXPECT_EQ(only(tab).at("is_mine"), false);
    EXPECT_THAT(only(tab).dump(), Not(HasSubstr(ann.person.key())));
    EXPECT_THAT(only(tab).dump(), Not(HasSubstr(ann.participant)));
  }
  const Heard heard = hear(host_).at(0);
  EXPECT_TRUE(heard.body.at("from_name").is_null());
  EXPECT_THAT(heard.body.dump(), Not(HasSubstr(ann.person.key())));
  EXPECT_THAT(journal(), Not(HasSubstr("Zacharias")));
  write([&](store::Transaction& t) {
    EXPECT_TRUE(t.query("SELECT 1 FROM questions WHERE name IS NOT NULL").empty());
  });
  EXPECT_EQ(remove(ann, question), "") << "it is still theirs";
}

TEST_P(QuestionsTest, APersonCountsOnceWhateverTheTabAndNotForTheirOwn) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Tab bob_too = come_again(bob, "Bob");
  const Json question = put(ann, "Why?");
  EXPECT_EQ(vote(ann, question), "conflict");
  EXPECT_EQ(vote(ann, question, false), "");
  hear(ann);
  hear(bob_too);
  EXPECT_EQ(vote(bob, question), "");
  EXPECT_EQ(vote(bob_too, question), "");
  EXPECT_EQ(vote(bob, question), "");
  EXPECT_EQ(only(ann).at("votes"), 1);
  EXPECT_EQ(only(ann).at("mine"), false);
  EXPECT_EQ(only(bob_too).at("mine"), true);
  const auto by_ann = hear(ann);
  ASSERT_EQ(by_ann.size(), 1U) << "once, as it changed once";
  EXPECT_EQ(by_ann[0].body.at("votes"), 1);
  EXPECT_EQ(by_ann[0].body.at("is_mine"), true);
  EXPECT_FALSE(by_ann[0].body.contains("mine"));
  const auto by_bob = hear(bob_too);
  ASSERT_EQ(by_bob.size(), 2U);
  EXPECT_EQ(by_bob[1].body.at("mine"), true);
  EXPECT_EQ(by_bob[1].body.at("is_mine"), false);
  EXPECT_EQ(vote(bob_too, question, false), "");
  EXPECT_EQ(vote(bob, question, false), "");
  EXPECT_EQ(only(bob).at("votes"), 0);
  EXPECT_EQ(only(bob).at("mine"), false);
}

TEST_P(QuestionsTest, IsAnsweredInWritingOrAloud) {
  const Tab ann = come("Ann");
  const Tab sue = come("Sue", Role::speaker);
  const Json question = put(ann, "Why?");
  hear(ann);
  EXPECT_EQ(answer(ann, question, {{"text", "Because."}}), "forbidden");
  EXPECT_EQ(answer(sue, {{"id", "nothing"}}, Json::object()), "not_found");
  EXPECT_EQ(answer(sue, question, {{"text", " "}}), "bad_input");
  EXPECT_EQ(only(ann).at("answered"), false);
  EXPECT_EQ(answer(sue, question, {{"text", "Because."}}), "");
  EXPECT_EQ(only(ann).at("answered"), true);
  EXPECT_EQ(only(ann).at("answer"), "Because.");
  EXPECT_EQ(hear(ann).back().body.at("answer"), "Because.");
  EXPECT_EQ(answer(sue, question, {{"text", std::string(kMaxAnswer + 1, 'x')}}), "bad_input");
  EXPECT_EQ(only(ann).at("answer"), "Because.");
  for (const Json& aloud : {Json::object(), Json{{"text", nullptr}}}) {
    EXPECT_EQ(answer(sue, question, aloud), "");
    EXPECT_EQ(only(ann).at("answered"), true);
    EXPECT_TRUE(only(ann).at("answer").is_null());
  }
}

TEST_P(QuestionsTest, IsTakenBackByWhoAskedAndRemovedByWhoAnswers) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Tab sue = come("Sue", Role::speaker);
  const Json first = put(ann, "My number is 4711, why?");
  const Json second = put(ann, "Rude?");
  EXPECT_EQ(vote(bob, first), "");
  const Tab late = come("Late");
  EXPECT_EQ(remove(bob, first), "forbidden");
  EXPECT_EQ(remove(bob, {{"id", "nothing"}}), "not_found");
  EXPECT_EQ(remove(ann, first), "");
  EXPECT_EQ(remove(ann, first), "not_found");
  EXPECT_EQ(remove(sue, second), "");
  EXPECT_EQ(vote(bob, first), "not_found");
  EXPECT_THAT(texts(late), IsEmpty());
  const auto heard = hear(late);
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].type, "question_deleted");
  EXPECT_EQ(heard[0].body, Json({{"id", first.at("id")}}));
  EXPECT_THAT(journal(), Not(HasSubstr("4711")));
  write([&](store::Transaction& t) {
    EXPECT_TRUE(t.query("SELECT 1 FROM questions").empty());
    EXPECT_TRUE(t.query("SELECT 1 FROM question_votes").empty());
  });
}

TEST_P(QuestionsTest, RolesAndKindsOfMeetingsSayWhoAsksAndVotes) {
  const Tab ann = come("Ann");
  const Tab viewer = come("Vi", Role::viewer);
  const Json question = put(ann, "Why?");
  EXPECT_EQ(refused(viewer, "x"), "forbidden");
  EXPECT_EQ(vote(viewer, question), "forbidden");
  EXPECT_EQ(vote(host_, {{"id", "nothing"}}), "not_found");
  EXPECT_THAT(texts(viewer), ElementsAre("Why?"));
  begin(MeetingType::webinar);
  EXPECT_EQ(refused(come("Gus"), "x"), "");
  begin(MeetingType::consult);
  EXPECT_EQ(refused(come("Pia"), "x"), "forbidden");
}

TEST_P(QuestionsTest, AQuestionIsTextOfAThousandCharacters) {
  const Tab ann = come("Ann");
  std::string longest;
  for (std::size_t i = 0; i < kMaxText; ++i) longest += "é";
  EXPECT_EQ(refused(ann, longest), "");
  EXPECT_EQ(refused(ann, longest + "x"), "bad_input");
  EXPECT_EQ(refused(ann, "\u200b "), "bad_input");
  EXPECT_EQ(refused(ann, "\xff"), "bad_input");
  EXPECT_EQ(texts(ann).size(), 1U);
}

TEST_P(QuestionsTest, FiveAtOnceThenOneInTenSecondsWithANameOrWithout) {
  const Tab ann = come("Ann");
  const auto put_at_once = [&](int i) {
    return code(ann, "askQuestion", {}, {{"text", "x"}, {"anonymous", i % 2 == 0}});
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(put_at_once(i), "");
  EXPECT_EQ(put_at_once(0), "too_many");
  EXPECT_EQ(put_at_once(1), "too_many");
  now_ += 10s;
  EXPECT_EQ(put_at_once(0), "");
  EXPECT_EQ(put_at_once(0), "too_many");
}

TEST_P(QuestionsTest, AMeetingHasFiveThousandQuestionsAtMost) {
  put(host_, "x");
  write([&](store::Transaction& t) {
    t.change(
        "WITH RECURSIVE more (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM more WHERE n < $1) "
        "INSERT INTO questions (tenant, meeting, id, run, number, at, person, text) "
        "SELECT tenant, meeting, 'copy' || n, run, n, at, person, text FROM questions, more",
        {kMostQuestions});
  });
  EXPECT_EQ(refused(host_, "x"), "conflict");
  EXPECT_EQ(remove(host_, {{"id", "copy7"}}), "");
  EXPECT_EQ(refused(host_, "x"), "");
}

TEST_P(QuestionsTest, VotingToAndFroIsSlowedDown) {
  const Json question = put(host_, "Why?");
  const Tab ann = come("Ann");
  const auto turn = [&](int i) {
    return code(ann, "voteForQuestion", {{"question", question.at("id")}}, {{"vote", i % 2 == 0}});
  };
  int turns = 0;
  while (turns < 100 && turn(turns).empty()) ++turns;
  EXPECT_EQ(turns, 20);
  EXPECT_EQ(turn(turns), "too_many");
}

TEST_P(QuestionsTest, TheStateHasTheHundredWithTheMostVotes) {
  const Tab ann = come("Ann");
  Json last;
  for (int i = 0; i < 101; ++i) last = put(host_, fmt::format("{}", i));
  EXPECT_EQ(vote(ann, last), "");
  const auto all = texts(ann);
  ASSERT_EQ(all.size(), 100U);
  EXPECT_EQ(all[0], "100");
  EXPECT_EQ(all[1], "0") << "of equal ones who asked earlier";
  EXPECT_EQ(all[99], "98");
}

TEST_P(QuestionsTest, ARoomThatBeginsAgainHasNoQuestions) {
  const Tab ann = come("Ann");
  const Json question = put(ann, "Why?");
  begin_again();
  const Tab again = come_again(ann, "Ann");
  EXPECT_THAT(texts(again), IsEmpty());
  EXPECT_EQ(remove(again, question), "not_found");
  EXPECT_EQ(vote(host_, question), "not_found");
}

TEST_P(QuestionsTest, PagesRefuseWhatIsNoCursorAndNoOrder) {
  const auto refused_query = [&](const Names& query) {
    return code(host_, "listQuestions", {}, nullptr, query);
  };
  for (const char* cursor : {"x", "1", "1.", ".1", "1.x", "-1.2", "1.2.3", "1. 2"}) {
    EXPECT_EQ(refused_query({{"cursor", cursor}}), "bad_input") << cursor;
  }
  EXPECT_EQ(refused_query({{"sort", "oldest"}}), "bad_input");
  EXPECT_EQ(refused_query({{"limit", "0"}}), "bad_input");
  EXPECT_EQ(refused_query({{"sort", "newest"}, {"cursor", "0.7"}}), "");
}

// Goal: after any votes, questions and deletions, both orders have every question once, page by
// page, in the order that the model has.
TEST_P(QuestionsTest, AWalkOfVotesEndsWithWhatTheModelHas) {
  struct Known {
    std::size_t from = 0;
    int number = 0;
    std::set<std::size_t> voters;
  };
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    begin(MeetingType::meeting);
    SeededRandom dice(seed);
    std::vector<Tab> people;
    for (const char* name : {"Ann", "Bob", "Cem", "Dee", "Eva"}) people.push_back(come(name));
    std::map<std::string, Known> model;
    const auto any = [&] {
      return std::next(model.begin(), static_cast<std::ptrdiff_t>(dice.below(model.size())));
    };
    for (int i = 0; i < 80; ++i) {
      const std::size_t who = dice.below(people.size());
      const std::uint64_t what = dice.below(10);
      if (what < 2 || model.empty()) {
        const Json question = put(people[who], "x", dice.below(2) == 0);
        model[question.at("id")] = {who, i, {}};
      } else if (what < 9) {
        auto& [id, known] = *any();
        const bool votes_for_it = dice.below(4) > 0;
        const bool own = votes_for_it && known.from == who;
        EXPECT_EQ(vote(people[who], {{"id", id}}, votes_for_it), own ? "conflict" : "");
        if (!votes_for_it) {
          known.voters.erase(who);
        } else if (!own) {
          known.voters.insert(who);
        }
      } else {
        const auto gone = any();
        EXPECT_EQ(remove(people[gone->second.from], {{"id", gone->first}}), "");
        model.erase(gone);
      }
    }
    for (const bool newest : {false, true}) {
      std::vector<std::pair<std::string, Known>> expected(model.begin(), model.end());
      std::ranges::sort(expected, [&](const auto& a, const auto& b) {
        if (newest) return a.second.number > b.second.number;
        if (a.second.voters.size() != b.second.voters.size()) {
          return a.second.voters.size() > b.second.voters.size();
        }
        return a.second.number < b.second.number;
      });
      const std::size_t reader = dice.below(people.size());
      std::size_t read = 0;
      Json next = nullptr;
      do {
        Names query{{"limit", fmt::format("{}", 1 + dice.below(4))}};
        if (newest) query["sort"] = "newest";
        if (!next.is_null()) query["cursor"] = next;
        const Json page = ask(people[reader], "listQuestions", {}, nullptr, query);
        for (const Json& item : page.at("items")) {
          ASSERT_LT(read, expected.size());
          const auto& [id, known] = expected[read++];
          EXPECT_EQ(item.at("id"), id);
          EXPECT_EQ(item.at("votes"), known.voters.size());
          EXPECT_EQ(item.at("mine"), known.voters.contains(reader));
          EXPECT_EQ(item.at("is_mine"), known.from == reader);
        }
        next = page.at("next");
      } while (!next.is_null());
      EXPECT_EQ(read, expected.size());
    }
  }
}

}  // namespace
}  // namespace parley::application::questions
