#include "application/chat/chat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "application/operation/testing/meeting.h"

namespace parley::application::chat {
namespace {

using access::MeetingType;
using access::Role;
using meetings::Presence;
using operation::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ChatTest : public operation::testing::InMeeting {
 protected:
  ChatTest() : InMeeting(chat_operations()) {}

  Json write_to_all(const Tab& tab, std::string_view text, std::string_view reply_to = {}) {
    now_ += 1s;
    Json body{{"text", text}};
    if (!reply_to.empty()) body["reply_to"] = reply_to;
    return ask(tab, "writeMessage", {}, body);
  }
  Json write_to(const Tab& tab, const Tab& to, std::string_view text) {
    now_ += 1s;
    return ask(tab, "writeMessage", {}, {{"text", text}, {"to", to.participant}});
  }
  std::string refused(const Tab& tab, const Json& body) {
    now_ += 1s;
    return code(tab, "writeMessage", {}, body);
  }
  std::string edit(const Tab& tab, const Json& message, std::string_view text) {
    now_ += 1s;
    return code(tab, "editMessage", {{"message", message.at("id")}}, {{"text", text}});
  }
  std::string remove(const Tab& tab, const Json& message) {
    return code(tab, "deleteMessage", {{"message", message.at("id")}});
  }
  std::vector<std::string> texts(const Tab& tab) {
    std::vector<std::string> all;
    const Json page = ask(tab, "listMessages");
    for (const Json& item : page.at("items")) all.push_back(item.at("text"));
    return all;
  }
  std::vector<std::string> heard(const Tab& tab) {
    std::vector<std::string> all;
    for (const Heard& one : hear(tab)) all.push_back(one.body.at("text"));
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ChatTest, store::testing::engines(), store::testing::engine_name);

TEST_P(ChatTest, WhatIsWrittenToAllIsHeardByAllAndKeptForWhoComesLater) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Json message = write_to_all(ann, "Hello <b>ü</b> 😂\nline two");
  EXPECT_EQ(message.at("from"), ann.participant);
  EXPECT_EQ(message.at("from_name"), "Ann");
  EXPECT_EQ(message.at("text"), "Hello <b>ü</b> 😂\nline two");
  EXPECT_EQ(message.at("is_mine"), true);
  EXPECT_EQ(message.at("at"), operation::instant(now_));
  EXPECT_TRUE(message.at("to").is_null());
  EXPECT_TRUE(message.at("edited_at").is_null());
  EXPECT_EQ(message.at("deleted"), false);

  const auto by_ann = hear(ann);
  const auto by_bob = hear(bob);
  ASSERT_EQ(by_ann.size(), 1U);
  ASSERT_EQ(by_bob.size(), 1U);
  EXPECT_EQ(by_ann[0].type, "message");
  EXPECT_EQ(by_ann[0].body, message) << "the event is what the answer was";
  Json for_bob = message;
  for_bob["is_mine"] = false;
  EXPECT_EQ(by_bob[0].body, for_bob);

  const Tab late = come("Late");
  EXPECT_EQ(ask(late, "listMessages").at("items"), Json::array({for_bob}));
  EXPECT_THAT(heard(late), IsEmpty());
}

TEST_P(ChatTest, APrivateMessageIsSeenByItsTwoPeopleInAllTheirTabsAndByNobodyElse) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Tab bobs_phone = come_again(bob, "Bob's phone");
  const Tab eve = come("Eve", Role::cohost);
  const Json secret = write_to(ann, bob, "the key is 4711");
  EXPECT_EQ(secret.at("to"), bob.participant);
  EXPECT_EQ(secret.at("to_name"), "Bob");
  for (const Tab& tab : {ann, bob, bobs_phone}) {
    EXPECT_THAT(heard(tab), ElementsAre("the key is 4711"));
    EXPECT_THAT(texts(tab), ElementsAre("the key is 4711"));
  }
  for (const Tab& tab : {eve, host_}) {
    EXPECT_THAT(heard(tab), IsEmpty());
    EXPECT_THAT(texts(tab), IsEmpty());
  }
}

TEST_P(ChatTest, ToOthersAPrivateMessageIsNotThereWhateverTheyAskFor) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Tab eve = come("Eve", Role::cohost);  // Who may moderate.
  write_to_all(ann, "public");
  const Json secret = write_to(ann, bob, "secret");
  const std::string id = secret.at("id");
  const Json nothing{{"id", "x"}};
  EXPECT_EQ(edit(eve, secret, "mine now"), "not_found");
  EXPECT_EQ(edit(eve, nothing, "mine now"), "not_found");
  EXPECT_EQ(remove(eve, secret), "not_found");
  EXPECT_EQ(remove(eve, nothing), "not_found");
  EXPECT_EQ(refused(eve, {{"text", "what?"}, {"reply_to", id}}), "not_found");
  EXPECT_EQ(refused(eve, {{"text", "what?"}, {"reply_to", "x"}}), "not_found");
  EXPECT_EQ(code(eve, "listMessages", {}, nullptr, {{"cursor", id}}), "bad_input");
  EXPECT_EQ(code(eve, "listMessages", {}, nullptr, {{"cursor", "x"}}), "bad_input");
  EXPECT_THAT(texts(bob), ElementsAre("secret", "public")) << "as it was";
  EXPECT_THAT(heard(eve), ElementsAre("public"));
}

