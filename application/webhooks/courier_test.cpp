#include "application/webhooks/courier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "bus/local_bus.h"
#include "bus/subjects.h"

namespace parley::application::webhooks {
namespace {

using ::testing::ElementsAre;

constexpr WallTime kEpoch{std::chrono::seconds(1'700'000'000)};

/// The world of a few processes, in virtual time: a bus, a log, and tasks to run.
struct World {
  Time now{1000s};
  bus::LocalHub hub;
  std::deque<std::function<void()>> tasks;
  SeededRandom random{7};

  bus::Executor executor() {
    return [this](std::function<void()> task) { tasks.push_back(std::move(task)); };
  }
  WallTime wall() const { return kEpoch + now.time_since_epoch(); }
  void settle() {
    while (!tasks.empty()) {
      const auto task = std::move(tasks.front());
      tasks.pop_front();
      task();
    }
  }
};

/// A backend that takes a while to answer, refuses for a time, or loses its answers.
class FakeRecipient final : public Recipient {
 public:
  explicit FakeRecipient(World& world) : world_(world) {}

  bool wants(const livekit::WebhookEvent& event) const override { return event.event() != "dull"; }
  void deliver(const plane::OutboxEntry&, const livekit::WebhookEvent& event,
               std::function<void(bool)> done) override {
    ++tries;
    const bool good = works(event);
    if (good) received.push_back(event.id());
    waiting_.emplace_back(world_.now + answer_after,
                          [done = std::move(done), good] { done(good); });
  }
  void answer() {
    for (std::size_t i = 0; i < waiting_.size();) {
      if (waiting_[i].first > world_.now) {
        ++i;
        continue;
      }
      const auto done = std::move(waiting_[i].second);
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
      done();
    }
  }

  std::function<bool(const livekit::WebhookEvent&)> works = [](const auto&) { return true; };
  Duration answer_after = 20ms;
  std::vector<std::string> received;
  std::size_t tries = 0;

 private:
  World& world_;
  std::deque<std::pair<Time, std::function<void()>>> waiting_;
};

/// One process that delivers.
struct Process {
  Process(World& world, Recipient& recipient, const std::string& holder)
      : bus(world.hub, world.executor()),
        courier("key", holder, recipient,
                {bus,
                 world.random,
                 [&world] { return world.now; },
                 [&world] { return world.wall(); },
                 {}}),
        news(bus.subscribe(bus::log_subject(bus::kOutbox),
                           [this](const bus::Message&) { courier.on_news(); })) {}
  bus::LocalBus bus;
  Courier courier;
  std::unique_ptr<bus::Subscription> news;
};

class CourierTest : public ::testing::Test {
 protected:
  void append(const std::string& room, const std::string& id, const std::string& what = "x") {
    livekit::WebhookEvent event;
    event.set_id(id);
    event.set_event(what);
    event.set_created_at(
        std::chrono::floor<std::chrono::seconds>(world_.wall()).time_since_epoch().count());
    plane::OutboxEntry entry;
    entry.set_order(room);
    entry.set_event(event.SerializeAsString());
    source_.append(bus::kOutbox, id, as_bytes(entry.SerializeAsString()), [](auto) {});
  }
  void start(const std::string& holder = "here") {
    processes_.push_back(std::make_unique<Process>(world_, recipient_, holder));
  }
  void kill() { processes_.erase(processes_.begin()); }
  void run(Duration how_long, Duration step = 10ms) {
    for (const Time end = world_.now + how_long; world_.now < end; world_.now += step) {
      world_.hub.advance(world_.now);
      world_.settle();
      recipient_.answer();
      for (const auto& process : processes_) {
        if (process->courier.next_deadline() <= world_.now) process->courier.on_deadline();
      }
      world_.settle();
    }
  }
  const Metrics& metrics() const { return processes_.front()->courier.metrics(); }

  World world_;
  bus::LocalBus source_{world_.hub, world_.executor()};
  FakeRecipient recipient_{world_};
  std::vector<std::unique_ptr<Process>> processes_;
};

TEST_F(CourierTest, TellsEverythingInOrder) {
  append("a", "a1");
  start();
  run(1s);
  append("a", "a2");
  append("a", "a3");
  run(1s);
  EXPECT_THAT(recipient_.received, ElementsAre("a1", "a2", "a3"));
  EXPECT_EQ(metrics().delivered.value(), 3U);
  EXPECT_EQ(metrics().waiting.value(), 0);
}

TEST_F(CourierTest, PassesOverWhatIsNotWanted) {
  append("a", "a1");
  append("a", "a2", "dull");
  append("a", "a3");
  source_.append(bus::kOutbox, "odd", as_bytes("\xff\xff"), [](auto) {});
  append("a", "a4");
  start();
  run(1s);
  EXPECT_THAT(recipient_.received, ElementsAre("a1", "a3", "a4"));
  EXPECT_EQ(metrics().filtered.value(), 1U);
  EXPECT_EQ(metrics().unreadable.value(), 1U);
}

TEST_F(CourierTest, LosesNothingWhenTheRecipientIsDownForFiveMinutes) {
  start();
  run(1s);
  recipient_.works = [](const auto&) { return false; };
  std::vector<std::string> sent;
  for (int i = 0; i < 300; ++i) {
    sent.push_back("e" + std::to_string(i));
    append("room", sent.back());
    run(1s, 100ms);
  }
  EXPECT_TRUE(recipient_.received.empty());
  EXPECT_LT(recipient_.tries, 20U) << "it is not run over while it is down";
  recipient_.works = [](const auto&) { return true; };
  run(90s, 100ms);
  EXPECT_EQ(recipient_.received, sent);
}

TEST_F(CourierTest, KeepsTryingForADayAndNoLonger) {
  start();
  run(1s);
  recipient_.works = [](const auto& event) { return event.id() != "bad"; };
  append("room", "bad");
  append("room", "after");
  run(23h, 1s);
  EXPECT_EQ(metrics().expired.value(), 0U);
  EXPECT_GT(recipient_.tries, 23U * 60U) << "at least once a minute";
  EXPECT_GT(metrics().oldest_s.value(), 22 * 3600);
  append("room", "new");
  run(2h, 1s);
  EXPECT_EQ(metrics().expired.value(), 2U) << "what waited behind it is as old";
  EXPECT_THAT(recipient_.received, ElementsAre("new"));
}

TEST_F(CourierTest, GoesOnWhereItWasKilled) {
  start();
  run(1s);
  for (int i = 0; i < 5; ++i) append("room", "e" + std::to_string(i));
  run(1s);
  recipient_.works = [](const auto&) { return false; };
  append("room", "e5");
  run(3s);
  kill();
  append("room", "e6");
  recipient_.works = [](const auto&) { return true; };
  start();
  run(2s);
  EXPECT_THAT(recipient_.received, ElementsAre("e0", "e1", "e2", "e3", "e4", "e5", "e6"));
}

TEST_F(CourierTest, WaitsWhileTheBusIsAway) {
  start();
  run(1s);
  append("room", "e0");
  run(1s);
  world_.hub.set_available(false);
  run(30s);
  world_.hub.set_available(true);
  append("room", "e1");
  run(5s);
  EXPECT_THAT(recipient_.received, ElementsAre("e0", "e1"));
}

TEST_F(CourierTest, LeavesARecipientToOneProcessAtATime) {
  start("here");
  run(1s);
  start("there");
  for (int i = 0; i < 40; ++i) {
    append("room", "e" + std::to_string(i));
    run(1s);
  }
  EXPECT_EQ(recipient_.received.size(), 40U) << "each once";
  EXPECT_EQ(processes_.back()->courier.metrics().delivered.value(), 0U);
  kill();  // The first: the other notices that nobody renews.
  append("room", "last");
  run(20s);
  EXPECT_EQ(recipient_.received.size(), 41U);
}

TEST_F(CourierTest, KnowsWhatTheLogMustKeep) {
  start();
  EXPECT_EQ(processes_[0]->courier.first_needed(), std::nullopt) << "not known yet";
  run(1s);
  EXPECT_EQ(processes_[0]->courier.first_needed(), 1U);
  recipient_.works = [](const auto& event) { return event.id() != "stuck"; };
  append("a", "fine");
  append("b", "stuck");
  append("c", "fine too");
  run(2s);
  EXPECT_EQ(processes_[0]->courier.first_needed(), 2U);
  recipient_.works = [](const auto&) { return true; };
  run(10s);
  EXPECT_EQ(processes_[0]->courier.first_needed(), 4U);
}

// Goal: whatever dies or is down, everything arrives at least once, and the first arrivals of a
// room are in its order. Method: many seeds; a bus, a recipient and processes that come and go
// while events of some rooms are written.
TEST(CourierSim, LosesNothingAndKeepsTheOrderOfEachRoomInBadWeather) {
  class Storm : public CourierTest {
   public:
    void TestBody() override {}
    void blow(std::uint64_t seed) {
      SCOPED_TRACE(::testing::Message() << "seed " << seed);
      SeededRandom dice(seed);
      bool bus_up = true;
      bool well = true;
      recipient_.works = [&](const auto&) { return well && dice.below(5) != 0; };
      std::map<std::string, std::vector<std::string>> sent;
      start();
      for (int step = 0; step < 120; ++step) {
        const std::string room = "room" + std::to_string(dice.below(4));
        if (bus_up) {
          sent[room].push_back(room + "-" + std::to_string(step));
          append(room, sent[room].back());
        }
        switch (dice.below(12)) {
          case 0:
            bus_up = !bus_up;
            world_.hub.set_available(bus_up);
            break;
          case 1:
            well = !well;
            break;
          case 2:
            if (!processes_.empty()) kill();
            break;
          case 3:
            if (processes_.size() < 2) start(dice.below(2) == 0 ? "here" : "there");
            break;
          default:
            break;
        }
        run(Duration(std::chrono::milliseconds(50 + dice.below(2000))));
      }
      world_.hub.set_available(true);
      well = true;
      if (processes_.empty()) start();
      run(200s, 50ms);
      std::map<std::string, std::vector<std::string>> first_arrivals;
      for (const std::string& id : recipient_.received) {
        auto& of_room = first_arrivals[id.substr(0, id.find('-'))];
        if (std::ranges::find(of_room, id) == of_room.end()) of_room.push_back(id);
      }
      EXPECT_EQ(first_arrivals, sent);
    }
  };
  for (std::uint64_t seed = 1; seed <= 20; ++seed) Storm().blow(seed);
}

}  // namespace
}  // namespace parley::application::webhooks
