#include "media/node/event_outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "bus/local_bus.h"
#include "bus/subjects.h"
#include "outbox.pb.h"

namespace parley::media {
namespace {

using ::testing::ElementsAre;

class EventOutboxTest : public ::testing::Test {
 protected:
  void emit(const std::string& what) {
    livekit::WebhookEvent event;
    event.set_event(what);
    event.mutable_room()->set_name("lobby");
    outbox_.emit(std::move(event), now_);
  }
  void settle() {
    while (!tasks_.empty()) {
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }
  void run(Duration how_long) {
    for (const Time end = now_ + how_long; now_ < end; now_ += 50ms) {
      if (outbox_.next_deadline() <= now_) outbox_.on_deadline(now_);
      settle();
    }
  }
  std::vector<livekit::WebhookEvent> stored() {
    std::vector<livekit::WebhookEvent> out;
    bus_.read(bus::kOutbox, 1, 1'000'000, [&](std::expected<bus::LogPage, bus::Error> page) {
      ASSERT_TRUE(page);
      for (const bus::LogEntry& stored : page->entries) {
        plane::OutboxEntry entry;
        ASSERT_TRUE(
            entry.ParseFromArray(stored.payload.data(), static_cast<int>(stored.payload.size())));
        EXPECT_EQ(entry.order(), "lobby");
        EXPECT_EQ(entry.node(), "ND_1");
        EXPECT_EQ(entry.incarnation(), "life");
        ASSERT_TRUE(out.emplace_back().ParseFromString(entry.event()));
      }
    });
    settle();
    return out;
  }
  std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& event : stored()) out.push_back(event.event());
    return out;
  }

  Time now_{1000s};
  std::deque<std::function<void()>> tasks_;
  bus::LocalHub hub_;
  bus::LocalBus bus_{hub_,
                     [this](std::function<void()> task) { tasks_.push_back(std::move(task)); }};
  SeededRandom random_{1};
  EventOutbox outbox_{
      {"ND_1", "life"}, bus_, random_, ClockOffset{1'700'000'000s}, [this] { return now_; }};
};

TEST_F(EventOutboxTest, PutsEventsIntoTheLogWithAnIdAndATime) {
  emit("one");
  emit("two");
  EXPECT_FALSE(outbox_.idle());
  settle();
  EXPECT_TRUE(outbox_.idle());
  const auto events = stored();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].event(), "one");
  EXPECT_EQ(events[0].created_at(), 1'700'001'000);
  EXPECT_TRUE(events[0].id().starts_with("EV_"));
  EXPECT_NE(events[0].id(), events[1].id());
}

TEST_F(EventOutboxTest, KeepsEverythingInOrderWhileTheBusIsAway) {
  emit("one");
  settle();
  hub_.set_available(false);
  emit("two");
  emit("three");
  run(60s);
  EXPECT_EQ(outbox_.waiting(), 2U);
  hub_.set_available(true);
  emit("four");
  run(EventOutbox::kSlowestRetry + 1s);
  EXPECT_THAT(names(), ElementsAre("one", "two", "three", "four"));
  EXPECT_EQ(outbox_.next_deadline(), kNever);
}

TEST_F(EventOutboxTest, SaysHowManyItHadToDrop) {
  hub_.set_available(false);
  for (std::size_t i = 0; i < EventOutbox::kMaxEvents + 3; ++i) emit("x");
  EXPECT_EQ(outbox_.waiting(), EventOutbox::kMaxEvents);
  EXPECT_EQ(outbox_.dropped(), 3U);
  hub_.set_available(true);
  run(5s);
  emit("after");
  emit("later");
  run(1s);
  const auto events = stored();
  ASSERT_EQ(events.size(), EventOutbox::kMaxEvents + 2);
  EXPECT_EQ(events[events.size() - 2].num_dropped(), 3);
  EXPECT_EQ(events.back().num_dropped(), 0);
}

}  // namespace
}  // namespace parley::media