TEST_P(ChatTest, AReplyIsSeenByNobodyWhoDoesNotSeeWhatItAnswers) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Tab cem = come("Cem");
  const std::string open = write_to_all(ann, "for all").at("id");
  const std::string secret = write_to(ann, bob, "for Bob").at("id");
  EXPECT_EQ(write_to_all(bob, "yes", open).at("reply_to"), open);
  const Json quiet{{"text", "psst"}, {"reply_to", open}, {"to", ann.participant}};
  EXPECT_EQ(refused(bob, quiet), "");
  const auto reply = [&](const Tab& tab, const Tab& to) {
    return refused(tab, {{"text", "r"}, {"reply_to", secret}, {"to", to.participant}});
  };
  EXPECT_EQ(reply(bob, ann), "");
  EXPECT_EQ(reply(ann, bob), "");
  EXPECT_EQ(reply(bob, cem), "bad_input") << "would tell Cem that there is one";
  EXPECT_EQ(refused(bob, {{"text", "r"}, {"reply_to", secret}}), "bad_input");
  EXPECT_EQ(reply(cem, ann), "not_found");
}

TEST_P(ChatTest, RolesAndKindsOfMeetingsSayWhoWritesToWhom) {
  const Tab ann = come("Ann");
  const Tab viewer = come("Vi", Role::viewer);
  EXPECT_EQ(refused(viewer, {{"text", "x"}}), "forbidden");
  EXPECT_EQ(refused(viewer, {{"text", "x"}, {"to", ann.participant}}), "forbidden");
  EXPECT_EQ(refused(viewer, {{"text", "x"}, {"to", "nobody"}}), "forbidden")
      << "and learn nothing about who is here";
  EXPECT_EQ(refused(ann, {{"text", "x"}, {"to", "nobody"}}), "not_found");
  EXPECT_EQ(refused(ann, {{"text", "x"}, {"to", ann.participant}}), "bad_input");
  EXPECT_EQ(refused(ann, {{"text", "x"}, {"to", nullptr}, {"reply_to", nullptr}}), "");

  begin(MeetingType::webinar);
  const Tab guest = come("Gus");
  const Tab speaker = come("Sue", Role::speaker);
  EXPECT_EQ(refused(guest, {{"text", "x"}}), "");
  EXPECT_EQ(refused(guest, {{"text", "x"}, {"to", speaker.participant}}), "forbidden");
  EXPECT_EQ(refused(speaker, {{"text", "x"}, {"to", guest.participant}}), "");
}

TEST_P(ChatTest, InAClassroomWhoLearnsWritesToAllOrToWhoTeaches) {
  begin(MeetingType::classroom);
  const Tab pupil = come("Pia");
  const Tab other = come("Oli");
  const Tab teacher = come("Tom", Role::speaker);
  EXPECT_EQ(refused(pupil, {{"text", "x"}}), "");
  EXPECT_EQ(refused(pupil, {{"text", "x"}, {"to", host_.participant}}), "");
  EXPECT_EQ(refused(pupil, {{"text", "x"}, {"to", other.participant}}), "forbidden");
  const Json asked = write_to(pupil, teacher, "may I?");
  EXPECT_EQ(edit(pupil, asked, "may I go?"), "");
  EXPECT_EQ(refused(teacher, {{"text", "yes"}, {"to", pupil.participant}}), "");
  set_role(teacher, Role::attendee);
  EXPECT_EQ(edit(pupil, asked, "psst"), "forbidden") << "who does not teach any more";
  set_suspended(true);
  EXPECT_EQ(refused(pupil, {{"text", "x"}, {"to", host_.participant}}), "forbidden");
}

