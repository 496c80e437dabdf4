#include "media/agents/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace parley::media {
namespace {

using plane::agents::Answer;
using testing::IsEmpty;
using testing::SizeIs;

/// A room of values.
class FakeRoom final : public RoomView {
 public:
  FakeRoom() { info_.set_name("lobby"); }
  const livekit::Room& info() const override { return info_; }
  std::optional<livekit::ParticipantInfo> participant(std::string_view sid) const override {
    livekit::ParticipantInfo out;
    out.set_sid(std::string(sid));
    out.set_identity("identity of " + std::string(sid));
    return out;
  }
  bool reachable(std::string_view identity) const override {
    return !unreachable.contains(std::string(identity));
  }
  std::set<std::string> unreachable;

 private:
  livekit::Room info_;
};

class DispatcherTest : public testing::Test {
 protected:
  void SetUp() override {
    workers_.set_edge_id("edge");
    agents_.open(std::vector<livekit::RoomAgentDispatch>(), now_);
  }

  /// Lets time pass and everything be done; what was offered since is in `offers_`.
  void run(Duration how_long = 0s) {
    const Time until = now_ + how_long;
    for (;;) {
      auto actions = agents_.work(table_, room_, now_);
      for (auto& action : actions) take(action);
      if (!actions.empty()) continue;
      const Time next = std::min(announce_at_, agents_.next_deadline());
      if (next > until) break;
      now_ = std::max(now_, next);
      if (now_ >= announce_at_) announce();
    }
    now_ = until;
  }
  void take(Dispatcher::Action& action) {
    if (auto* offer = std::get_if<Dispatcher::Offer>(&action)) {
      offers_.push_back(std::move(*offer));
    } else if (auto* end = std::get_if<Dispatcher::Terminate>(&action)) {
      terminated_.push_back(end->termination.job_id());
    } else if (auto* dismiss = std::get_if<Dispatcher::Dismiss>(&action)) {
      dismissed_.push_back(dismiss->participant_sid);
    } else if (auto* started = std::get_if<Dispatcher::Started>(&action)) {
      started_.push_back(started->job);
    } else if (auto* ended = std::get_if<Dispatcher::Ended>(&action)) {
      ended_.push_back(ended->job);
    }
  }

  void announce() {
    announce_at_ = now_ + 1s;
    if (!edge_alive_) return;
    if (table_.on_announcement(workers_, now_)) agents_.on_workers();
  }
  void add_worker(const std::string& id, const std::string& name = "",
                  livekit::JobType type = livekit::JT_ROOM) {
    plane::agents::Worker& worker = *workers_.add_workers();
    worker.set_id(id);
    worker.set_agent_name(name);
    worker.set_type(type);
    worker.set_available(true);
    announce();
  }
  void lose_worker(const std::string& id) {
    auto& list = *workers_.mutable_workers();
    list.erase(
        std::remove_if(list.begin(), list.end(), [&](const auto& w) { return w.id() == id; }),
        list.end());
    announce();
  }

  static Participant person(const std::string& sid) {
    Participant out;
    out.sid = sid;
    out.identity = "identity of " + sid;
    return out;
  }
  static Participant agent(const std::string& identity, const std::string& sid = "PA_agent") {
    Participant out;
    out.sid = sid;
    out.identity = identity;
    out.kind = livekit::ParticipantInfo::AGENT;
    out.grants.set_agent(true);
    return out;
  }

  livekit::Job answer(Answer::Outcome outcome) {
    const Dispatcher::Offer offer = offers_.back();
    offers_.pop_back();
    Answer answer;
    answer.set_outcome(outcome);
    if (outcome == Answer::ACCEPTED) {
      answer.set_participant_identity("agent-" + offer.offer.job().id());
    }
    agents_.on_answer(offer, answer, now_);
    run();
    return offer.offer.job();
  }
  /// The last offer is taken, and its agent comes.
  Participant serve() {
    const livekit::Job job = answer(Answer::ACCEPTED);
    const Participant out = agent("agent-" + job.id());
    agents_.on_active(out, now_);
    run();
    return out;
  }
  void leave(const Participant& who, livekit::DisconnectReason reason = livekit::CLIENT_INITIATED) {
    agents_.on_left(who, reason, now_);
    run();
  }
  livekit::JobStatus status() const { return ended_.back().state().status(); }

