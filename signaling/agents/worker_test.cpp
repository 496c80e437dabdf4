#include "signaling/agents/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "signaling/session/frames.h"

namespace parley::signaling {
namespace {

using livekit::ServerMessage;
using livekit::WorkerMessage;
using plane::agents::Answer;
using testing::IsEmpty;
using testing::SizeIs;

const ApiKey kKey{"key", Secret("0123456789012345678901234567890123456789")};

class WorkerTest : public testing::Test {
 protected:
  void say(const WorkerMessage& message) {
    worker_.on_frame(false, message.SerializeAsString(), now_, wall_);
  }
  void enter(const std::function<void(livekit::RegisterWorkerRequest&)>& fill = {}) {
    WorkerMessage message;
    message.mutable_register_()->set_agent_name("bot");
    if (fill) fill(*message.mutable_register_());
    say(message);
    frames();
    events();
  }
  std::vector<ServerMessage> frames() {
    std::vector<ServerMessage> out;
    while (auto frame = worker_.next_frame()) {
      EXPECT_TRUE(out.emplace_back().ParseFromString(frame->bytes));
    }
    return out;
  }
  std::vector<Worker::Event> events() {
    std::vector<Worker::Event> out;
    while (auto event = worker_.next_event()) out.push_back(std::move(*event));
    return out;
  }
  static livekit::Job job(const std::string& id = "AJ_1") {
    livekit::Job out;
    out.set_id(id);
    out.mutable_room()->set_name("lobby");
    return out;
  }
  livekit::AvailabilityResponse yes(const std::string& id = "AJ_1") {
    livekit::AvailabilityResponse out;
    out.set_job_id(id);
    out.set_available(true);
    return out;
  }
  void reply(const livekit::AvailabilityResponse& response) {
    WorkerMessage message;
    *message.mutable_availability() = response;
    say(message);
  }
  Answer::Outcome outcome() {
    const auto all = events();
    if (all.size() != 1 || !std::holds_alternative<Worker::Answered>(all[0])) {
      ADD_FAILURE() << "one answer is expected";
      return Answer::GONE;
    }
    return std::get<Worker::Answered>(all[0]).answer.outcome();
  }
  Token assigned() {
    const auto all = frames();
    EXPECT_THAT(all, SizeIs(1));
    const auto token =
        verify_token(all.back().assignment().token(), KeyRing(std::vector{kKey}), wall_);
    EXPECT_TRUE(token);
    return token.value_or(Token());
  }

  Time now_{100s};
  WallTime wall_{std::chrono::seconds(1'800'000'000)};
  SeededRandom random_{3};
  Metrics metrics_;
  Worker worker_{"AW_1",
                 [](const Token& token, WallTime wall) { return mint_token(token, kKey, wall); },
                 random_, metrics_, now_};
};

TEST_F(WorkerTest, TheFirstThingItHearsIsThatItIsRegistered) {
  WorkerMessage message;
  message.mutable_register_()->set_type(livekit::JT_PUBLISHER);
  message.mutable_register_()->set_agent_name("bot");
  say(message);
  const auto all = frames();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].register_().worker_id(), "AW_1");
  EXPECT_EQ(all[0].register_().server_info().agent_protocol(), 1);
  EXPECT_THAT(events(), SizeIs(1));
  EXPECT_EQ(worker_.info().agent_name(), "bot");
  EXPECT_EQ(worker_.info().type(), livekit::JT_PUBLISHER);
  EXPECT_TRUE(worker_.info().available());
}

TEST_F(WorkerTest, WhoDoesNotRegisterInTimeIsSentAway) {
  worker_.on_deadline(now_ + 9s);
  EXPECT_FALSE(worker_.closing());
  worker_.on_deadline(now_ + 10s);
  EXPECT_EQ(worker_.closing(), CloseCode::policy_violation);
}

TEST_F(WorkerTest, NothingMayComeBeforeRegistrationOrRegisterTwice) {
  Worker early(
      "AW_2", [](const Token&, WallTime) { return std::string(); }, random_, metrics_, now_);
  WorkerMessage message;
  message.mutable_ping()->set_timestamp(1);
  early.on_frame(false, message.SerializeAsString(), now_, wall_);
  EXPECT_EQ(early.closing(), CloseCode::policy_violation);
  enter();
  message.mutable_register_()->set_agent_name("another");
  say(message);
  EXPECT_EQ(worker_.closing(), CloseCode::policy_violation);
  EXPECT_EQ(metrics_.agents.out_of_place.value(), 2u);
}

TEST_F(WorkerTest, GarbageEndsTheConversation) {
  worker_.on_frame(false, "\xff\xff\xff", now_, wall_);
  EXPECT_EQ(worker_.closing(), CloseCode::bad_payload);
  EXPECT_EQ(metrics_.agents.malformed.value(), 1u);
}

TEST_F(WorkerTest, PingsAreAnsweredWithTheTime) {
  enter();
  WorkerMessage message;
  message.mutable_ping()->set_timestamp(42);
  say(message);
  const auto all = frames();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].pong().last_timestamp(), 42);
  EXPECT_EQ(all[0].pong().timestamp(), 1'800'000'000'000);
}

