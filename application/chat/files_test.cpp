#include "application/files/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "application/chat/chat.h"
#include "application/files/testing/samples.h"
#include "application/operation/testing/meeting.h"

/// Files and the messages that name them, together: neither is of use alone.
namespace parley::application::chat {
namespace {

using access::MeetingType;
using access::Role;
using files::Upload;
using meetings::Presence;
using operation::Json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr files::Limits kLimits{.file = 1000, .person = 3000, .meeting = 5000};

operation::Operations operations() {
  auto all = chat_operations();
  std::ranges::move(files::file_operations(kLimits), std::back_inserter(all));
  return all;
}

class ChatFilesTest : public operation::testing::InMeeting {
 protected:
  ChatFilesTest() : InMeeting(operations()) {}

  /// As the port does: asked first, then the bytes, then the row.
  operation::Outcome try_upload(const Tab& tab, std::string_view name, std::string_view bytes,
                                std::string_view type = "") {
    now_ += 10s;
    const auto upload = std::make_shared<Upload>(
        Upload{random_.token(files::kIdLength), static_cast<std::int64_t>(bytes.size()),
               files::check_content(name, as_bytes(bytes)), false});
    prepared_ = upload;
    return call(tab, "uploadFile", {}, {{"type", type}, {"size", bytes.size()}},
                {{"name", std::string(name)}});
  }
  std::string upload(const Tab& tab, std::string_view name = "a.png",
                     const std::string& bytes = files::testing::png()) {
    const auto outcome = try_upload(tab, name, bytes);
    if (!outcome) {
      ADD_FAILURE() << outcome.error().code << " " << outcome.error().detail;
      return {};
    }
    return outcome->body.at("id");
  }
  std::string refused(const Tab& tab, std::string_view name, const std::string& bytes) {
    const auto outcome = try_upload(tab, name, bytes);
    return outcome ? "" : std::string(outcome.error().code);
  }
  Json send(const Tab& tab, const std::vector<std::string>& ids, const Tab* to = nullptr,
            std::string_view text = "") {
    now_ += 1s;
    Json body{{"text", text}, {"files", ids}};
    if (to != nullptr) body["to"] = to->participant;
    return ask(tab, "writeMessage", {}, body);
  }
  std::string send_code(const Tab& tab, const Json& body) {
    now_ += 1s;
    return code(tab, "writeMessage", {}, body);
  }
  /// "" or the code of the refusal.
  std::string fetch(const Tab& tab, const std::string& id) {
    return code(tab, "fetchFile", {{"file", id}});
  }
  std::int64_t rows() {
    return write(
        [](store::Transaction& t) { return t.first("SELECT COUNT(*) FROM files")->integer(0); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ChatFilesTest, store::testing::engines(),
                         store::testing::engine_name);

TEST_P(ChatFilesTest, AMessageNamesFilesAndNeedsNoTextThen) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const auto second = upload(ann, "b.pdf", files::testing::pdf());
  const auto first = upload(ann, "../a.png", files::testing::png(640, 480));
  const Json message = send(ann, {first, second});
  const Json picture{{"id", first},         {"name", "a.png"},
                     {"type", "image/png"}, {"size", files::testing::png().size()},
                     {"width", 640},        {"height", 480}};
  ASSERT_THAT(message.at("files"), SizeIs(2));
  EXPECT_EQ(message.at("files")[0], picture) << "in the order of the message";
  EXPECT_EQ(message.at("files")[1].at("type"), "application/pdf");
  const auto heard = hear(bob);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].body.at("files"), message.at("files"));
  EXPECT_EQ(ask(bob, "listMessages").at("items")[0].at("files"), message.at("files"));
  EXPECT_EQ(fetch(bob, first), "");
  const auto content = call(bob, "fetchFile", {{"file", second}})->content;
  EXPECT_EQ(content.name, "b.pdf");
  EXPECT_EQ(content.type, "application/pdf");
}

TEST_P(ChatFilesTest, PagesGiveEachMessageItsOwnFiles) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Tab eve = come("Eve");
  std::vector<std::string> public_files;
  for (int i = 0; i < 3; ++i) {
    public_files.push_back(upload(ann));
    send(ann, {public_files.back()});
    send(ann, {upload(ann)}, &bob);
    ask(ann, "writeMessage", {}, {{"text", "between"}});
  }
  std::vector<std::string> seen;
  const Json page = ask(eve, "listMessages");
  for (const Json& item : page.at("items")) {
    for (const Json& file : item.at("files")) seen.insert(seen.begin(), file.at("id"));
  }
  EXPECT_EQ(seen, public_files);
}

TEST_P(ChatFilesTest, AFileOfAPrivateMessageIsThereForItsTwoPeopleAlone) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const Tab bobs_phone = come_again(bob, "Bob");
  const Tab eve = come("Eve", Role::cohost);
  const auto id = upload(ann);
  for (const Tab& tab : {bob, eve, host_})
    EXPECT_EQ(fetch(tab, id), "not_found") << "not named yet";
  EXPECT_EQ(fetch(ann, id), "");
  send(ann, {id}, &bob);
  for (const Tab& tab : {ann, bob, bobs_phone}) EXPECT_EQ(fetch(tab, id), "");
  for (const Tab& tab : {eve, host_}) EXPECT_EQ(fetch(tab, id), "not_found");
}