  Time now_{1000s};
  Time announce_at_{1000s};
  bool edge_alive_ = true;
  SeededRandom random_{11};
  WorkerTable table_;
  plane::agents::Workers workers_;
  FakeRoom room_;
  Dispatcher agents_{"lobby", random_, {}};
  std::vector<Dispatcher::Offer> offers_;
  std::vector<std::string> terminated_;
  std::vector<std::string> dismissed_;
  std::vector<livekit::Job> started_;
  std::vector<livekit::Job> ended_;
};

// ---------------------------------------------------------------------------------------------------
// Who is called

TEST_F(DispatcherTest, ARoomWithoutConfigurationCallsWorkersWithoutAName) {
  add_worker("AW_named", "bot");
  run(1s);
  EXPECT_THAT(offers_, IsEmpty());
  add_worker("AW_any");
  run(1s);
  ASSERT_THAT(offers_, SizeIs(1));
  const plane::agents::Offer& offer = offers_[0].offer;
  EXPECT_EQ(offer.worker_id(), "AW_any");
  EXPECT_EQ(offers_[0].edge_id, "edge");
  EXPECT_TRUE(offer.job().id().starts_with("AJ_"));
  EXPECT_TRUE(offer.job().dispatch_id().starts_with("AD_"));
  EXPECT_EQ(offer.job().room().name(), "lobby");
  EXPECT_EQ(offer.job().type(), livekit::JT_ROOM);
}

TEST_F(DispatcherTest, ARoomThatNamesItsAgentsCallsOnlyThem) {
  livekit::RoomAgentDispatch wish;
  wish.set_agent_name("bot");
  wish.set_metadata("be kind");
  (*wish.mutable_attributes())["tone"] = "soft";
  Dispatcher named("lobby", random_, {});
  named.open(std::vector{wish}, now_);
  add_worker("AW_any");
  add_worker("AW_bot", "bot");
  now_ += 1s;
  const auto actions = named.work(table_, room_, now_);
  ASSERT_THAT(actions, SizeIs(1));
  const auto& offer = std::get<Dispatcher::Offer>(actions[0]).offer;
  EXPECT_EQ(offer.worker_id(), "AW_bot");
  EXPECT_EQ(offer.job().metadata(), "be kind");
  EXPECT_EQ(offer.job().attributes().at("tone"), "soft");
}

TEST_F(DispatcherTest, PublishersAndParticipantsHaveAgentsOfTheirOwn) {
  add_worker("AW_publishers", "", livekit::JT_PUBLISHER);
  add_worker("AW_participants", "", livekit::JT_PARTICIPANT);
  agents_.on_active(person("PA_ann"), now_);
  run(1s);
  ASSERT_THAT(offers_, SizeIs(1));
  EXPECT_EQ(offers_[0].offer.job().type(), livekit::JT_PARTICIPANT);
  EXPECT_EQ(offers_[0].offer.job().participant().sid(), "PA_ann");
  agents_.on_published(person("PA_ann"), now_);
  agents_.on_published(person("PA_ann"), now_);
  run();
  ASSERT_THAT(offers_, SizeIs(2)) << "only the first track counts";
  EXPECT_EQ(offers_[1].offer.job().type(), livekit::JT_PUBLISHER);
}

TEST_F(DispatcherTest, AgentsAndRecordersCallNobody) {
  add_worker("AW_participants", "", livekit::JT_PARTICIPANT);
  add_worker("AW_publishers", "", livekit::JT_PUBLISHER);
  Participant recorder = person("PA_recorder");
  recorder.grants.set_recorder(true);
  agents_.on_active(recorder, now_);
  agents_.on_published(recorder, now_);
  agents_.on_active(agent("somebody's own"), now_);
  agents_.on_published(agent("somebody's own"), now_);
  run(5s);
  EXPECT_THAT(offers_, IsEmpty());
}

TEST_F(DispatcherTest, WhoHasLeftBeforeAWorkerCameIsNotServed) {
  agents_.on_active(person("PA_ann"), now_);
  leave(person("PA_ann"));
  add_worker("AW_participants", "", livekit::JT_PARTICIPANT);
  run(1s);
  EXPECT_THAT(offers_, IsEmpty());
}

// ---------------------------------------------------------------------------------------------------
// Refusals

TEST_F(DispatcherTest, WhoRefusesIsPassedOver) {
  add_worker("AW_1");
  add_worker("AW_2");
  run(1s);
  const std::string first = offers_.back().offer.worker_id();
  answer(Answer::REFUSED);
  ASSERT_THAT(offers_, SizeIs(1));
  EXPECT_NE(offers_.back().offer.worker_id(), first);
}

TEST_F(DispatcherTest, WhenAllRefuseTheyAreAskedAgainLaterAndThenLeftInPeace) {
  add_worker("AW_1");
  run(1s);
  int asked = 0;
  for (; asked < 20 && !offers_.empty(); ++asked) {
    answer(Answer::REFUSED);
    EXPECT_THAT(offers_, IsEmpty()) << "not at once";
    run(60s);
  }
  EXPECT_EQ(asked, Post::kRounds);
  add_worker("AW_2");
  run();
  ASSERT_THAT(offers_, SizeIs(1)) << "a new worker has not been asked yet";
  EXPECT_EQ(offers_.back().offer.worker_id(), "AW_2");
}

TEST_F(DispatcherTest, ARefusalForAllAsksNobodyElse) {
  add_worker("AW_1");
  add_worker("AW_2");
  run(1s);
  answer(Answer::DECLINED_FOR_ALL);
  run(60s);
  EXPECT_THAT(offers_, IsEmpty());
}

// ---------------------------------------------------------------------------------------------------
// A job's life

TEST_F(DispatcherTest, AJobRunsWhileItsAgentIsInTheRoom) {
  add_worker("AW_1");
  run(1s);
  const livekit::Job job = answer(Answer::ACCEPTED);
  auto listed = agents_.list();
  ASSERT_THAT(listed, SizeIs(1));
  EXPECT_EQ(listed[0].state().jobs(0).state().status(), livekit::JS_PENDING);
  EXPECT_EQ(listed[0].state().jobs(0).state().participant_identity(), "agent-" + job.id());

  const Participant bot = agent("agent-" + job.id());
  agents_.on_active(bot, now_);
  run();
  ASSERT_THAT(started_, SizeIs(1));
  EXPECT_EQ(agents_.list()[0].state().jobs(0).state().status(), livekit::JS_RUNNING);
  EXPECT_EQ(agents_.running(), 1u);

  leave(bot);
  ASSERT_THAT(ended_, SizeIs(1));
  EXPECT_EQ(status(), livekit::JS_SUCCESS);
  EXPECT_THAT(terminated_, testing::ElementsAre(job.id())) << "as LiveKit's server says then";
  EXPECT_EQ(agents_.list()[0].state().jobs(0).state().status(), livekit::JS_SUCCESS);
  run(300s);
  EXPECT_THAT(offers_, IsEmpty());
}

TEST_F(DispatcherTest, AnAgentThatIsFasterThanTheWordOfItIsKnownAllTheSame) {
  add_worker("AW_1");
  run(1s);
  agents_.on_active(agent("agent-" + offers_.back().offer.job().id()), now_);
  run();
  answer(Answer::ACCEPTED);
  EXPECT_THAT(started_, SizeIs(1));
}

TEST_F(DispatcherTest, AnAgentThatNeverJoinsIsReplaced) {
  add_worker("AW_1");
  run(1s);
  const livekit::Job job = answer(Answer::ACCEPTED);
  run(59s);
  EXPECT_THAT(offers_, IsEmpty());
  run(1s);
  EXPECT_EQ(status(), livekit::JS_FAILED);
  EXPECT_THAT(terminated_, testing::ElementsAre(job.id()));
  EXPECT_THAT(offers_, SizeIs(1));
}

TEST_F(DispatcherTest, AFailedJobIsFollowedByAnotherSoonerOrLater) {
  add_worker("AW_1");
  agents_.on_active(person("PA_ann"), now_);
  run(1s);
  std::vector<Duration> pauses;
  for (int i = 0; i < 5; ++i) {
    const livekit::Job job = answer(Answer::ACCEPTED);
    plane::agents::ToNode::Update update;
    update.set_job_id(job.id());
    update.set_status(livekit::JS_FAILED);
    update.set_error("no voice");
    agents_.on_update(update, now_);
    const Time failed = now_;
    run();
    EXPECT_EQ(ended_.back().state().error(), "no voice");
    for (int ms = 0; offers_.empty() && ms < 60'000; ms += 100) run(100ms);
    ASSERT_THAT(offers_, SizeIs(1));
    pauses.push_back(now_ - failed);
  }
  EXPECT_EQ(pauses[0], 0s);
  for (std::size_t i = 1; i < pauses.size(); ++i) EXPECT_GT(pauses[i], pauses[i - 1]);
}

TEST_F(DispatcherTest, ADispatchThatMustNotBeRestartedIsNot) {
  livekit::CreateAgentDispatchRequest wish;
  wish.set_agent_name("bot");
  wish.set_restart_policy(livekit::JRP_NEVER);
  agents_.create(wish, now_);
  add_worker("AW_1", "bot");
  run(1s);
  const Participant bot = serve();
  leave(bot, livekit::CONNECTION_TIMEOUT);
  run(120s);
  EXPECT_EQ(status(), livekit::JS_FAILED);
  EXPECT_THAT(offers_, IsEmpty());
}

TEST_F(DispatcherTest, ASecondSessionOfTheSameAgentGoesOnWithTheJob) {
  add_worker("AW_1");
  run(1s);
  const Participant bot = serve();
  leave(bot, livekit::DUPLICATE_IDENTITY);
  agents_.on_active(agent(bot.identity, "PA_again"), now_);
  run(60s);
  EXPECT_THAT(ended_, IsEmpty());
  EXPECT_THAT(started_, SizeIs(1));
  EXPECT_THAT(offers_, IsEmpty());
}

// ---------------------------------------------------------------------------------------------------
// Comings back

TEST_F(DispatcherTest, AnAgentIsCalledAgainWhenPeopleComeBack) {
  add_worker("AW_1");
  agents_.on_active(person("PA_ann"), now_);
  run(1s);
  const Participant bot = serve();
  run(60s);
  leave(person("PA_ann"));
  leave(bot);
  run(10s);
  EXPECT_THAT(offers_, IsEmpty()) << "nobody is there";
  agents_.on_active(person("PA_ben"), now_);
  run();
  EXPECT_THAT(offers_, SizeIs(1));
}

TEST_F(DispatcherTest, AnAgentThatHangsUpOnPeopleStaysAway) {
  add_worker("AW_1");
  agents_.on_active(person("PA_ann"), now_);
  run(1s);
  leave(serve());
  agents_.on_active(person("PA_ben"), now_);
  run(60s);
  EXPECT_THAT(offers_, IsEmpty());
}

TEST_F(DispatcherTest, AnAgentThatLeavesJustAsSomebodyComesBackIsCalledAgain) {
  add_worker("AW_1");
  agents_.on_active(person("PA_ann"), now_);
  run(1s);
  const Participant bot = serve();
  leave(person("PA_ann"));
  agents_.on_active(person("PA_ben"), now_);
  run(1s);
  leave(bot);
  EXPECT_THAT(offers_, SizeIs(1));
}

// ---------------------------------------------------------------------------------------------------
// Losses

TEST_F(DispatcherTest, AJobWhoseWorkerDiesBeforeItsAgentCameIsGivenToAnotherAtOnce) {
  add_worker("AW_1");
  run(1s);
  answer(Answer::ACCEPTED);
  add_worker("AW_2");
  lose_worker("AW_1");
  run();
  EXPECT_EQ(status(), livekit::JS_FAILED);
  ASSERT_THAT(offers_, SizeIs(1));
  EXPECT_EQ(offers_.back().offer.worker_id(), "AW_2");
}

TEST_F(DispatcherTest, AnAgentThatDiedWithItsWorkerIsRemovedAndReplaced) {
  add_worker("AW_1");
  agents_.on_active(person("PA_ann"), now_);
  run(1s);
  const Participant bot = serve();
  lose_worker("AW_1");
  room_.unreachable.insert(bot.identity);
  run(7s);
  EXPECT_EQ(status(), livekit::JS_FAILED);
  add_worker("AW_2");
  run();
  ASSERT_THAT(offers_, SizeIs(1));
  run(Dispatcher::kFarewell);
  EXPECT_THAT(dismissed_, testing::ElementsAre(bot.sid));
}

TEST_F(DispatcherTest, AnAgentThatOutlivesItsWorkersConnectionServesOn) {
  add_worker("AW_1");
  run(1s);
  const Participant bot = serve();
  lose_worker("AW_1");
  add_worker("AW_1 again");
  run(300s);
  EXPECT_THAT(ended_, IsEmpty());
  EXPECT_THAT(offers_, IsEmpty());
}

TEST_F(DispatcherTest, ADeadEdgeEndsNoAgent) {
  add_worker("AW_1");
  run(1s);
  const Participant bot = serve();
  edge_alive_ = false;
  run(3s);
  EXPECT_TRUE(table_.expire(now_ + 3s));
  agents_.on_workers();
  room_.unreachable.insert(bot.identity);  // Until it has found another.
  run(60s);
  EXPECT_THAT(ended_, IsEmpty());
}

TEST_F(DispatcherTest, AnAgentWhoseConnectionWasLostHasAMomentToComeBack) {
  add_worker("AW_1");
  agents_.on_active(person("PA_ann"), now_);
  run(1s);
  leave(serve(), livekit::CONNECTION_TIMEOUT);
  run(14s);
  EXPECT_THAT(ended_, IsEmpty());
  run(1s);
  EXPECT_EQ(status(), livekit::JS_FAILED);
  EXPECT_THAT(offers_, SizeIs(1));
}

TEST_F(DispatcherTest, AnAgentThatClosedItsConnectionItselfHasLeftUnlessItIsBackAtOnce) {
  add_worker("AW_1");
  agents_.on_active(person("PA_ann"), now_);
  run(1s);
  const Participant bot = serve();
  leave(bot, livekit::SIGNAL_CLOSE);
  run(2s);
  agents_.on_active(agent(bot.identity, "PA_again"), now_);
  run(60s);
  EXPECT_THAT(ended_, IsEmpty());
  leave(agent(bot.identity, "PA_again"), livekit::SIGNAL_CLOSE);
  run(3s);
  EXPECT_EQ(status(), livekit::JS_SUCCESS);
  run(60s);
  EXPECT_THAT(offers_, IsEmpty()) << "it has hung up";
}

TEST_F(DispatcherTest, AfterARestartOfTheNodeTheEdgeRemembersTheJob) {
  plane::agents::ToNode::Running running;
  running.set_edge_id("edge");
  livekit::Job& job = *running.mutable_job();
  job.set_id("AJ_before");
  job.set_dispatch_id("AD_before");
  job.mutable_state()->set_worker_id("AW_1");
  job.mutable_state()->set_participant_identity("the bot");
  job.mutable_state()->set_status(livekit::JS_RUNNING);
  agents_.on_running(running, now_);
  add_worker("AW_1");
  run(5s);
  EXPECT_THAT(offers_, IsEmpty()) << "its agent is on the way back";
  agents_.on_active(agent("the bot"), now_);
  run(300s);
  EXPECT_THAT(offers_, IsEmpty());
  EXPECT_THAT(terminated_, IsEmpty());
  EXPECT_EQ(agents_.list()[0].state().jobs(0).id(), "AJ_before");
}

TEST_F(DispatcherTest, AJobOfABackendsDispatchBringsItsDispatchBack) {
  plane::agents::ToNode::Running running;
  running.mutable_job()->set_id("AJ_before");
  running.mutable_job()->set_dispatch_id("AD_before");
  running.mutable_job()->set_agent_name("bot");
  running.mutable_job()->set_metadata("be kind");
  agents_.on_running(running, now_);
  ASSERT_THAT(agents_.list("AD_before"), SizeIs(1));
  EXPECT_EQ(agents_.list("AD_before")[0].metadata(), "be kind");
}

TEST_F(DispatcherTest, AfterARestartOfEverythingTheAgentRemembersItsJob) {
  add_worker("AW_1");
  Participant bot = agent("agent-AJ_before");
  agents_.on_active(bot, now_);
  run(60s);
  EXPECT_THAT(offers_, IsEmpty());
  EXPECT_EQ(agents_.list()[0].state().jobs(0).id(), "AJ_before");
}

// ---------------------------------------------------------------------------------------------------
// Dispatches

TEST_F(DispatcherTest, ADeletedDispatchEndsItsJobAndItsAgentMaySayGoodbye) {
  livekit::CreateAgentDispatchRequest wish;
  wish.set_agent_name("bot");
  const std::string id = agents_.create(wish, now_)->id();
  add_worker("AW_1", "bot");
  run(1s);
  const Participant bot = serve();
  const auto removed = agents_.remove(id, now_);
  ASSERT_TRUE(removed);
  EXPECT_GT(removed->state().deleted_at(), 0);
  EXPECT_FALSE(agents_.remove(id, now_));
  run(29s);
  EXPECT_THAT(terminated_, SizeIs(1));
  EXPECT_THAT(dismissed_, IsEmpty());
  run(1s);
  EXPECT_THAT(dismissed_, testing::ElementsAre(bot.sid));
}

TEST_F(DispatcherTest, AJobTakenTooLateIsTakenBack) {
  livekit::CreateAgentDispatchRequest wish;
  wish.set_agent_name("bot");
  const std::string id = agents_.create(wish, now_)->id();
  add_worker("AW_1", "bot");
  run(1s);
  agents_.remove(id, now_);
  const livekit::Job job = answer(Answer::ACCEPTED);
  EXPECT_THAT(terminated_, testing::ElementsAre(job.id()));
}

TEST_F(DispatcherTest, AClosingRoomEndsAllJobs) {
  add_worker("AW_1");
  run(1s);
  serve();
  for (auto& action : agents_.close(now_)) take(action);
  EXPECT_THAT(terminated_, SizeIs(1));
  EXPECT_EQ(status(), livekit::JS_SUCCESS);
}

TEST_F(DispatcherTest, ThereAreNotAnyNumberOfDispatches) {
  livekit::CreateAgentDispatchRequest wish;
  std::size_t made = 1;  // Every room's own.
  while (agents_.create(wish, now_)) ++made;
  EXPECT_EQ(made, Dispatcher::kMaxDispatches);
  wish.set_agent_name(std::string(257, 'a'));
  EXPECT_FALSE(Dispatcher::fault_of(wish).empty());
}

// ---------------------------------------------------------------------------------------------------

/// Anything may happen at any time: people come and go, workers answer this or that, die and
/// appear.
class Turmoil : public DispatcherTest, public testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Turmoil, testing::Range(0, 40));

TEST_P(Turmoil, NeverHasTwoAgentsForOneThingAndAlwaysFindsOneInTheEnd) {
  SeededRandom dice(static_cast<std::uint64_t>(GetParam()));
  std::vector<Participant> bots;
  int people = 0;
  int names = 0;
  for (int step = 0; step < 400; ++step) {
    switch (dice.below(9)) {
      case 0:
        agents_.on_active(person("PA_" + std::to_string(++people)), now_);
        break;
      case 1:
        if (people > 0) leave(person("PA_" + std::to_string(people--)));
        break;
      case 2:
        add_worker("AW_" + std::to_string(++names));
        break;
      case 3:
        if (!workers_.workers().empty()) lose_worker(workers_.workers(0).id());
        break;
      case 4:
      case 5:
        if (!offers_.empty()) bots.push_back(serve());
        break;
      case 6:
        if (!offers_.empty()) answer(dice.below(2) == 0 ? Answer::REFUSED : Answer::SILENT);
        break;
      case 7:
        if (bots.empty()) break;
        leave(bots.back(),
              dice.below(2) == 0 ? livekit::CLIENT_INITIATED : livekit::CONNECTION_TIMEOUT);
        bots.pop_back();
        break;
      default:
        run(std::chrono::milliseconds(dice.below(20'000)));
    }
    run();
    EXPECT_LE(agents_.running() + offers_.size(), 1u) << "seed " << GetParam();
    EXPECT_GE(agents_.next_deadline(), now_);
  }
  // In the end somebody comes back, and there is a worker that takes what it is offered.
  while (people > 0) leave(person("PA_" + std::to_string(people--)));
  for (const Participant& bot : bots) leave(bot);
  while (!offers_.empty()) answer(Answer::GONE);
  add_worker("AW_last");
  agents_.on_active(person("PA_last"), now_);
  run(60s);
  if (!offers_.empty()) serve();
  EXPECT_EQ(agents_.running(), 1u) << "seed " << GetParam();
}

}  // namespace
}  // namespace parley::media