TEST_F(WorkerTest, WhoSpeaksJsonIsAnsweredInJson) {
  worker_.on_frame(true, R"({"register":{"type":"JT_ROOM","agentName":"bot"}})", now_, wall_);
  const auto frame = worker_.next_frame();
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->text);
  EXPECT_THAT(frame->bytes, testing::HasSubstr(R"("workerId":"AW_1")"));
}

TEST_F(WorkerTest, ALoadIsANumberBetweenNothingAndAll) {
  enter();
  const auto load = [&](float value) {
    WorkerMessage message;
    message.mutable_update_worker()->set_load(value);
    say(message);
    return worker_.info().load();
  };
  EXPECT_EQ(load(0.4F), 0.4F);
  EXPECT_EQ(load(-1), 0);
  EXPECT_EQ(load(7), 1);
  EXPECT_EQ(load(std::numeric_limits<float>::quiet_NaN()), 1);
  EXPECT_THAT(events(), IsEmpty()) << "loads are told with the next announcement";
  WorkerMessage message;
  message.mutable_update_worker()->set_status(livekit::WS_FULL);
  say(message);
  EXPECT_FALSE(worker_.info().available());
  EXPECT_THAT(events(), SizeIs(1));
}

TEST_F(WorkerTest, WhoTakesAJobIsGivenItWithATokenForItsRoom) {
  enter();
  worker_.offer(job(), "ND_1", now_);
  auto asked = frames();
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0].availability().job().id(), "AJ_1");
  auto response = yes();
  response.set_participant_name("Bot");
  response.set_participant_metadata("m");
  (*response.mutable_participant_attributes())["a"] = "b";
  reply(response);
  const Token token = assigned();
  EXPECT_EQ(token.identity, "agent-AJ_1");
  EXPECT_EQ(token.name, "Bot");
  EXPECT_EQ(token.room, "lobby");
  EXPECT_EQ(token.metadata, "m");
  EXPECT_EQ(token.kind, livekit::ParticipantInfo::AGENT);
  EXPECT_EQ(token.attributes.at("lk.agent_name"), "bot");
  EXPECT_EQ(token.attributes.at("a"), "b");
  EXPECT_TRUE(token.grants.agent());
  EXPECT_TRUE(token.grants.room_join());
  EXPECT_FALSE(token.grants.room_admin());
  EXPECT_TRUE(token.grants.can_publish() && token.grants.can_subscribe() &&
              token.grants.can_publish_data() && token.grants.can_update_own_metadata());
  EXPECT_FALSE(token.grants.hidden());
  const auto all = events();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(std::get<Worker::Answered>(all[0]).answer.participant_identity(), "agent-AJ_1");
}

TEST_F(WorkerTest, ItsAgentsMayDoWhatItSaysTheyMay) {
  enter([](livekit::RegisterWorkerRequest& request) {
    request.mutable_allowed_permissions()->set_can_subscribe(true);
    request.mutable_allowed_permissions()->set_hidden(true);
  });
  worker_.offer(job(), "ND_1", now_);
  frames();
  reply(yes());
  const Token token = assigned();
  EXPECT_TRUE(token.grants.can_subscribe());
  EXPECT_TRUE(token.grants.hidden());
  EXPECT_FALSE(token.grants.can_publish());
  EXPECT_FALSE(token.grants.can_publish_data());
}

