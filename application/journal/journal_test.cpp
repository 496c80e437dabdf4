#include "application/journal/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "application/people/accounts.h"
#include "application/schema/schema.h"
#include "application/store/testing/engines.h"

namespace parley::application::journal {
namespace {

using access::Capabilities;
using access::Capability;
using store::Transaction;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Audience, IsReadAsItWasWritten) {
  for (const Audience& one :
       {Audience::inside(), Audience::waiting(), Audience::who_can(Capability::see_lobby),
        Audience::who_cannot(Capability::create_poll), Audience::people({"a/1", "g/2"}),
        Audience::people({}), Audience::participant("p1")}) {
    const auto read = Audience::parse(one.to_text());
    ASSERT_TRUE(read) << one.to_text();
    EXPECT_EQ(read->to_text(), one.to_text());
  }
  for (const char* text : {"", "everybody", "who_can", "who_can fly"}) {
    EXPECT_FALSE(Audience::parse(text)) << text;
  }
}

TEST(Listener, HearsWhatIsForThemAndNothingElse) {
  const Listener inside{"p1", "a/ann", true, {Capability::see_lobby}};
  const Listener waiting{"p2", "g/gus", false, {}};
  EXPECT_TRUE(inside.hears(Audience::inside()));
  EXPECT_FALSE(waiting.hears(Audience::inside()));
  EXPECT_FALSE(inside.hears(Audience::waiting()));
  EXPECT_TRUE(waiting.hears(Audience::waiting()));
  EXPECT_TRUE(inside.hears(Audience::who_can(Capability::see_lobby)));
  EXPECT_FALSE(inside.hears(Audience::who_cannot(Capability::see_lobby)));
  EXPECT_FALSE(waiting.hears(Audience::who_cannot(Capability::see_lobby)))
      << "who cannot, of those inside";
  EXPECT_TRUE(inside.hears(Audience::people({"g/gus", "a/ann"})));
  EXPECT_FALSE(waiting.hears(Audience::people({"g/gus"}))) << "what is private is for inside, too";
  EXPECT_TRUE(waiting.hears(Audience::participant("p2")));
  EXPECT_FALSE(waiting.hears(Audience::participant("p")));
}

class JournalTest : public store::testing::OnEngine {
 protected:
  template <typename Work>
  auto write(Work work) {
    auto done = database_->write(work);
    EXPECT_TRUE(done) << done.error().what;
    if constexpr (!std::is_void_v<std::invoke_result_t<Work&, Transaction&>>) return *done;
  }
  void SetUp() override {
    database_ = open();
    ASSERT_TRUE(store::migrate(*database_, schema()));
    meeting_ =
        write([&](Transaction& t) {
          people::ensure_tenant(t, people::kDefaultTenant, now_);
          return meetings::create_meeting(t, people::kDefaultTenant, "g/ann", {}, random_, now_);
        }).value();
  }
  void say(const std::string& text, std::string_view subject = {}) {
    write([&](Transaction& t) {
      append(t, meeting_, Audience::inside(), "message", {{"text", text}}, now_, subject);
    });
  }
  std::vector<std::string> after(std::int64_t number, std::int64_t limit = 100) {
    return write([&](Transaction& t) {
      std::vector<std::string> bodies;
      for (const Event& event : read_after(t, meeting_, number, limit)) {
        bodies.push_back(std::to_string(event.number) + event.body);
      }
      return bodies;
    });
  }
  bool reaches(std::int64_t number) {
    return write([&](Transaction& t) { return reaches_back_to(t, meeting_, number); });
  }

  std::unique_ptr<store::Database> database_;
  SeededRandom random_{3};
  WallTime now_{std::chrono::seconds(1'800'000'000)};
  meetings::Meeting meeting_;
};
INSTANTIATE_TEST_SUITE_P(Engines, JournalTest, store::testing::engines(),
                         store::testing::engine_name);

TEST_P(JournalTest, NumbersWhatHappensAndIsReadOnFromAnyNumber) {
  EXPECT_THAT(after(0), IsEmpty());
  EXPECT_TRUE(reaches(0));
  say("a");
  say("b");
  say("c");
  EXPECT_THAT(after(0), ElementsAre(R"(1{"text":"a"})", R"(2{"text":"b"})", R"(3{"text":"c"})"));
  EXPECT_THAT(after(1, 1), ElementsAre(R"(2{"text":"b"})"));
  EXPECT_THAT(after(3), IsEmpty());
  EXPECT_FALSE(reaches(4)) << "a number that nobody gave";
}

TEST_P(JournalTest, WhatWasTrimmedIsKnownToBeMissing) {
  say("a");
  say("b");
  now_ += std::chrono::hours(3);
  say("c");
  write([&](Transaction& t) { EXPECT_EQ(trim(t, now_), 2); });
  EXPECT_FALSE(reaches(0));
  EXPECT_FALSE(reaches(1));
  EXPECT_TRUE(reaches(2));
  EXPECT_TRUE(reaches(3));
  EXPECT_THAT(after(2), ElementsAre(R"(3{"text":"c"})"));
}

TEST_P(JournalTest, WhatWasTakenBackIsHeardByNobody) {
  say("a secret", "m1");
  say("b", "m2");
  write([&](Transaction& t) { forget(t, meeting_, "m1"); });
  EXPECT_THAT(after(0), ElementsAre("1{}", R"(2{"text":"b"})"));
  write([&](Transaction& t) {
    const auto events = read_after(t, meeting_, 0, 1);
    EXPECT_FALSE((Listener{"p1", "g/ann", true, Capabilities::all()}.hears(events[0].audience)));
  });
  EXPECT_TRUE(reaches(0));
}

}  // namespace
}  // namespace parley::application::journal