TEST_P(ChatTest, ASuspendedMeetingIsSilentButCanBeReadAndTakenBack) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Json old = write_to_all(ann, "before");
  set_suspended(true);
  EXPECT_EQ(refused(ann, {{"text", "x"}}), "forbidden");
  EXPECT_EQ(refused(ann, {{"text", "x"}, {"to", bob.participant}}), "forbidden");
  EXPECT_EQ(edit(ann, old, "shouting"), "forbidden") << "nor by way of an old message";
  EXPECT_THAT(texts(bob), ElementsAre("before"));
  EXPECT_EQ(refused(host_, {{"text", "calm down"}}), "");
  EXPECT_EQ(remove(ann, old), "");
  set_suspended(false);
  EXPECT_EQ(refused(ann, {{"text", "sorry"}}), "");
}

TEST_P(ChatTest, OneEditsOnesOwnAndItSaysSo) {
  const Tab ann = come("Ann");
  const Tab ann_too = come_again(ann, "Ann");
  const Tab bob = come("Bob", Role::cohost);
  const Json message = write_to_all(ann, "helo");
  hear(bob);
  EXPECT_EQ(edit(bob, message, "I am silly"), "not_found") << "moderators neither";
  EXPECT_EQ(edit(ann_too, message, "hello"), "") << "in another tab";
  const auto events = hear(bob);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].body.at("id"), message.at("id"));
  EXPECT_EQ(events[0].body.at("text"), "hello");
  EXPECT_EQ(events[0].body.at("at"), message.at("at"));
  EXPECT_EQ(events[0].body.at("edited_at"), operation::instant(now_));
  EXPECT_EQ(edit(ann, message, "hello"), "");
  EXPECT_THAT(heard(bob), IsEmpty()) << "nothing has changed";
  EXPECT_EQ(edit(ann, message, " "), "bad_input");
  EXPECT_THAT(texts(bob), ElementsAre("hello"));
  EXPECT_THAT(journal(), Not(HasSubstr("helo"))) << "what was corrected is told to nobody again";
}

TEST_P(ChatTest, WhatIsDeletedIsGoneFromRowAndJournalAndItsPlaceStays) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Json message = write_to_all(ann, "my password is hunter2");
  const Json secret = write_to(ann, bob, "hunter3");
  const Tab late = come("Late");
  EXPECT_EQ(remove(bob, message), "forbidden");
  EXPECT_EQ(remove(bob, secret), "forbidden") << "it is not his";
  EXPECT_EQ(remove(ann, message), "");
  EXPECT_EQ(remove(ann, message), "") << "twice does no harm";
  EXPECT_EQ(remove(ann, secret), "");
  EXPECT_EQ(edit(ann, message, "again"), "not_found");
  EXPECT_EQ(write_to_all(bob, "which?", message.at("id").get<std::string>()).at("reply_to"),
            message.at("id"));

  EXPECT_THAT(heard(bob), ElementsAre("", "", "which?")) << "who comes back hears no more of it";
  const auto events = hear(late);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].body.at("deleted"), true);
  EXPECT_EQ(events[0].body.at("from_name"), "Ann");
  EXPECT_THAT(texts(late), ElementsAre("which?", ""));
  EXPECT_THAT(journal(), Not(HasSubstr("hunter")));
  write([&](store::Transaction& t) {
    EXPECT_TRUE(t.query("SELECT 1 FROM chat_messages WHERE text LIKE '%hunter%'").empty());
  });
}

TEST_P(ChatTest, AModeratorDeletesWhatOthersWrote) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob", Role::cohost);
  const Json message = write_to_all(ann, "rude");
  EXPECT_EQ(remove(bob, message), "");
  EXPECT_THAT(texts(ann), ElementsAre(""));
}

TEST_P(ChatTest, ATextHasFourThousandCharactersAndIsText) {
  const Tab ann = come("Ann");
  std::string longest;
  for (std::size_t i = 0; i < kMaxText; ++i) longest += "😂";
  EXPECT_EQ(write_to_all(ann, longest).at("text"), longest);
  EXPECT_EQ(refused(ann, {{"text", longest + "x"}}), "bad_input");
  EXPECT_EQ(refused(ann, {{"text", " \n\u200b"}}), "bad_input");
  EXPECT_EQ(refused(ann, {{"text", "\xc3\x28"}}), "bad_input");
  EXPECT_EQ(refused(ann, {{"text", std::string("a\0b", 3)}}), "bad_input");
  EXPECT_EQ(texts(ann).size(), 1U);
}