TEST_F(WorkerTest, RefusalsSilenceAndEndsAreTold) {
  enter();
  auto no = yes();
  no.set_available(false);
  worker_.offer(job(), "ND_1", now_);
  reply(no);
  EXPECT_EQ(outcome(), Answer::REFUSED);

  no.set_terminate(true);
  worker_.offer(job(), "ND_1", now_);
  reply(no);
  EXPECT_EQ(outcome(), Answer::DECLINED_FOR_ALL);

  worker_.offer(job(), "ND_1", now_);
  EXPECT_EQ(worker_.next_deadline(), now_ + 10s);
  worker_.on_deadline(now_ + 10s);
  EXPECT_EQ(outcome(), Answer::SILENT);
  reply(yes());
  EXPECT_THAT(events(), IsEmpty()) << "too late";

  worker_.offer(job(), "ND_1", now_);
  worker_.on_socket_lost();
  EXPECT_EQ(outcome(), Answer::GONE);
}

TEST_F(WorkerTest, WhatIsTooLargeForARoomIsRefused) {
  enter();
  worker_.offer(job(), "ND_1", now_);
  auto response = yes();
  response.set_participant_metadata(std::string(Worker::kMaxMetadataBytes + 1, 'm'));
  reply(response);
  EXPECT_EQ(outcome(), Answer::REFUSED);
}

TEST_F(WorkerTest, WhatBecomesOfAJobIsToldToItsNode) {
  enter();
  worker_.offer(job(), "ND_1", now_);
  reply(yes());
  events();
  frames();
  WorkerMessage message;
  message.mutable_update_job()->set_job_id("AJ_1");
  message.mutable_update_job()->set_status(livekit::JS_FAILED);
  message.mutable_update_job()->set_error(std::string(5000, 'e'));
  say(message);
  const auto all = events();
  ASSERT_THAT(all, SizeIs(1));
  const auto& update = std::get<Worker::JobUpdate>(all[0]);
  EXPECT_EQ(update.node_id, "ND_1");
  EXPECT_EQ(update.room, "lobby");
  EXPECT_EQ(update.update.status(), livekit::JS_FAILED);
  EXPECT_LT(update.update.error().size(), 300u);
  EXPECT_EQ(worker_.jobs(), 0u);
  say(message);
  EXPECT_THAT(events(), IsEmpty()) << "it is over";
}

TEST_F(WorkerTest, ATerminatedJobIsForgotten) {
  enter();
  worker_.offer(job(), "ND_1", now_);
  reply(yes());
  frames();
  worker_.terminate("AJ_1");
  worker_.terminate("AJ_1");
  const auto all = frames();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].termination().job_id(), "AJ_1");
  EXPECT_EQ(worker_.jobs(), 0u);
}

TEST_F(WorkerTest, ANewNodeHearsOfTheJobsOfItsRoom) {
  enter();
  worker_.offer(job(), "ND_1", now_);
  reply(yes());
  EXPECT_THAT(worker_.recall("another", "ND_2"), IsEmpty());
  const auto jobs = worker_.recall("lobby", "ND_2");
  ASSERT_THAT(jobs, SizeIs(1));
  EXPECT_EQ(jobs[0].state().worker_id(), "AW_1");
  EXPECT_EQ(jobs[0].state().participant_identity(), "agent-AJ_1");
}

TEST_F(WorkerTest, ASimulatedJobIsItsOwn) {
  enter();
  WorkerMessage message;
  message.mutable_simulate_job()->set_type(livekit::JT_ROOM);
  say(message);
  EXPECT_THAT(frames(), IsEmpty()) << "no room was named";
  message.mutable_simulate_job()->mutable_room()->set_name("lobby");
  say(message);
  const auto asked = frames();
  ASSERT_THAT(asked, SizeIs(1));
  const std::string id = asked[0].availability().job().id();
  EXPECT_TRUE(id.starts_with("AJ_"));
  reply(yes(id));
  EXPECT_EQ(assigned().room, "lobby");
  EXPECT_THAT(worker_.recall("lobby", "ND_1"), IsEmpty());
}

TEST_F(WorkerTest, AWorkerThatDoesNotReadIsLetGo) {
  enter();
  for (int i = 0; i < 2000 && !worker_.abandoned(); ++i) {
    livekit::Job big = job("AJ_" + std::to_string(i));
    big.set_metadata(std::string(10'000, 'm'));
    worker_.offer(std::move(big), "ND_1", now_);
  }
  EXPECT_TRUE(worker_.abandoned());
}

}  // namespace
}  // namespace parley::signaling