TEST_P(ChatFilesTest, WhoIsNotOrWasNeverInGetsNothing) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const auto id = upload(ann);
  send(ann, {id});
  for (const Presence presence :
       {Presence::waiting, Presence::denied, Presence::removed, Presence::banned}) {
    set_presence(bob, presence);
    EXPECT_EQ(fetch(bob, id), "forbidden") << meetings::to_string(presence);
  }
  // Who was in it keeps what was said and shared there.
  for (const Presence presence : {Presence::inside, Presence::left, Presence::ended}) {
    set_presence(bob, presence);
    EXPECT_EQ(fetch(bob, id), "") << meetings::to_string(presence);
  }
}

TEST_P(ChatFilesTest, NobodyNamesAFileThatIsNotTheirsOrIsNamedAlready) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const auto id = upload(ann);
  EXPECT_EQ(send_code(bob, {{"text", ""}, {"files", {id}}}), "not_found");
  EXPECT_EQ(send_code(ann, {{"text", ""}, {"files", {id, id}}}), "not_found");
  EXPECT_EQ(send_code(ann, {{"text", ""}, {"files", {"nonsense"}}}), "not_found");
  EXPECT_EQ(send_code(ann, {{"text", ""}, {"files", Json::array()}}), "bad_input");
  send(ann, {id});
  EXPECT_EQ(send_code(ann, {{"text", ""}, {"files", {id}}}), "not_found");
  EXPECT_EQ(send_code(bob, {{"text", "mine"}, {"files", {id}}}), "not_found") << "seen, not theirs";
}

TEST_P(ChatFilesTest, WhatIsDeletedIsGoneFromRowsJournalAndDisk) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const auto id = upload(ann, "very-secret-plan.pdf", files::testing::pdf());
  const Json message = send(ann, {id});
  ask(ann, "deleteMessage", {{"message", message.at("id")}});
  EXPECT_EQ(rows(), 0);
  EXPECT_THAT(removed_files_, ElementsAre(id));
  EXPECT_EQ(journal().find("very-secret"), std::string::npos);
  EXPECT_EQ(fetch(bob, id), "not_found");
  EXPECT_EQ(fetch(ann, id), "not_found");
  EXPECT_THAT(ask(bob, "listMessages").at("items")[0].at("files"), IsEmpty());
}

TEST_P(ChatFilesTest, AFileThatWasNotSentCanBeTakenBackByItsOwner) {
  const Tab ann = come("Ann");
  const Tab bob = come("Bob");
  const auto id = upload(ann);
  EXPECT_EQ(code(bob, "deleteFile", {{"file", id}}), "not_found");
  EXPECT_EQ(code(ann, "deleteFile", {{"file", id}}), "");
  EXPECT_THAT(removed_files_, ElementsAre(id));
  const auto sent = upload(ann);
  send(ann, {sent});
  EXPECT_EQ(code(ann, "deleteFile", {{"file", sent}}), "conflict");
  EXPECT_EQ(code(bob, "deleteFile", {{"file", sent}}), "not_found");
}