TEST_P(ChatTest, TenAtOnceThenOneASecondForEachPersonWhateverTheTab) {
  const Tab ann = come("Ann");
  const Tab ann_too = come_again(ann, "Ann");
  const Tab bob = come("Bob");
  const auto post = [&](const Tab& tab) { return code(tab, "writeMessage", {}, {{"text", "x"}}); };
  for (int i = 0; i < 10; ++i) EXPECT_EQ(post(i % 2 == 0 ? ann : ann_too), "");
  EXPECT_EQ(post(ann), "too_many");
  EXPECT_EQ(post(ann_too), "too_many");
  EXPECT_EQ(post(bob), "") << "others are not held up";
  now_ += 999ms;
  EXPECT_EQ(post(ann), "too_many");
  now_ += 1ms;
  EXPECT_EQ(post(ann), "");
  EXPECT_EQ(post(ann), "too_many");
  EXPECT_EQ(edit(bob, {{"id", "x"}}, "x"), "not_found");
  now_ += 10s;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(post(ann), "");
  EXPECT_EQ(post(ann), "too_many");
  EXPECT_EQ(texts(bob).size(), 22U);
}

TEST_P(ChatTest, EditsCountLikeMessages) {
  const Tab ann = come("Ann");
  const Json message = write_to_all(ann, "x");
  const auto edit_at_once = [&](int i) {
    const Json body{{"text", std::to_string(i)}};
    return code(ann, "editMessage", {{"message", message.at("id")}}, body);
  };
  int edits = 0;
  while (edits < 100 && edit_at_once(edits).empty()) ++edits;
  EXPECT_EQ(edits, 9);
}

TEST_P(ChatTest, AfterTheEndWhoWasThereReadsOn) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  write_to_all(ann, "to all");
  write_to(ann, bob, "to Bob");
  set_presence(bob, Presence::ended);
  set_presence(ann, Presence::left);
  EXPECT_THAT(texts(bob), ElementsAre("to Bob", "to all"));
  EXPECT_THAT(texts(ann), ElementsAre("to Bob", "to all"));
  EXPECT_EQ(refused(bob, {{"text", "x"}}), "not_inside");
}

TEST_P(ChatTest, WhoWaitsOrWasPutOutReadsNothing) {
  const Tab ann = come("Ann");
  write_to_all(ann, "to all");
  for (const Presence presence :
       {Presence::waiting, Presence::denied, Presence::removed, Presence::banned}) {
    set_presence(ann, presence);
    EXPECT_EQ(code(ann, "listMessages"), "forbidden") << meetings::to_string(presence);
  }
  // Who never got further than the lobby, and goes.
  const Tab gus = come("Gus");
  const auto here = meeting();
  write([&](store::Transaction& t) {
    meetings::set_standing(t, here, gus.person.key(), {.role = Role::attendee});
  });
  for (const Presence presence : {Presence::left, Presence::ended}) {
    set_presence(gus, presence);
    EXPECT_EQ(code(gus, "listMessages"), "forbidden") << meetings::to_string(presence);
  }
}

TEST_P(ChatTest, ARoomThatBeginsAgainBeginsWithAnEmptyChat) {
  const Tab ann = come("Ann");
  const Json message = write_to_all(ann, "first run");
  write_to(ann, host_, "private, first run");
  begin_again();
  const Tab again = come_again(ann, "Ann");
  EXPECT_THAT(texts(host_), IsEmpty());
  EXPECT_EQ(remove(again, message), "not_found");
  EXPECT_EQ(refused(again, {{"text", "x"}, {"reply_to", message.at("id")}}), "not_found");
  EXPECT_EQ(code(again, "listMessages", {}, nullptr, {{"cursor", message.at("id")}}), "bad_input");
  EXPECT_EQ(code(ann, "listMessages"), "not_found") << "the old tab is of the old run";
  EXPECT_EQ(refused(again, {{"text", "x"}, {"to", ann.participant}}), "not_found");
}

TEST_P(ChatTest, WritingToSomebodyReachesThemInWhicheverTabTheyAre) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Tab bobs_phone = come_again(bob, "Bob");
  set_presence(bob, Presence::left);
  write_to(ann, bob, "still there?");
  EXPECT_THAT(heard(bobs_phone), ElementsAre("still there?"));
  set_presence(bobs_phone, Presence::removed);
  EXPECT_EQ(refused(ann, {{"text", "x"}, {"to", bob.participant}}), "not_found");
}