TEST_P(ChatFilesTest, LimitsHoldForOneFileOnePersonAndAll) {
  const Tab ann = come("Ann");
  EXPECT_EQ(refused(ann, "a.txt", std::string(1001, 'x')), "too_large");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(refused(ann, "a.txt", std::string(1000, 'x')), "");
  EXPECT_EQ(refused(ann, "a.txt", "x"), "no_room");
  const Tab bob = come("Bob");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(refused(bob, "a.txt", std::string(1000, 'x')), "");
  EXPECT_EQ(refused(bob, "a.txt", "x"), "no_room") << "of all";
  const Tab again = come_again(ann, "Ann");
  EXPECT_EQ(refused(again, "a.txt", "x"), "no_room") << "another tab is the same person";
}

TEST_P(ChatFilesTest, WhatIsNotWhatItSaysIsRefused) {
  const Tab ann = come("Ann");
  EXPECT_EQ(refused(ann, "a.png", "<html>"), "wrong_kind");
  EXPECT_EQ(refused(ann, "a.svg", "<svg/>"), "wrong_kind");
  EXPECT_EQ(refused(ann, "..", "x"), "bad_input");
  EXPECT_EQ(rows(), 0);
}

TEST_P(ChatFilesTest, WhoMayNotShareDoesNot) {
  const Tab gus = come("Gus", Role::viewer);
  EXPECT_EQ(refused(gus, "a.txt", "x"), "forbidden");
  const Tab ann = come("Ann");
  const auto id = upload(ann);
  set_suspended(true);
  EXPECT_EQ(refused(ann, "a.txt", "x"), "forbidden");
  EXPECT_EQ(send_code(ann, {{"text", ""}, {"files", {id}}}), "forbidden");
  set_suspended(false);
  send(ann, {id});
  begin(MeetingType::webinar);
  const Tab listener = come("Lis");
  EXPECT_EQ(refused(listener, "a.txt", "x"), "forbidden") << "but they may write";
  EXPECT_EQ(send_code(listener, {{"text", "hello"}}), "");
}

TEST_P(ChatFilesTest, WhatNoMessageNamesIsRemovedAfterAnHour) {
  const Tab ann = come("Ann");
  const auto sent = upload(ann);
  send(ann, {sent});
  const auto forgotten = upload(ann);
  const auto at = now_;
  const auto sweep = [&](WallTime before) {
    return write([&](store::Transaction& t) { return files::remove_unnamed(t, before); });
  };
  EXPECT_THAT(sweep(at), IsEmpty());
  EXPECT_THAT(sweep(at + 1s), ElementsAre(forgotten));
  EXPECT_EQ(fetch(ann, sent), "");
  EXPECT_THAT(write([&](store::Transaction& t) {
                return files::without_row(t, {sent, forgotten, "never"});
              }),
              UnorderedElementsAre(forgotten, "never"));
}

TEST_P(ChatFilesTest, FilesGoWithTheirMessageAndTheirMeeting) {
  const Tab ann = come("Ann");
  send(ann, {upload(ann)});
  upload(ann);
  write([](store::Transaction& t) { t.change("DELETE FROM chat_messages"); });
  EXPECT_EQ(rows(), 1) << "whoever removes messages removes their files";
  write([](store::Transaction& t) { t.change("DELETE FROM meetings"); });
  EXPECT_EQ(rows(), 0);
}

TEST_P(ChatFilesTest, AnotherRunDoesNotSeeThem) {
  const Tab ann = come("Ann");
  const auto id = upload(ann);
  send(ann, {id});
  const auto waiting = upload(ann);
  begin_again();
  const Tab again = come_again(ann, "Ann");
  EXPECT_EQ(fetch(again, id), "not_found");
  EXPECT_EQ(send_code(again, {{"text", ""}, {"files", {waiting}}}), "not_found");
}

}  // namespace
}  // namespace parley::application::chat