TEST_P(ChatTest, PagesHaveAsManyAsWereAskedFor) {
  const Tab ann = come("Ann");
  for (int i = 0; i < 5; ++i) write_to_all(ann, std::to_string(i));
  const auto page = [&](const Names& query) {
    return ask(ann, "listMessages", {}, nullptr, query);
  };
  EXPECT_EQ(page({{"limit", "5"}}).at("items").size(), 5U);
  EXPECT_TRUE(page({{"limit", "5"}}).at("next").is_null());
  const Json first = page({{"limit", "3"}});
  ASSERT_EQ(first.at("items").size(), 3U);
  const Json second = page({{"limit", "3"}, {"cursor", first.at("next")}});
  ASSERT_EQ(second.at("items").size(), 2U);
  EXPECT_EQ(second.at("items")[0].at("text"), "1");
  EXPECT_TRUE(second.at("next").is_null());
  for (const char* limit : {"0", "-1", "101", "x", "1x", ""}) {
    EXPECT_EQ(code(ann, "listMessages", {}, nullptr, {{"limit", limit}}), "bad_input") << limit;
  }
}

// Goal: whoever reads page by page, while others write, edit and delete, reads all that was there
// when they began and that they may see, each once and in order; and what the stream tells them is
// all of the rest.
TEST_P(ChatTest, AWalkOfPagesAndWritersEndsWithWhatTheModelHas) {
  struct Known {
    std::string id;
    std::string text;
    std::size_t from = 0;
    std::optional<std::size_t> to;
  };
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    begin(MeetingType::meeting);
    SeededRandom dice(seed);
    std::vector<Tab> people;
    for (const char* name : {"Ann", "Bob", "Cem", "Dee"}) people.push_back(come(name));
    std::vector<Known> model;
    const auto sees = [](const Known& message, std::size_t who) {
      return !message.to || message.from == who || *message.to == who;
    };
    const auto something = [&] {
      now_ += 1s;
      const std::size_t who = dice.below(people.size());
      if (model.empty() || dice.below(10) < 7) {
        Known message{.id = {}, .text = random_.token(5), .from = who, .to = std::nullopt};
        Json body{{"text", message.text}};
        if (dice.below(3) == 0) {
          message.to = (who + 1 + dice.below(people.size() - 1)) % people.size();
          body["to"] = people[*message.to].participant;
        }
        message.id = ask(people[who], "writeMessage", {}, body).at("id");
        model.push_back(message);
        return;
      }
      Known& message = model[dice.below(model.size())];
      const bool edits = dice.below(2) == 0;
      const std::string text = edits ? random_.token(5) : "";
      const std::string was = edits ? edit(people[who], {{"id", message.id}}, text)
                                    : remove(people[who], {{"id", message.id}});
      const bool is_mine = message.from == who;
      const bool is_deleted = message.text.empty();
      if (edits) {
        EXPECT_EQ(was, is_mine && !is_deleted ? "" : "not_found");
      } else {
        EXPECT_EQ(was, is_mine ? "" : sees(message, who) ? "forbidden" : "not_found");
      }
      if (was.empty()) message.text = text;
    };
    for (int i = 0; i < 40; ++i) something();

    const std::size_t reader = dice.below(people.size());
    hear(people[reader]);
    const std::size_t there = model.size();
    std::map<std::string, std::string> page_has;
    std::vector<std::string> order;
    Json next = nullptr;
    do {
      Names query{{"limit", std::to_string(1 + dice.below(5))}};
      if (!next.is_null()) query["cursor"] = next;
      const Json page = ask(people[reader], "listMessages", {}, nullptr, query);
      for (const Json& item : page.at("items")) {
        order.push_back(item.at("id"));
        page_has[item.at("id")] = item.at("text");
      }
      next = page.at("next");
      for (std::uint64_t i = dice.below(4); i > 0; --i) something();
    } while (!next.is_null());

    std::vector<std::string> expected;
    for (std::size_t i = there; i-- > 0;) {
      if (sees(model[i], reader)) expected.push_back(model[i].id);
    }
    EXPECT_EQ(order, expected);
    for (const Heard& event : hear(people[reader])) {
      page_has[event.body.at("id")] = event.body.at("text");
    }
    std::map<std::string, std::string> all;
    for (const Known& message : model) {
      if (sees(message, reader)) all[message.id] = message.text;
    }
    EXPECT_EQ(page_has, all);
  }
}

TEST_P(ChatTest, GoesWithItsMeeting) {
  write_to_all(host_, "x");
  write([&](store::Transaction& t) {
    t.change("DELETE FROM meetings");
    EXPECT_TRUE(t.query("SELECT 1 FROM chat_messages").empty());
  });
}

}  // namespace
}  // namespace parley::application::chat
